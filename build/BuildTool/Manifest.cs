using System.Text.RegularExpressions;

namespace PoshAcmeSharp.Build;

/// <summary>What the build reads of the module's manifest, a PowerShell data file with literal values only.</summary>
/// <param name="text">The text of the manifest.</param>
internal sealed partial class Manifest(string text)
{
    /// <summary>Reads the manifest of a module.</summary>
    /// <param name="moduleFolder">The folder of the module.</param>
    /// <returns>The manifest.</returns>
    public static Manifest Load(string moduleFolder)
        => new(File.ReadAllText(Path.Combine(moduleFolder, BuildContext.ModuleName + ".psd1")));

    /// <summary>Reads a text.</summary>
    /// <param name="name">Such as <c>ModuleVersion</c>.</param>
    /// <returns>The text.</returns>
    public string Text(string name)
    {
        var match = Regex.Match(text, $@"^\s*{name}\s*=\s*('(?:[^']|'')*')", RegexOptions.Multiline);
        return match.Success ? Unquote(match.Groups[1].Value) : throw new BuildException($"The manifest has no {name}.");
    }

    /// <summary>Reads a list of texts.</summary>
    /// <param name="name">Such as <c>CmdletsToExport</c>.</param>
    /// <returns>The texts.</returns>
    public IReadOnlyList<string> List(string name)
    {
        var match = Regex.Match(text, $@"^\s*{name}\s*=\s*@\(([^)]*)\)", RegexOptions.Multiline);
        return match.Success
            ? [.. QuotedText().Matches(match.Groups[1].Value).Select(m => Unquote(m.Value))]
            : throw new BuildException($"The manifest has no list {name}.");
    }

    private static string Unquote(string quoted) => quoted[1..^1].Replace("''", "'", StringComparison.Ordinal);

    [GeneratedRegex("'(?:[^']|'')*'")]
    private static partial Regex QuotedText();
}
