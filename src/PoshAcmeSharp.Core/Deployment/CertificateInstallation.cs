using System.Security.Cryptography.X509Certificates;

namespace PoshAcmeSharp.Deployment;

/// <summary>Which certificate goes where. Null stands for a file that the certificate does not have.</summary>
public sealed record CertificateInstallation
{
    /// <summary>The store for certificates with a key; Windows shows it as Personal.</summary>
    public const string DefaultStoreName = "My";

    /// <summary>The PFX file with the certificate and its key.</summary>
    public string? PfxPath { get; init; }

    /// <summary>The chain in PEM; its intermediates are installed too. Null: none is.</summary>
    public string? ChainPath { get; init; }

    /// <summary>The password of the PFX file. A secret.</summary>
    public string Password { get; init; } = string.Empty;

    /// <summary>The store of the machine or of the user.</summary>
    public StoreLocation Location { get; init; } = StoreLocation.LocalMachine;

    /// <summary>The store for the certificate; <c>My</c> is the one for those with a key.</summary>
    public string StoreName { get; init; } = DefaultStoreName;

    /// <summary>Whether the key may be taken out of the store again.</summary>
    public bool Exportable { get; init; } = true;

    /// <summary>
    /// What Windows shows as the certificate's name in the store; null or empty: the friendly name in the PFX file. Other
    /// systems keep none.
    /// </summary>
    public string? FriendlyName { get; init; }

    /// <summary>The parameters of Install-PACertificate that say where, each with a space before it; none for what it does by itself.</summary>
    internal string ToParameters()
        => (Location == StoreLocation.CurrentUser ? " -StoreLocation CurrentUser" : string.Empty)
            + (StoreName == DefaultStoreName ? string.Empty : $" -StoreName '{StoreName.Replace("'", "''")}'")
            + (Exportable ? string.Empty : " -NotExportable");
}
