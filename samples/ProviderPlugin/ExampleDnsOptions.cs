using System.Security;
using PoshAcmeSharp.Challenges;

namespace PoshAcmeSharp.Plugins.ExampleDns;

/// <summary>The arguments of the ExampleDns plugin.</summary>
public sealed class ExampleDnsOptions
{
    /// <summary>The token of the account.</summary>
    [PluginArgument(Mandatory = true, Help = "An API token that may change DNS.")]
    public SecureString? EXToken { get; set; }

    /// <summary>Another base URL of the API; plain http only on this machine.</summary>
    [PluginArgument(Help = "Another base URL of the API, for gateways and tests.")]
    public string? EXBaseUri { get; set; }
}
