using System.Globalization;

namespace PoshAcmeSharp.Dns;

/// <summary>How the wait for one record ended.</summary>
/// <param name="RecordName">The name that was waited for.</param>
/// <param name="ResolvedName">The name at the end of its CNAMEs: where the values have to be.</param>
/// <param name="Values">The values that were waited for.</param>
/// <param name="Found">Whether every server has every value.</param>
/// <param name="Elapsed">How long it took.</param>
/// <param name="Servers">
/// The last word of every address that was asked. A server counts when one of its addresses has the values and
/// the others have them too or do not answer.
/// </param>
/// <param name="Problem">What is in the way, as a sentence; null when found.</param>
public sealed record DnsWaitResult(
    string RecordName,
    string ResolvedName,
    IReadOnlyList<string> Values,
    bool Found,
    TimeSpan Elapsed,
    IReadOnlyList<DnsServerResult> Servers,
    string? Problem)
{
    /// <summary>Whether nothing is known about the record, because no server could be asked, or none was to be.</summary>
    public bool IsUnknown { get; init; }

    /// <summary>The error for a wait that did not find everything.</summary>
    /// <returns><c>DnsRecordNotFound</c>: what is missing, and where.</returns>
    public PoshAcmeException ToException()
    {
        var seconds = Math.Round(Elapsed.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        var record = ResolvedName == RecordName ? RecordName : $"{ResolvedName} (alias: {RecordName})";
        var open = Servers.Where(static server => !server.IsDone).ToList();
        return open.Count > 0
            ? new PoshAcmeException(
                "DnsRecordNotFound",
                ErrorKind.Timeout,
                $"After {seconds} s the TXT record {record} lacks {Missing(open)} at {string.Join(", ", open.Select(static server => $"{server.Label} ({server.Status})"))}.",
                "Check that the record is published in the zone that these servers serve. If it is, wait longer.")
            : new PoshAcmeException(
                "DnsRecordNotFound",
                ErrorKind.Timeout,
                $"After {seconds} s the TXT record {record} could not be looked up. {Problem}",
                "Check that the domain exists and that this machine can ask its name servers, or say which servers to ask.");
    }

    private string Missing(List<DnsServerResult> servers)
    {
        // A server that is silent may have the value.
        var asked = servers.Exists(static server => !server.HasNoAnswer) ? servers.FindAll(static server => !server.HasNoAnswer) : servers;
        var missing = Values.Where(value => asked.Exists(server => !server.Values.Contains(value, StringComparer.Ordinal))).ToList();
        return missing.Count switch
        {
            0 => "any value",
            1 => "the value " + missing[0],
            _ => "the values " + string.Join(", ", missing),
        };
    }
}
