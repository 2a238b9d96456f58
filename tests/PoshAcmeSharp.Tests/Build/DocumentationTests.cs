using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Xunit;

namespace PoshAcmeSharp.Tests.Build;

public partial class DocumentationTests
{
    private static readonly string Root = FindRoot();

    [Theory]
    [InlineData("README.md")]
    [InlineData("docs/library.md")]
    [InlineData("docs/writing-a-plugin.md")]
    public void The_code_that_is_shown_stands_in_a_sample_that_compiles(string page)
    {
        var samples = Directory.GetFiles(Path.Combine(Root, "samples"), "*.cs", SearchOption.AllDirectories)
            .Select(path => Normalize(File.ReadAllText(path)))
            .ToList();

        var blocks = CodeBlock().Matches(File.ReadAllText(Path.Combine(Root, page))).Select(m => m.Groups[1].Value).ToList();

        Assert.NotEmpty(blocks);
        Assert.All(blocks, block => Assert.True(samples.Exists(sample => sample.Contains(Normalize(block), StringComparison.Ordinal)), $"{page} shows code that is in no sample:\n{block}"));
    }

    [GeneratedRegex("^```csharp\\r?\\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex CodeBlock();

    /// <summary>Indentation and blank lines do not count.</summary>
    private static string Normalize(string code)
        => string.Join('\n', code.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0));

    private static string FindRoot([CallerFilePath] string path = "")
        => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "../../.."));
}
