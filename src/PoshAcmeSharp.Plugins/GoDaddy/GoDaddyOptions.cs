using System.Security;
using PoshAcmeSharp.Challenges;

namespace PoshAcmeSharp.Plugins.GoDaddy;

/// <summary>
/// The arguments of the GoDaddy plugin: a classic key (<see cref="GDKey"/> with <see cref="GDSecretSecure"/> or
/// <see cref="GDSecret"/>) or a personal access token (<see cref="GDToken"/>), never both.
/// </summary>
public sealed class GoDaddyOptions
{
    /// <summary>The parameter set of a classic key.</summary>
    public const string KeySet = "Key";

    /// <summary>The parameter set of a personal access token.</summary>
    public const string TokenSet = "Token";

    /// <summary>The classic API key.</summary>
    [PluginArgument(ParameterSet = KeySet, Mandatory = true, Help = "The classic API key.")]
    public string? GDKey { get; set; }

    /// <summary>The secret of the classic API key.</summary>
    [PluginArgument(ParameterSet = KeySet, Help = "The secret of the classic API key; this or GDSecret is needed.")]
    public SecureString? GDSecretSecure { get; set; }

    /// <summary>The secret of the classic API key as plain text, for scripts that have it so.</summary>
    [PluginArgument(ParameterSet = KeySet, Help = "The secret as plain text; GDSecretSecure keeps it out of transcripts.")]
    public string? GDSecret { get; set; }

    /// <summary>The customer id of a corporate account, which uses version 2 of the API.</summary>
    [PluginArgument(ParameterSet = KeySet, Help = "The customer id of a corporate account.")]
    public string? GDCustomerId { get; set; }

    /// <summary>A personal access token (<c>gd_pat_...</c>), which uses version 3 of the API.</summary>
    [PluginArgument(ParameterSet = TokenSet, Mandatory = true, Help = "A personal access token that may update DNS.")]
    public SecureString? GDToken { get; set; }

    /// <summary>Whether the key or token belongs to the test environment (OTE).</summary>
    [PluginArgument(Help = "The key or token belongs to GoDaddy's test environment (OTE).")]
    public bool GDUseOTE { get; set; }

    /// <summary>Another base URL of the API, such as a gateway's; plain http only on this machine.</summary>
    [PluginArgument(Help = "Another base URL of the API, for gateways and tests.")]
    public string? GDBaseUri { get; set; }
}
