using System.Security;
using PoshAcmeSharp.Challenges;

namespace PoshAcmeSharp.Plugins.PowerDns;

/// <summary>The arguments of the PowerDNS plugin.</summary>
public sealed class PowerDnsOptions
{
    /// <summary>The host name or address of the API.</summary>
    [PluginArgument(Mandatory = true, Help = "The host name or address of the API.")]
    public string? PowerDNSApiHost { get; set; }

    /// <summary>The key of the API.</summary>
    [PluginArgument(Mandatory = true, Help = "The key of the API (api-key in the server's configuration).")]
    public SecureString? PowerDNSApiKey { get; set; }

    /// <summary>The server's id within its API.</summary>
    [PluginArgument(Help = "The server's id within its API; localhost if not given, which is what all servers themselves have.")]
    public string? PowerDNSServerName { get; set; } = "localhost";

    /// <summary>The port of the API, 1 to 65535.</summary>
    [PluginArgument(Help = "The port of the API; 8081 if not given.")]
    public int PowerDNSPort { get; set; } = 8081;

    /// <summary>Whether the API is reached by https.</summary>
    [PluginArgument(Help = "Whether the API is reached by https, as behind a proxy; the server itself speaks http only.")]
    public bool PowerDNSUseTLS { get; set; }
}
