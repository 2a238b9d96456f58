namespace PoshAcmeSharp.Deployment.Tasks;

/// <summary>Who runs the renewal task.</summary>
public enum TaskSchedulerKind
{
    /// <summary>The Task Scheduler of Windows.</summary>
    TaskScheduler,

    /// <summary>A timer of systemd.</summary>
    Systemd,

    /// <summary>A line of the user's crontab.</summary>
    Cron,
}
