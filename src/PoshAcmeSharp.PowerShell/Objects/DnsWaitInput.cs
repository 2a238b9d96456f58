using PoshAcmeSharp.Dns;

namespace PoshAcmeSharp.PowerShell.Objects;

/// <summary>Reads how commands are told to wait for DNS.</summary>
internal static class DnsWaitInput
{
    /// <summary>How the time is spent.</summary>
    public static DnsWaitMode ReadMode(string text)
        => string.Equals(text, nameof(DnsWaitMode.Fixed), StringComparison.OrdinalIgnoreCase) ? DnsWaitMode.Fixed : DnsWaitMode.Check;

    /// <summary>The servers to ask, in the form in which an order keeps them.</summary>
    /// <exception cref="PoshAcmeException"><c>InvalidNameServer</c>.</exception>
    public static IReadOnlyList<string> ReadServers(string[]? servers)
        => Array.ConvertAll(servers ?? [], static server => NameServerEndpoint.Parse(server).ToString());
}
