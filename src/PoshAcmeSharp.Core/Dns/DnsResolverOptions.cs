namespace PoshAcmeSharp.Dns;

/// <summary>How patient a <see cref="DnsResolver"/> is and whom it asks.</summary>
public sealed record DnsResolverOptions
{
    /// <summary>How long one try may take; 2 seconds if not set.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often one address is asked before it counts as silent; 2 if not set.</summary>
    public int Attempts { get; init; } = 2;

    /// <summary>The servers that answer questions without a server; null takes those of the machine.</summary>
    public IReadOnlyList<NameServerEndpoint>? SystemServers { get; init; }
}
