using PoshAcmeSharp.Certificates;

namespace PoshAcmeSharp.Issuance;

/// <summary>A certificate with its key and chain.</summary>
public sealed class IssuedCertificate : IDisposable
{
    internal IssuedCertificate(PrivateKey key, CertificateChain chain)
    {
        Key = key;
        Chain = chain;
    }

    /// <summary>The certificate's private key.</summary>
    public PrivateKey Key { get; }

    /// <summary>The certificate and its issuers, checked: the key fits and all names are there.</summary>
    public CertificateChain Chain { get; }

    /// <inheritdoc/>
    public void Dispose() => Key.Dispose();
}
