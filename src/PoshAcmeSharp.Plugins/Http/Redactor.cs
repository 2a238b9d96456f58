using System.Text.RegularExpressions;

namespace PoshAcmeSharp.Plugins.Http;

/// <summary>Takes secrets out of texts that are shown, whoever wrote them.</summary>
internal sealed class Redactor
{
    /// <summary>What stands where a secret was.</summary>
    internal const string Mask = "***";

    private static readonly Regex SecretMember = new(
        "(?<member>\"[^\"]*(?:secret|password|passwd|token|apikey|api_key|authorization)[^\"]*\"\\s*:\\s*)\"(?:[^\"\\\\]|\\\\.)*\"?",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        TimeSpan.FromSeconds(1));

    private readonly IReadOnlyList<Secret> _secrets;

    /// <summary>Makes a redactor.</summary>
    /// <param name="secrets">What must never be seen.</param>
    internal Redactor(IReadOnlyList<Secret> secrets) => _secrets = secrets;

    /// <summary>Hides the secrets, and members of JSON whose names say that they hold one.</summary>
    /// <param name="text">Any text.</param>
    /// <returns>The text without secrets.</returns>
    internal string Redact(string text)
    {
        foreach (var secret in _secrets)
        {
            var plain = secret.Reveal();
            if (plain.Length > 0)
            {
                text = text.Replace(plain, Mask).Replace(Uri.EscapeDataString(plain), Mask);
            }
        }

        return SecretMember.Replace(text, "${member}\"" + Mask + "\"");
    }

    /// <summary>Redacts and cuts to size, on one line.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="maxLength">The number of characters to keep.</param>
    /// <returns>The text as it may be shown.</returns>
    internal string Show(string text, int maxLength)
    {
        // Cutting comes last: half a secret at the cut would not be recognised.
        var line = Regex.Replace(Redact(text), "[\\s\\p{C}]+", " ", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1)).Trim();
        return line.Length <= maxLength ? line : line.Substring(0, maxLength) + "...";
    }
}
