using System.Management.Automation;
using PoshAcmeSharp.Deployment.Tasks;

namespace PoshAcmeSharp.PowerShell.Deployment;

/// <summary>Takes a renewal task away, and what was registered with it.</summary>
/// <remarks>
/// <para>The units of systemd or the line of the crontab, and the script of the task, are removed; other lines of a crontab stay as they are. Logs, certificates and orders stay too, and so does the source of events on Windows, which former events need.</para>
/// </remarks>
/// <example>
/// <code>Unregister-PARenewalTask</code>
/// <para>Takes the task away that Register-PARenewalTask registers without a name.</para>
/// </example>
/// <example>
/// <code>Get-PARenewalTask | Unregister-PARenewalTask -WhatIf</code>
/// <para>Shows which tasks would be taken away.</para>
/// </example>
/// <seealso cref="RegisterPARenewalTaskCommand"/>
/// <seealso cref="GetPARenewalTaskCommand"/>
[Cmdlet(VerbsLifecycle.Unregister, "PARenewalTask", SupportsShouldProcess = true)]
public sealed class UnregisterPARenewalTaskCommand : RenewalTaskCommand
{
    /// <summary>The name of the task.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidatePattern(RenewalTaskName.Pattern)]
    [PSDefaultValue(Value = RenewalTaskName.Default)]
    public string Name { get; set; } = RenewalTaskName.Default;

    /// <summary>The scheduler that has the task. Auto looks with all that this machine has.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateSet(Auto, nameof(TaskSchedulerKind.TaskScheduler), nameof(TaskSchedulerKind.Systemd), nameof(TaskSchedulerKind.Cron))]
    [PSDefaultValue(Value = Auto)]
    public string Scheduler { get; set; } = Auto;

    /// <summary>Whether a task of the system is meant, or one of this user; without it, either. Windows makes no difference.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateSet(SystemScope, UserScope)]
    public string? Scope { get; set; }

    /// <inheritdoc/>
    protected override bool ContinuesAfterErrors => true;

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var found = await FindAsync(Name, Scheduler, Scope, cancellationToken).ConfigureAwait(false);
        if (found.Count == 0)
        {
            throw RenewalTaskObjects.NotFound(Name);
        }

        foreach (var (scheduler, task, _) in found)
        {
            if (await ShouldProcessAsync(task.Name, $"Unregister the renewal task ({task.Scheduler})").ConfigureAwait(false))
            {
                await scheduler.UnregisterAsync(task.Name, cancellationToken).ConfigureAwait(false);
                WriteVerbose($"The renewal task '{task.Name}' is unregistered.");
            }
        }
    }
}
