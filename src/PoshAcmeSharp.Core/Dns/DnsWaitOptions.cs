namespace PoshAcmeSharp.Dns;

/// <summary>How long to wait for records and whom to ask.</summary>
public sealed record DnsWaitOptions
{
    /// <summary>Whether the servers are asked, or the whole time is waited without asking.</summary>
    public DnsWaitMode Mode { get; init; } = DnsWaitMode.Check;

    /// <summary>
    /// When to give up; 120 seconds if not set. Questions are asked at least once, and those under way at the
    /// end are waited for: a few seconds more.
    /// </summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>The time between questions; null begins with 1 second and grows to 10.</summary>
    public TimeSpan? Interval { get; init; }

    /// <summary>
    /// The servers to ask instead of the authoritative ones: recursive servers, or servers of a test. Empty asks all
    /// authoritative servers.
    /// </summary>
    public IReadOnlyList<NameServerEndpoint> NameServers { get; init; } = [];
}
