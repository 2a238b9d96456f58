namespace PoshAcmeSharp.Deployment.Tasks;

/// <summary>A renewal task as it is to be registered.</summary>
public sealed record RenewalTaskDefinition
{
    /// <summary>The name, as <see cref="RenewalTaskName"/> has it.</summary>
    public required string Name { get; init; }

    /// <summary>What it runs.</summary>
    public required RenewalTaskScript Script { get; init; }

    /// <summary>The full path of the PowerShell that runs it.</summary>
    public required string Program { get; init; }

    /// <summary>When.</summary>
    public required DailySchedule Schedule { get; init; }

    /// <summary>How much later than that it may begin, at random.</summary>
    public TimeSpan RandomDelay { get; init; }

    /// <summary>After which time it is ended.</summary>
    public TimeSpan TimeLimit { get; init; }

    /// <summary>Variables of the environment that the program needs to start, such as <c>DOTNET_ROOT</c>.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> ProgramEnvironment { get; init; } = [];
}
