using System.Security;
using PoshAcmeSharp.Challenges;

namespace PoshAcmeSharp.Plugins.Cloudflare;

/// <summary>The arguments of the Cloudflare plugin: an API token, or the e-mail address and global key of an account.</summary>
public sealed class CloudflareOptions
{
    /// <summary>The parameter set of an API token.</summary>
    public const string TokenSet = "Bearer";

    /// <summary>The parameter set of an API token as plain text.</summary>
    public const string PlainTokenSet = "DeprecatedBearerInsecure";

    /// <summary>The parameter set of a global key.</summary>
    public const string KeySet = "Email";

    /// <summary>The parameter set of a global key as plain text.</summary>
    public const string PlainKeySet = "DeprecatedEmail";

    /// <summary>An API token with the permissions Zone: Read and DNS: Edit for the zone.</summary>
    [PluginArgument(ParameterSet = TokenSet, Mandatory = true, Help = "An API token with the permissions Zone:Read and DNS:Edit for the zones.")]
    public SecureString? CFToken { get; set; }

    /// <summary>The API token as plain text, for scripts that have it so.</summary>
    [PluginArgument(ParameterSet = PlainTokenSet, Mandatory = true, Help = "The API token as plain text; CFToken keeps it out of transcripts.")]
    public string? CFTokenInsecure { get; set; }

    /// <summary>The e-mail address of the account whose global key is used.</summary>
    [PluginArgument(ParameterSet = KeySet, Mandatory = true, Help = "The e-mail address of the account; an API token is safer than its global key.")]
    [PluginArgument(ParameterSet = PlainKeySet, Mandatory = true)]
    public string? CFAuthEmail { get; set; }

    /// <summary>The global key of the account.</summary>
    [PluginArgument(ParameterSet = KeySet, Mandatory = true, Help = "The global API key of the account.")]
    public SecureString? CFAuthKeySecure { get; set; }

    /// <summary>The global key as plain text, for scripts that have it so.</summary>
    [PluginArgument(ParameterSet = PlainKeySet, Mandatory = true, Help = "The global API key as plain text; CFAuthKeySecure keeps it out of transcripts.")]
    public string? CFAuthKey { get; set; }

    /// <summary>Another base URL of the API, such as a gateway's; plain http only on this machine.</summary>
    [PluginArgument(Help = "Another base URL of the API, for gateways and tests.")]
    public string? CFBaseUri { get; set; }
}
