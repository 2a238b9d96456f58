namespace PoshAcmeSharp.Deployment.Exchange;

/// <summary>What was seen of a server at one moment.</summary>
/// <param name="Certificates">Its certificates.</param>
/// <param name="DefaultSmtp">The thumbprint of its default SMTP certificate; null when it could not be read, or was not asked for.</param>
internal sealed record ExchangeServerState(IReadOnlyList<ExchangeCertificate> Certificates, string? DefaultSmtp)
{
    public const string Valid = "Valid";
    public const string Smtp = "SMTP";
    public const string Iis = "IIS";

    public ExchangeCertificate? Find(string? thumbprint) => Certificates.FirstOrDefault(c => c.Is(thumbprint));

    /// <summary>The server as it would be with a certificate enabled for services; IIS uses one certificate at a time.</summary>
    public ExchangeServerState With(ExchangeCertificate certificate, IReadOnlyList<string> services)
    {
        var enabled = certificate with { Services = [.. certificate.Services.Union(services, StringComparer.OrdinalIgnoreCase)] };
        return this with
        {
            Certificates =
            [
                .. Certificates.Where(c => !c.Is(certificate.Thumbprint)).Select(c => enabled.Has(Iis)
                    ? c with { Services = [.. c.Services.Where(s => !string.Equals(s, Iis, StringComparison.OrdinalIgnoreCase))] }
                    : c),
                enabled,
            ],
        };
    }
}
