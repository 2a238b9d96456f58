using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace PoshAcmeSharp.Plugins.Http;

/// <summary>Takes secrets out of texts that are shown, whoever wrote them.</summary>
internal sealed class Redactor
{
    /// <summary>What stands where a secret was.</summary>
    internal const string Mask = "***";

    private const string SecretMemberPattern =
        "(?<member>\"[^\"]*(?:secret|password|passwd|token|apikey|api_key|authorization)[^\"]*\"\\s*:\\s*)\"(?:[^\"\\\\]|\\\\.)*\"?";

    private static readonly TimeSpan LongestSearch = TimeSpan.FromSeconds(1);

    private readonly Regex _secretMember;
    private readonly IReadOnlyList<Secret> _secrets;
    private readonly ConcurrentDictionary<string, byte> _learned = new(StringComparer.Ordinal);

    /// <summary>Makes a redactor.</summary>
    /// <param name="secrets">What must never be seen.</param>
    /// <param name="longestSearch">How long a text is searched for members that hold secrets; null: a second.</param>
    internal Redactor(IReadOnlyList<Secret> secrets, TimeSpan? longestSearch = null)
    {
        _secrets = secrets;
        _secretMember = new(
            SecretMemberPattern,
            RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
            longestSearch ?? LongestSearch);
    }

    /// <summary>Notes a secret that was not known at first, such as a token that has just been given out.</summary>
    /// <param name="secret">What must never be seen from now on.</param>
    internal void Learn(Secret secret) => _learned.TryAdd(secret.Reveal(), 0);

    /// <summary>Hides the secrets, and members of JSON whose names say that they hold one.</summary>
    /// <param name="text">Any text.</param>
    /// <returns>The text without secrets.</returns>
    internal string Redact(string text)
    {
        foreach (var plain in _secrets.Select(secret => secret.Reveal()).Concat(_learned.Keys))
        {
            if (plain.Length > 0)
            {
                text = text.Replace(plain, Mask).Replace(Uri.EscapeDataString(plain), Mask);
            }
        }

        try
        {
            return _secretMember.Replace(text, "${member}\"" + Mask + "\"");
        }
        catch (RegexMatchTimeoutException)
        {
            // A text that is only shown must not end the work, and one that was not searched must not be shown.
            return Mask;
        }
    }

    /// <summary>Redacts and cuts to size, on one line.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="maxLength">The number of characters to keep.</param>
    /// <returns>The text as it may be shown.</returns>
    internal string Show(string text, int maxLength)
    {
        // Cutting comes last: half a secret at the cut would not be recognised.
        var line = Regex.Replace(Redact(text), "[\\s\\p{C}]+", " ", RegexOptions.CultureInvariant, LongestSearch).Trim();
        return line.Length <= maxLength ? line : line.Substring(0, maxLength) + "...";
    }
}
