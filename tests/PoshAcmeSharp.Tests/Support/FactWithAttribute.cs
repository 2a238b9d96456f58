using Xunit;

namespace PoshAcmeSharp.Tests.Support;

/// <summary>A test that needs programs on the PATH; where one is missing it is reported as skipped, with the reason.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FactWithAttribute : FactAttribute
{
    public FactWithAttribute(params string[] programs)
    {
        Programs = programs;
        var missing = programs.Where(program => !IsOnPath(program)).ToArray();
        if (missing.Length > 0)
        {
            Skip = $"Not on the PATH: {string.Join(", ", missing)}.";
        }
    }

    public IReadOnlyList<string> Programs { get; }

    private static bool IsOnPath(string program)
        => (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Any(folder => File.Exists(Path.Combine(folder, program)) || File.Exists(Path.Combine(folder, program + ".exe")));
}
