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
    string? Problem);
