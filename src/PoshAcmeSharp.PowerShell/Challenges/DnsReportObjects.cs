using System.Management.Automation;
using PoshAcmeSharp.Dns;
using PoshAcmeSharp.PowerShell.Infrastructure;
using PoshAcmeSharp.PowerShell.Objects;

namespace PoshAcmeSharp.PowerShell.Challenges;

/// <summary>Makes what Test-PADns writes.</summary>
internal static class DnsReportObjects
{
    public static PSObject From(DnsReport report) => PSObjects.Create(
        [
            new("Name", report.Name),
            new("RecordName", report.RecordName),
            new("ResolvedName", report.ResolvedName),
            new("Zone", report.Zone),
            new("Servers", report.Servers.Select(From).ToArray()),
            new("Findings", report.Findings.Select(From).ToArray()),
            new("IsReady", report.IsReady),
        ],
        TypeNames.DnsReport);

    private static PSObject From(DnsZoneServer server) => PSObjects.Create(
        [
            new("Zone", server.Zone),
            new("Name", server.Name),
            new("Address", server.Endpoint),
            new("Status", server.Status.ToString()),
            new("Serial", server.Serial),
        ],
        TypeNames.DnsZoneServer);

    private static PSObject From(DnsFinding finding) => PSObjects.Create(
        [
            new("Severity", finding.Severity.ToString()),
            new("Id", finding.Id),
            new("Message", finding.Message),
            new("Advice", finding.Advice),
        ],
        TypeNames.DnsFinding);
}
