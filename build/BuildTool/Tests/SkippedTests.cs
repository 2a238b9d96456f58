using System.Xml.Linq;

namespace PoshAcmeSharp.Build.Tests;

/// <summary>Which tests were skipped, and why, as far as the results tell.</summary>
internal static class SkippedTests
{
    /// <summary>Lists them out of the results in a folder.</summary>
    /// <param name="folder">The folder, as in <see cref="TestCounts.OfFolder"/>.</param>
    /// <returns>A line for each.</returns>
    public static IReadOnlyList<string> OfFolder(string folder)
        => [.. TestCounts.ResultFiles(folder).SelectMany(f => Of(XDocument.Load(f)))];

    /// <summary>Lists them out of a document.</summary>
    /// <param name="results">A trx or an NUnit document. Pester's tells no reasons: there the names do.</param>
    /// <returns>A line for each.</returns>
    public static IEnumerable<string> Of(XDocument results)
        => from test in results.Descendants()
           let name = test.Name.LocalName switch
           {
               "UnitTestResult" when test.Attribute("outcome")?.Value == "NotExecuted" => test.Attribute("testName")?.Value,
               "test-case" when test.Attribute("result")?.Value is "Ignored" or "Skipped" or "Inconclusive" => test.Attribute("name")?.Value,
               _ => null,
           }
           where name is not null
           let reason = test.Descendants().FirstOrDefault(e => e.Name.LocalName.Equals("message", StringComparison.OrdinalIgnoreCase))?.Value
           select string.IsNullOrWhiteSpace(reason) ? name : $"{name}: {reason.Trim()}";
}
