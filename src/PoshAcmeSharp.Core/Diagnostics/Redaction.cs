using System.Text.RegularExpressions;

namespace PoshAcmeSharp;

/// <summary>Takes from texts for the debug stream what nobody should find in a transcript.</summary>
internal static class Redaction
{
    /// <summary>
    /// An answer may end in the middle of one. Signatures (a signed request can be replayed while its nonce is unused), MACs, private members of keys, passwords.
    /// </summary>
    private static readonly Regex SecretMember = new(
        "\"(?<name>signature|d|p|q|dp|dq|qi|k|password|secret|hmacKey|PfxPass|PfxPassB64U|sskey)\"\\s*:\\s*\"(?>(?:[^\"\\\\]|\\\\.)*)(?:\"|\\\\?\\z)",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase,
        TimeSpan.FromSeconds(5));

    /// <summary>A JSON text with the values of secret members replaced by three dots.</summary>
    public static string Json(string json) => SecretMember.Replace(json, "\"${name}\":\"…\"");
}
