namespace PoshAcmeSharp.Dns;

/// <summary>What a report about names is made for.</summary>
public sealed record DnsReportOptions
{
    /// <summary>The names that the CA goes by in CAA records (<c>caaIdentities</c>, RFC 8555 section 7.1.1); empty when not known.</summary>
    public IReadOnlyList<string> CaaIdentities { get; init; } = [];

    /// <summary>The URL of the account that will ask for the certificate, or null.</summary>
    public string? AccountUri { get; init; }

    /// <summary>How long the whole report may take; a minute if not set. What is known then is reported.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(1);
}
