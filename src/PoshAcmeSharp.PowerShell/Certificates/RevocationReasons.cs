namespace PoshAcmeSharp.PowerShell.Certificates;

/// <summary>
/// Why a certificate is revoked (RFC 5280 section 5.3.1); the name is the one that scripts know. It lies here because
/// PowerShell reads the types of parameters at import, when no library is loaded yet.
/// </summary>
public enum RevocationReasons
{
    /// <summary>No reason is told.</summary>
    Unspecified = 0,

    /// <summary>Somebody else has or may have the private key.</summary>
    KeyCompromise = 1,

    /// <summary>Somebody else has or may have the CA's private key.</summary>
    CACompromise = 2,

    /// <summary>The names in the certificate are no longer the subject's.</summary>
    AffiliationChanged = 3,

    /// <summary>Another certificate has taken its place.</summary>
    Superseded = 4,

    /// <summary>It is no longer needed.</summary>
    CessationOfOperation = 5,

    /// <summary>It is revoked for a time.</summary>
    CertificateHold = 6,

    /// <summary>It is no longer revoked.</summary>
    RemoveFromCrl = 8,

    /// <summary>The subject may no longer have it.</summary>
    PrivilegeWithdrawn = 9,

    /// <summary>The attribute authority is compromised.</summary>
    AACompromise = 10,
}
