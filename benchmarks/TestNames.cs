using System.Globalization;

namespace PoshAcmeSharp.Benchmarks;

/// <summary>The names of an order.</summary>
internal static class TestNames
{
    /// <summary>Makes names.</summary>
    /// <param name="count">How many.</param>
    /// <returns>The names, all different.</returns>
    public static string[] Make(int count)
        => [.. Enumerable.Range(1, count).Select(i => string.Create(CultureInfo.InvariantCulture, $"www{i}.benchmark.test"))];
}
