using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Issuance;

/// <summary>The certificate of an order, with the paths of its files; what is not there is null.</summary>
public sealed class OrderCertificate
{
    internal OrderCertificate(StoredOrder order, CertificateInfo certificate)
    {
        Order = order;
        Certificate = certificate;
    }

    /// <summary>The order.</summary>
    public StoredOrder Order { get; }

    /// <summary>The certificate itself.</summary>
    public CertificateInfo Certificate { get; }

    /// <summary>The certificate, PEM.</summary>
    public string? CertFile => Existing(OrderFileNames.Certificate);

    /// <summary>The private key, PEM; null when the request came from elsewhere.</summary>
    public string? KeyFile => Existing(OrderFileNames.Key);

    /// <summary>The chain without the certificate, PEM.</summary>
    public string? ChainFile => Existing(OrderFileNames.Chain);

    /// <summary>The certificate and its chain, PEM.</summary>
    public string? FullChainFile => Existing(OrderFileNames.FullChain);

    /// <summary>Certificate and key, PKCS#12.</summary>
    public string? PfxFile => Existing(OrderFileNames.Pfx);

    /// <summary>Certificate, chain and key, PKCS#12.</summary>
    public string? PfxFullChain => Existing(OrderFileNames.PfxFullChain);

    /// <summary>Why the order's wish to have it installed was not met when it was completed just now; null when it was, or there is none.</summary>
    public PoshAcmeException? InstallFailure { get; internal set; }

    private string? Existing(string fileName)
    {
        var path = Path.Combine(Order.Folder, fileName);
        return File.Exists(path) ? path : null;
    }
}
