using System.Management.Automation;
using PoshAcmeSharp.Dns;
using PoshAcmeSharp.PowerShell.Infrastructure;
using PoshAcmeSharp.PowerShell.Objects;

namespace PoshAcmeSharp.PowerShell.Challenges;

/// <summary>Makes what Wait-PADnsRecord writes.</summary>
internal static class DnsWaitObjects
{
    public static PSObject From(DnsWaitResult result) => PSObjects.Create(
        [
            new("RecordName", result.RecordName),
            new("ResolvedName", result.ResolvedName),
            new("Values", result.Values.ToArray()),
            new("Found", result.Found),
            new("ElapsedSeconds", Math.Round(result.Elapsed.TotalSeconds, 1)),
            new("Servers", result.Servers.Select(From).ToArray()),
        ],
        TypeNames.DnsWait);

    private static PSObject From(DnsServerResult server) => PSObjects.Create(
        [
            new("Name", server.Name),
            new("Address", server.Endpoint),
            new("Status", server.Status.ToString()),
            new("Values", server.Values.ToArray()),
            new("RoundTripMs", (int)Math.Round(server.RoundTrip.TotalMilliseconds)),
        ],
        TypeNames.DnsServer);
}
