using System.Management.Automation;
using PoshAcmeSharp.Deployment.Tasks;
using PoshAcmeSharp.PowerShell.Infrastructure;
using PoshAcmeSharp.PowerShell.Objects;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.PowerShell.Deployment;

/// <summary>Makes what the commands about renewal tasks write. Their types are ours alone.</summary>
internal static class RenewalTaskObjects
{
    public static PSObject From(RenewalTask task, bool isSystem)
    {
        var logFile = task.Script is null ? null : RenewalTaskScript.LogFileOf(task.Script) ?? LogOf(task, task.Script);
        var logged = logFile is null ? null : RenewalLog.LastRun(logFile);
        return PSObjects.Create(
            [
                new("Name", task.Name),
                new("Scheduler", task.Scheduler.ToString()),
                new("Scope", isSystem ? "System" : "User"),
                new("Schedule", task.Schedule is null ? null : $"daily {task.Schedule}"),
                new("NextRun", task.NextRun),
                new("LastRun", task.LastRun ?? logged?.Time),
                new("LastResult", task.LastResult ?? logged?.ExitCode),
                new("Account", task.Account),
                new("Enabled", task.Enabled),
                new("Command", task.Command),
                new("Script", task.Script),
                new("LogFile", logFile),
            ],
            TypeNames.RenewalTask);
    }

    public static PSObject From(RenewalRun run, string logFile) => PSObjects.Create(
        [
            new("ExitCode", run.ExitCode),
            new("Renewed", run.Count("Renewed")),
            new("Deployed", run.Count("Deployed")),
            new("NotDue", run.Count("NotDue")),
            new("Skipped", run.Count("Skipped")),
            new("Failures", Failures(run)),
            new("LogFile", logFile),
        ],
        TypeNames.RenewalTaskRun);

    /// <summary>What the script of -OnFailure gets.</summary>
    public static PSObject Notice(RenewalRun run, string logFile) => PSObjects.Create(
        [
            new("Summary", run.FailureLine),
            new("Failures", Failures(run)),
            new("LogFile", logFile),
            new("Computer", Environment.MachineName),
            new("User", Environment.UserName),
        ]);

    public static RenewalRunFailure Failure(ErrorRecord record) => new(
        record.TargetObject as string,
        record.ErrorDetails?.Message is { Length: > 0 } details ? details : record.Exception.Message,
        record.FullyQualifiedErrorId?.Split(',')[0],
        record.ErrorDetails?.RecommendedAction is { Length: > 0 } action && record.ErrorDetails.Message?.EndsWith(action, StringComparison.Ordinal) != true ? action : null);

    public static PoshAcmeException NotFound(string name) => new(
        "TaskNotFound",
        ErrorKind.NotFound,
        $"There is no renewal task '{name}'.",
        "Get-PARenewalTask without a name shows those that this user may see; tasks of the system need root or an administrator.");

    public static PoshAcmeException TwoDeployScripts() => new(
        "TwoDeployScripts",
        ErrorKind.InvalidArgument,
        "Both -Deploy and -DeployScript are given, and one script is run for each new certificate.",
        "Give one of them, which may call the other.");

    /// <summary>The log in the profile that the task uses; null when that is the profile of another user.</summary>
    private static string? LogOf(RenewalTask task, string script)
        => RenewalTaskScript.ProfileOf(script) is { } named ? RenewalLog.DefaultPath(named)
            : task.Account is not { } account || TaskAccount.Current().Is(account) ? RenewalLog.DefaultPath(ProfileRoot.Default())
            : null;

    private static PSObject[] Failures(RenewalRun run) => [.. run.Failures.Select(failure => PSObjects.Create(
        [
            new("Order", failure.Order),
            new("Message", failure.Message),
            new("ErrorId", failure.ErrorId),
            new("RecommendedAction", failure.RecommendedAction),
        ]))];
}
