namespace PoshAcmeSharp.Deployment.Tasks;

/// <summary>A renewal task as it is registered.</summary>
public sealed record RenewalTask
{
    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>Who runs it.</summary>
    public required TaskSchedulerKind Scheduler { get; init; }

    /// <summary>When; null when that was changed to something else by hand.</summary>
    public DailySchedule? Schedule { get; init; }

    /// <summary>When it runs next, in local time; null when that cannot be told.</summary>
    public DateTime? NextRun { get; init; }

    /// <summary>When it ran last, in local time; null when it never did.</summary>
    public DateTime? LastRun { get; init; }

    /// <summary>The exit code of the last run; null when there was none.</summary>
    public long? LastResult { get; init; }

    /// <summary>The user it runs as.</summary>
    public string? Account { get; init; }

    /// <summary>Whether it is going to run.</summary>
    public bool Enabled { get; init; }

    /// <summary>The program with its arguments.</summary>
    public required string Command { get; init; }

    /// <summary>The script that the program runs; null when it cannot be read.</summary>
    public string? Script { get; init; }
}
