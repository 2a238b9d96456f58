namespace PoshAcmeSharp.Certificates;

/// <summary>How a PFX file is written.</summary>
public sealed record PfxOptions
{
    /// <summary>The name that Windows needs in the key's attributes to import it for Exchange, which cannot use CNG keys.</summary>
    public const string SchannelProvider = "Microsoft RSA SChannel Cryptographic Provider";

    /// <summary>The password; null or empty for none.</summary>
    public string? Password { get; init; }

    /// <summary>The friendly name of certificate and key, or null.</summary>
    public string? FriendlyName { get; init; }

    /// <summary>
    /// True for AES-256-CBC with PBKDF2-HMAC-SHA256 and a SHA-256 MAC; false for 3DES with SHA-1, the only ones that
    /// Windows Server 2016 and older read.
    /// </summary>
    public bool Modern { get; init; }

    /// <summary>
    /// The cryptographic service provider that Windows shall import an RSA key into, or null for its default. EC keys have none.
    /// </summary>
    public string? CryptographicServiceProvider { get; init; }
}
