namespace PoshAcmeSharp.Deployment;

/// <summary>What a certificate is made for.</summary>
public enum CertificateTarget
{
    /// <summary>Nothing in particular.</summary>
    None,

    /// <summary>
    /// Microsoft Exchange: an RSA key that Windows imports into a cryptographic service provider, a PFX file with a password
    /// of its own, and a subject that connectors can name.
    /// </summary>
    Exchange,
}
