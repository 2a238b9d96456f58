using System.Management.Automation;
using PoshAcmeSharp.Deployment.Tasks;

namespace PoshAcmeSharp.PowerShell.Deployment;

/// <content>The parameters.</content>
public sealed partial class RegisterPARenewalTaskCommand
{
    private const string SystemAccountSet = "SystemAccount";
    private const string ManagedAccountSet = "ManagedAccount";
    private const string CredentialSet = "Credential";
    private const string CurrentUserSet = "CurrentUser";

    /// <summary>The name of the task.</summary>
    [Parameter(Position = 0)]
    [ValidatePattern(RenewalTaskName.Pattern)]
    [PSDefaultValue(Value = RenewalTaskName.Default)]
    public string Name { get; set; } = RenewalTaskName.Default;

    /// <summary>A script block to run with each new certificate, which it gets as $_ and as its argument. Its text is kept with the task and runs in another session: variables and functions of this one are not there. No secret belongs into it.</summary>
    [Parameter]
    public ScriptBlock? Deploy { get; set; }

    /// <summary>The path of a script file to run with each new certificate, which it gets as its first argument. The task runs the file as it is then: only who may administer the task may be able to change it.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? DeployScript { get; set; }

    /// <summary>A script block to run when something failed, with an object that has Summary, Failures, LogFile, Computer and User as $_ and as its argument. Its text is kept like that of Deploy.</summary>
    [Parameter]
    public ScriptBlock? OnFailure { get; set; }

    /// <summary>Renews all orders of all accounts of the current server. Without it: those of the current account.</summary>
    [Parameter]
    public SwitchParameter AllAccounts { get; set; }

    /// <summary>With AllAccounts: of all servers in the profile.</summary>
    [Parameter]
    public SwitchParameter AllServers { get; set; }

    /// <summary>The time of day, by the clock of the machine. Without it: a random minute between 01:00 and 05:59, or the time that the task has already.</summary>
    [Parameter]
    public DateTime At { get; set; }

    /// <summary>How much later than that the task may begin, at random. Cron has no such delay.</summary>
    [Parameter]
    [PSDefaultValue(Value = "01:00:00")]
    public TimeSpan RandomDelay { get; set; } = TimeSpan.FromHours(1);

    /// <summary>After which time a run is ended. Cron has no such limit.</summary>
    [Parameter]
    [PSDefaultValue(Value = "04:00:00")]
    public TimeSpan TimeLimit { get; set; } = TimeSpan.FromHours(4);

    /// <summary>The path of the log. Without it: logs/renewal.log in the profile.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? LogFile { get; set; }

    /// <summary>The size in MB at which the log is put aside and a new one begun.</summary>
    [Parameter]
    [ValidateRange(1, 1024)]
    [PSDefaultValue(Value = RenewalLog.DefaultSizeMB)]
    public int LogSizeMB { get; set; } = RenewalLog.DefaultSizeMB;

    /// <summary>How many logs that were put aside are kept.</summary>
    [Parameter]
    [ValidateRange(0, 1000)]
    [PSDefaultValue(Value = RenewalLog.DefaultCount)]
    public int LogCount { get; set; } = RenewalLog.DefaultCount;

    /// <summary>Windows: the account of the task and its password, which the Task Scheduler keeps. It needs the right to log on as a batch job, and its secrets in the profile have to be readable for it.</summary>
    [Parameter(ParameterSetName = CredentialSet, Mandatory = true)]
    [Credential]
    public PSCredential? Credential { get; set; }

    /// <summary>Windows: a group managed service account, as DOMAIN\name$. The domain knows its password.</summary>
    [Parameter(ParameterSetName = ManagedAccountSet, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string? ManagedServiceAccount { get; set; }

    /// <summary>Windows: runs the task as the system itself. Exchange gives that account no role.</summary>
    [Parameter(ParameterSetName = SystemAccountSet, Mandatory = true)]
    public SwitchParameter RunAsSystem { get; set; }

    /// <summary>Who runs the task. Auto takes the Task Scheduler on Windows, systemd where it runs, else cron.</summary>
    [Parameter]
    [ValidateSet(Auto, nameof(TaskSchedulerKind.TaskScheduler), nameof(TaskSchedulerKind.Systemd), nameof(TaskSchedulerKind.Cron))]
    [PSDefaultValue(Value = Auto)]
    public string Scheduler { get; set; } = Auto;

    /// <summary>Linux: whether it is a timer of the system, which needs root, or one of this user. Without it: of the system for root, else of the user.</summary>
    [Parameter]
    [ValidateSet(SystemScope, UserScope)]
    public string? Scope { get; set; }

    /// <summary>Changes a task of this name that is registered otherwise.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }
}
