using System.Security;
using PoshAcmeSharp.Challenges;

namespace PoshAcmeSharp.Plugins.Rfc2136;

/// <summary>
/// The arguments of the RFC2136 plugin. Name, type and value of the key belong together; without them updates are not
/// signed, which few servers take.
/// </summary>
public sealed class Rfc2136Options
{
    /// <summary>The parameter set of a key in a secure string.</summary>
    public const string SecureSet = "Secure";

    /// <summary>The parameter set of a key as plain text.</summary>
    public const string InsecureSet = "DeprecatedInsecure";

    /// <summary>The name server that takes updates: host, address, or either with a port.</summary>
    [PluginArgument(Help = "The name server that takes updates, as host or host:port; if not given, the primary server that the zone's SOA record names.")]
    public string? DDNSNameserver { get; set; }

    /// <summary>The port of the name server, 1 to 65535.</summary>
    [PluginArgument(Help = "The port of the name server; 53 if not given.")]
    public string? DDNSPort { get; set; }

    /// <summary>The name of the TSIG key, as the server's configuration has it.</summary>
    [PluginArgument(Help = "The name of the TSIG key, as the server's configuration has it.")]
    public string? DDNSKeyName { get; set; }

    /// <summary>The algorithm of the TSIG key.</summary>
    [PluginArgument(Help = "The algorithm of the TSIG key: hmac-md5, hmac-sha1, hmac-sha224, hmac-sha256, hmac-sha384 or hmac-sha512.")]
    public string? DDNSKeyType { get; set; }

    /// <summary>The secret of the TSIG key in base64.</summary>
    [PluginArgument(ParameterSet = SecureSet, Help = "The secret of the TSIG key in base64.")]
    public SecureString? DDNSKeyValue { get; set; }

    /// <summary>The secret of the TSIG key in base64 as plain text, for scripts that have it so.</summary>
    [PluginArgument(ParameterSet = InsecureSet, Help = "The secret as plain text; DDNSKeyValue keeps it out of transcripts.")]
    public string? DDNSKeyValueInsecure { get; set; }

    /// <summary>Where nsupdate is, for arguments of old; it is not used.</summary>
    [PluginArgument(Help = "Not used: updates are sent without nsupdate.")]
    public string? DDNSExePath { get; set; }

    /// <summary>The zones that hold the records; those that are not given are asked for.</summary>
    [PluginArgument(Help = "The zones of the records, for servers that do not answer questions for the SOA record.")]
    public string[]? DDNSZone { get; set; }
}
