using System.Management.Automation;
using PoshAcmeSharp.Deployment.Tasks;
using PoshAcmeSharp.PowerShell.Objects;

namespace PoshAcmeSharp.PowerShell.Deployment;

/// <summary>Shows the renewal tasks that are registered: when they run, how they ended last, and where their logs are.</summary>
/// <remarks>
/// <para>Without a name all are shown that Register-PARenewalTask has registered. Where the scheduler does not keep how a run ended, that is read from the log of the task.</para>
/// </remarks>
/// <example>
/// <code>Get-PARenewalTask</code>
/// <para>Shows the tasks of this machine that this user may see.</para>
/// </example>
/// <example>
/// <code>Get-PARenewalTask | Where-Object LastResult -NE 0 | ForEach-Object { Get-Content $_.LogFile -Tail 20 }</code>
/// <para>Shows the end of the log where the last run failed.</para>
/// </example>
/// <seealso cref="RegisterPARenewalTaskCommand"/>
/// <seealso cref="UnregisterPARenewalTaskCommand"/>
[Cmdlet(VerbsCommon.Get, "PARenewalTask")]
[OutputType(TypeNames.RenewalTask)]
public sealed class GetPARenewalTaskCommand : RenewalTaskCommand
{
    /// <summary>The name of the task.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidatePattern(RenewalTaskName.Pattern)]
    public string? Name { get; set; }

    /// <summary>Looks with this scheduler only. Auto looks with all that this machine has.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateSet(Auto, nameof(TaskSchedulerKind.TaskScheduler), nameof(TaskSchedulerKind.Systemd), nameof(TaskSchedulerKind.Cron))]
    [PSDefaultValue(Value = Auto)]
    public string Scheduler { get; set; } = Auto;

    /// <summary>Looks only at tasks of the system, or of this user. Windows makes no difference.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateSet(SystemScope, UserScope)]
    public string? Scope { get; set; }

    /// <inheritdoc/>
    protected override bool ContinuesAfterErrors => true;

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var found = await FindAsync(Name, Scheduler, Scope, cancellationToken).ConfigureAwait(false);
        if (found.Count == 0 && Name is not null)
        {
            throw RenewalTaskObjects.NotFound(Name);
        }

        foreach (var (_, task, isSystem) in found)
        {
            WriteObject(RenewalTaskObjects.From(task, isSystem));
        }
    }
}
