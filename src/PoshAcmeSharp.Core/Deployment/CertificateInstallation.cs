using System.Security.Cryptography.X509Certificates;

namespace PoshAcmeSharp.Deployment;

/// <summary>Which certificate goes where. Null stands for a file that the certificate does not have.</summary>
public sealed record CertificateInstallation
{
    /// <summary>The PFX file with the certificate and its key.</summary>
    public string? PfxPath { get; init; }

    /// <summary>The chain in PEM; its intermediates are installed too. Null: none is.</summary>
    public string? ChainPath { get; init; }

    /// <summary>The password of the PFX file. A secret.</summary>
    public string Password { get; init; } = string.Empty;

    /// <summary>The store of the machine or of the user.</summary>
    public StoreLocation Location { get; init; } = StoreLocation.LocalMachine;

    /// <summary>The store for the certificate; <c>My</c> is the one for those with a key.</summary>
    public string StoreName { get; init; } = "My";

    /// <summary>Whether the key may be taken out of the store again.</summary>
    public bool Exportable { get; init; } = true;
}
