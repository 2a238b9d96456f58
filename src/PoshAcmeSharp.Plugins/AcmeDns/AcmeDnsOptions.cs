using System.Collections;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Plugins.AcmeDns;

/// <summary>The arguments of the acme-dns plugin: where the server is, and what it needs to register names there.</summary>
public sealed class AcmeDnsOptions
{
    /// <summary>The parameter set of a server at its usual address.</summary>
    public const string ServerSet = "Server";

    /// <summary>The parameter set of a server at any address.</summary>
    public const string UriSet = "URI";

    /// <summary>The host name of the server, which is spoken to by https.</summary>
    [PluginArgument(ParameterSet = ServerSet, Mandatory = true, Help = "The host name of the acme-dns server, such as auth.acme-dns.io.")]
    public string? ACMEServer { get; set; }

    /// <summary>The address of the server, for another port, a path or plain http; may hold a user name and a password.</summary>
    [PluginArgument(ParameterSet = UriSet, Mandatory = true, Help = "The address of the acme-dns server, for another port, a path, or plain http.")]
    public Uri? ACMEUri { get; set; }

    /// <summary>The networks, such as <c>192.168.100.1/24</c>, that may change a name that is registered; empty: all.</summary>
    [PluginArgument(Help = "Networks in CIDR notation that the server shall take updates from; set when a name is registered.")]
    public IReadOnlyList<string> ACMEAllowFrom { get; set; } = [];

    /// <summary>Registrations that exist: record names, and for each of them subdomain, user name, password and full domain.</summary>
    [PluginArgument(Help = "Registrations that exist: @{ '_acme-challenge.example.com' = subdomain, username, password, fulldomain }.")]
    public IDictionary? ACMERegistration { get; set; }

    /// <summary>The user name and password that the server itself asks for (basic authentication).</summary>
    [PluginArgument(Help = "The user name and password of a server that asks for them.")]
    public StoredCredential? ACMECredential { get; set; }
}
