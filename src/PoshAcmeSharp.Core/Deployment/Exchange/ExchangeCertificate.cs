using PoshAcmeSharp.Certificates;

namespace PoshAcmeSharp.Deployment.Exchange;

/// <summary>A certificate as Get-ExchangeCertificate shows it.</summary>
public sealed record ExchangeCertificate
{
    /// <summary>The SHA-1 hash in hex.</summary>
    public required string Thumbprint { get; init; }

    /// <summary>The subject as the server writes it; empty when there is none.</summary>
    public string Subject { get; init; } = string.Empty;

    /// <summary>The issuer as the server writes it.</summary>
    public string Issuer { get; init; } = string.Empty;

    /// <summary>The DNS names (CertificateDomains).</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>The services that it is enabled for, such as <c>IIS</c>.</summary>
    public IReadOnlyList<string> Services { get; init; } = [];

    /// <summary>Such as <c>Valid</c> or <c>RevocationCheckFailure</c>.</summary>
    public string Status { get; init; } = string.Empty;

    /// <summary>Whether the server has its key.</summary>
    public bool HasPrivateKey { get; init; }

    /// <summary>Whether it is self-signed.</summary>
    public bool IsSelfSigned { get; init; }

    /// <summary>The last moment of its validity; null when it could not be read.</summary>
    public DateTimeOffset? NotAfter { get; init; }

    /// <summary>How connectors name it. It tells certificates apart only by issuer and subject.</summary>
    internal string TlsName => $"<I>{Issuer}<S>{Subject}";

    /// <summary>The certificate by which Exchange servers know each other; servers have it enabled for SMTP.</summary>
    internal bool IsAuthCertificate => Subject.IndexOf("CN=Microsoft Exchange Server Auth Certificate", StringComparison.OrdinalIgnoreCase) >= 0;

    /// <summary>What a server will show of a certificate once it has it.</summary>
    internal static ExchangeCertificate Expected(CertificateInfo certificate) => new()
    {
        Thumbprint = certificate.Thumbprint,
        Subject = certificate.Subject,
        Issuer = certificate.Issuer,
        Names = certificate.AllSans,
        Status = ExchangeServerState.Valid,
        HasPrivateKey = true,
        NotAfter = certificate.NotAfter,
    };

    internal bool Is(string? thumbprint) => string.Equals(Thumbprint, thumbprint, StringComparison.OrdinalIgnoreCase);

    internal bool Has(string service) => Services.Contains(service, StringComparer.OrdinalIgnoreCase);
}
