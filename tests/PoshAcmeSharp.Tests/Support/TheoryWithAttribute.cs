using Xunit;

namespace PoshAcmeSharp.Tests.Support;

/// <summary>What <see cref="FactWithAttribute"/> is, for a test with several sets of data.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TheoryWithAttribute : TheoryAttribute
{
    public TheoryWithAttribute(params string[] programs)
    {
        Programs = programs;
        Skip = new FactWithAttribute(programs).Skip;
    }

    public IReadOnlyList<string> Programs { get; }
}
