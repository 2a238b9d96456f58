using System.Collections;
using System.Collections.ObjectModel;
using System.Management.Automation;
using PoshAcmeSharp.Deployment.Tasks;
using PoshAcmeSharp.PowerShell.Infrastructure;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.PowerShell.Deployment;

/// <summary>The base of the commands about tasks that are registered with a scheduler.</summary>
public abstract class RenewalTaskCommand : AsyncCommand
{
    private protected const string Auto = "Auto";
    private protected const string SystemScope = "System";
    private protected const string UserScope = "User";

    private const string CallScript = "param($command, $parameters) & $command @parameters -ErrorAction Stop";

    private readonly ProgramRunner _runner = new();

    private protected static bool IsWindows => Environment.OSVersion.Platform == PlatformID.Win32NT;

    private protected static bool IsSystemScope(string? scope)
        => scope is null ? TaskFolders.IsRoot : string.Equals(scope, SystemScope, StringComparison.OrdinalIgnoreCase);

    /// <summary>Makes the scheduler of a kind.</summary>
    private protected IRenewalTaskScheduler Open(string kind, bool isSystem, TaskAccount account, PSCredential? credential)
    {
        var folders = isSystem ? TaskFolders.System : IsWindows ? null : TaskFolders.User();
        return kind switch
        {
            nameof(TaskSchedulerKind.TaskScheduler) => new WindowsTaskScheduler(CallAsync, account, credential),
            nameof(TaskSchedulerKind.Systemd) => new SystemdScheduler(_runner, PhysicalFileSystem.Instance, folders ?? TaskFolders.User(), Environment.UserName),
            _ => new CronScheduler(_runner, PhysicalFileSystem.Instance, folders ?? TaskFolders.User(), SystemClock.Instance),
        };
    }

    /// <summary>The kind of scheduler that this machine has.</summary>
    /// <exception cref="PoshAcmeException"><c>NoScheduler</c>.</exception>
    private protected string Choose(bool isSystem)
        => IsWindows ? nameof(TaskSchedulerKind.TaskScheduler)
            : SystemdScheduler.IsAvailable(_runner, PhysicalFileSystem.Instance, isSystem) ? nameof(TaskSchedulerKind.Systemd)
            : CronScheduler.IsAvailable(_runner) ? nameof(TaskSchedulerKind.Cron)
            : throw new PoshAcmeException(
                "NoScheduler",
                ErrorKind.NotFound,
                "Neither a running systemd nor the program crontab is there to register the task with.",
                "Install cron; or have a scheduler of your own run Invoke-PARenewalTask.");

    /// <summary>The tasks that are registered, of one scheduler and scope or of all that there are, with the scheduler of each.</summary>
    private protected async Task<IReadOnlyList<(IRenewalTaskScheduler Scheduler, RenewalTask Task, bool IsSystem)>> FindAsync(
        string? name, string scheduler, string? scope, CancellationToken cancellationToken)
    {
        var found = new List<(IRenewalTaskScheduler Scheduler, RenewalTask Task, bool IsSystem)>();
        foreach (var (kind, isSystem) in Places(scheduler, scope))
        {
            var opened = Open(kind, isSystem, TaskAccount.Current(), credential: null);
            foreach (var task in await opened.ListAsync(cancellationToken).ConfigureAwait(false))
            {
                if (name is null || string.Equals(task.Name, name, IsWindows ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal))
                {
                    found.Add((opened, task, isSystem));
                }
            }
        }

        return found;
    }

    private IEnumerable<(string Kind, bool IsSystem)> Places(string scheduler, string? scope)
    {
        if (scheduler == nameof(TaskSchedulerKind.TaskScheduler) || (scheduler == Auto && IsWindows))
        {
            return [(nameof(TaskSchedulerKind.TaskScheduler), true)];
        }

        var scopes = scope is null ? new[] { false, true } : [IsSystemScope(scope)];
        return scopes
            .SelectMany(isSystem => new[] { nameof(TaskSchedulerKind.Systemd), nameof(TaskSchedulerKind.Cron) }.Select(kind => (kind, isSystem)))
            .Where(place => scheduler == Auto || place.kind == scheduler)

            // A user has one crontab. That of root is the system's as far as scripts go.
            .Where(place => place.kind != nameof(TaskSchedulerKind.Cron) || place.isSystem == (scope is null ? TaskFolders.IsRoot : IsSystemScope(scope)))
            .Where(place => place.kind != nameof(TaskSchedulerKind.Cron) || scheduler != Auto || CronScheduler.IsAvailable(_runner));
    }

    private Task<IReadOnlyList<PSObject>> CallAsync(string command, Hashtable parameters) => OnPipelineThreadAsync<IReadOnlyList<PSObject>>(() => Call(command, parameters));

    /// <summary>
    /// Errors become ours here already: one that was made to stop would end the pipeline on its way out of the thread.
    /// </summary>
    private Collection<PSObject> Call(string command, Hashtable parameters)
    {
        try
        {
            return InvokeCommand.InvokeScript(SessionState, InvokeCommand.NewScriptBlock(CallScript), command, parameters);
        }
        catch (CommandNotFoundException e)
        {
            throw new PoshAcmeException(
                "ScheduledTasksNotFound",
                ErrorKind.NotFound,
                $"The command {command} of the module ScheduledTasks is not there.",
                "It is part of Windows 8, Windows Server 2012 and later. Elsewhere use -Scheduler Systemd or Cron.",
                e);
        }
        catch (RuntimeException e) when (e is ActionPreferenceStopException || !Questions.EndsPipeline(e))
        {
            var category = e.ErrorRecord.CategoryInfo.Category;
            throw new PoshAcmeException(
                category == ErrorCategory.ObjectNotFound ? WindowsTaskScheduler.NotFound : "TaskSchedulerFailed",
                category == ErrorCategory.PermissionDenied ? ErrorKind.PermissionDenied : ErrorKind.InvalidOperation,
                $"{command} failed: {e.ErrorRecord.Exception.Message.Trim()}",
                "Run PowerShell as administrator, and check the account and its password. The account needs the right 'Log on as a batch job'.",
                e);
        }
    }
}
