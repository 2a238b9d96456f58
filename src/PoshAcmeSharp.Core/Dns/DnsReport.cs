namespace PoshAcmeSharp.Dns;

/// <summary>What the DNS of a name is like for a validation by DNS (RFC 8555 section 8.4).</summary>
/// <param name="Name">The name that a certificate is wanted for; a wildcard has its <c>*.</c>.</param>
/// <param name="RecordName">Where the CA looks: <c>_acme-challenge.</c> and the name.</param>
/// <param name="ResolvedName">The name at the end of its CNAMEs: where the record has to be.</param>
/// <param name="Zone">The zone of <paramref name="ResolvedName"/>; empty when none was found.</param>
/// <param name="Servers">The servers of the zone, and those of the zone of <paramref name="RecordName"/> when it is another.</param>
/// <param name="Findings">What was found, the worst first.</param>
public sealed record DnsReport(
    string Name,
    string RecordName,
    string ResolvedName,
    string Zone,
    IReadOnlyList<DnsZoneServer> Servers,
    IReadOnlyList<DnsFinding> Findings)
{
    /// <summary>Whether nothing was found that makes a validation fail.</summary>
    public bool IsReady => Findings.All(static finding => finding.Severity != DnsFindingSeverity.Error);
}
