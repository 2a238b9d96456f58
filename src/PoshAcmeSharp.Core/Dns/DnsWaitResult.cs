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
    /// <summary>The values that a server lacks; all of them when no server could be asked.</summary>
    public IReadOnlyList<string> MissingValues => Found
        ? []
        : [.. Values.Where(value => Servers.All(static server => server.IsDone)
            || Servers.Any(server => !server.IsDone && !server.Values.Contains(value, StringComparer.Ordinal)))];

    /// <summary>The error for a wait that did not find everything.</summary>
    /// <returns><c>DnsRecordNotFound</c>: what is missing, and where.</returns>
    public PoshAcmeException ToException()
    {
        var missing = MissingValues.Count > 0 ? "the value " + string.Join(" and the value ", MissingValues) : "a value";
        var seconds = Math.Round(Elapsed.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return new PoshAcmeException(
            "DnsRecordNotFound",
            ErrorKind.Timeout,
            $"After {seconds} s, not every name server has {missing} in the TXT record {RecordName}. {Problem}",
            "Check that the record is published in the zone that these servers serve. If it is, wait longer.");
    }
}
