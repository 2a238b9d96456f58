using System.Xml.Linq;

namespace PoshAcmeSharp.Build.Tests;

/// <summary>How many tests passed, failed and were skipped.</summary>
/// <param name="Passed">Passed.</param>
/// <param name="Failed">Failed.</param>
/// <param name="Skipped">Skipped, or without an outcome.</param>
internal sealed record TestCounts(int Passed, int Failed, int Skipped)
{
    /// <summary>Counts the results in a folder: <c>.trx</c> files of dotnet test, <c>.xml</c> files of Pester (NUnit).</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>The sum.</returns>
    public static TestCounts OfFolder(string folder)
        => ResultFiles(folder)
            .Select(f => Of(XDocument.Load(f)))
            .Aggregate(new TestCounts(0, 0, 0), (a, b) => new TestCounts(a.Passed + b.Passed, a.Failed + b.Failed, a.Skipped + b.Skipped));

    /// <summary>The files with results in a folder.</summary>
    /// <param name="folder">The folder; it need not exist.</param>
    /// <returns>Their paths.</returns>
    public static IEnumerable<string> ResultFiles(string folder)
        => !Directory.Exists(folder)
            ? []
            : Directory.EnumerateFiles(folder, "*.trx", SearchOption.AllDirectories)
                .Concat(Directory.EnumerateFiles(folder, "*.xml", SearchOption.AllDirectories));

    /// <summary>Counts the results in a document.</summary>
    /// <param name="results">A trx or an NUnit document.</param>
    /// <returns>The counts.</returns>
    public static TestCounts Of(XDocument results)
    {
        var outcomes = results.Descendants()
            .Select(e => e.Name.LocalName switch
            {
                "UnitTestResult" => e.Attribute("outcome")?.Value,
                "test-case" => e.Attribute("result")?.Value,
                _ => null,
            })
            .OfType<string>()
            .ToList();
        var passed = outcomes.Count(o => o is "Passed" or "Success");
        var failed = outcomes.Count(o => o is "Failed" or "Failure" or "Error" or "Timeout" or "Aborted");
        return new TestCounts(passed, failed, outcomes.Count - passed - failed);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Passed} passed, {Failed} failed, {Skipped} skipped";
}
