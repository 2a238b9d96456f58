namespace PoshAcmeSharp.Dns;

/// <summary>What one address of one name server said last.</summary>
/// <param name="Name">The server's name as the zone or the caller gives it.</param>
/// <param name="Endpoint">
/// Address and port, such as <c>192.0.2.53:53</c>; empty when the name has no address. Of the name servers that this machine
/// is configured with, <paramref name="Name"/> again: any of them may have answered.
/// </param>
/// <param name="Status">The outcome.</param>
/// <param name="Values">The TXT values it has; with <see cref="DnsServerStatus.Alias"/> the target.</param>
/// <param name="RoundTrip">How long the answer took.</param>
public sealed record DnsServerResult(
    string Name,
    string Endpoint,
    DnsServerStatus Status,
    IReadOnlyList<string> Values,
    TimeSpan RoundTrip)
{
    /// <summary>What to call it in a text. A server that was given by its address has no other name.</summary>
    internal string Label
        => Endpoint.Length == 0 ? $"{Name} (no address)"
            : Endpoint.IndexOf(Name, StringComparison.Ordinal) >= 0 ? Endpoint
            : $"{Name} {Endpoint}";

    /// <summary>Whether nothing more is expected of this address.</summary>
    internal bool IsDone => Status is DnsServerStatus.Found or DnsServerStatus.Alias;

    /// <summary>Whether it says nothing about the record: no answer, or a refusal.</summary>
    internal bool IsSilent => HasNoAnswer || Status is DnsServerStatus.Refused or DnsServerStatus.ServFail;

    /// <summary>Whether it said nothing at all.</summary>
    internal bool HasNoAnswer => Status is DnsServerStatus.NoRoute or DnsServerStatus.Unreachable or DnsServerStatus.Timeout;
}
