namespace PoshAcmeSharp.Issuance;

/// <summary>What matters for renewal of the certificate that lies in an order's folder.</summary>
/// <param name="AriId">Its identifier for renewal information, or null.</param>
/// <param name="NotBefore">The first moment of its validity.</param>
/// <param name="NotAfter">The last moment of its validity.</param>
internal sealed record LiveCertificate(string? AriId, DateTimeOffset NotBefore, DateTimeOffset NotAfter);
