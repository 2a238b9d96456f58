using System.Text;
using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Profile;

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

    /// <summary>
    /// Writes <c>cert.key</c>, <c>cert.cer</c>, <c>chain.cer</c> and <c>fullchain.cer</c> in PEM, over those that are there.
    /// No file is ever half written, but they are replaced one after the other. On Unix they are the user's alone (mode
    /// 0600); on Windows a folder that has to be made is, and in one that exists they get its permissions.
    /// </summary>
    /// <param name="folder">The folder; it is made when it is missing.</param>
    /// <param name="fileSystem">The disk; null: the machine's.</param>
    /// <exception cref="PoshAcmeException"><c>ProfileWriteFailed</c>: the message names the file.</exception>
    public void Save(string folder, IFileSystem? fileSystem = null)
    {
        var path = Path.GetFullPath(folder);
        var files = new ProfileFiles(fileSystem ?? PhysicalFileSystem.Instance, path);
        files.CreateFolder(path);
        Write(OrderFileNames.Key, Key.ToPem());
        Write(OrderFileNames.Certificate, Chain.LeafPem);
        Write(OrderFileNames.Chain, Chain.IssuersPem);
        Write(OrderFileNames.FullChain, Chain.FullChainPem);

        void Write(string name, string pem) => files.Write(Path.Combine(path, name), Encoding.ASCII.GetBytes(pem));
    }

    /// <inheritdoc/>
    public void Dispose() => Key.Dispose();
}
