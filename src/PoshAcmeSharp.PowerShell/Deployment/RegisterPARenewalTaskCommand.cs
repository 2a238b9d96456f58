using System.Diagnostics;
using System.Management.Automation;
using PoshAcmeSharp.Deployment.Tasks;
using PoshAcmeSharp.PowerShell.Infrastructure;
using PoshAcmeSharp.PowerShell.Objects;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.PowerShell.Deployment;

/// <summary>Has the scheduler of the system renew certificates daily, deploy them, keep a log and tell of failures.</summary>
/// <remarks>
/// <para>The task runs Invoke-PARenewalTask in the PowerShell that is running now: on Windows by the Task Scheduler, with highest rights, later if the machine was off, never twice at once; on Linux by a timer of systemd, or by cron where systemd does not run; on macOS by cron. Registered again with the same parameters, it stays as it is; with others, Force changes it.</para>
/// <para>POSHACME_HOME, POSHACME_PLUGINS, POSHACME_VAULT_NAME and POSHACME_VAULT_SECRET_TEMPLATE are carried into the task as they are now. The password of a vault never is: use a vault that the account of the task opens without one.</para>
/// <para>The text of Deploy and OnFailure is kept with the task: on Windows in the Task Scheduler, elsewhere in a script beside it that this user alone may read. It runs in a session of its own, where an error that is not handled ends it.</para>
/// <para>Windows: without an account the task runs as this user without a kept password (S4U). Then it has no rights on the network as that user, and what DPAPI protects for the user alone may not be readable: use Credential, a managed service account, or secrets of the machine (New-PAAccount -SecretScope). Registering needs an administrator.</para>
/// </remarks>
/// <example>
/// <code>Register-PARenewalTask -Deploy { $_ | Install-PACertificate }</code>
/// <para>Renews daily at a random minute, and installs each new certificate.</para>
/// </example>
/// <example>
/// <code>Register-PARenewalTask -DeployScript C:\Scripts\deploy.ps1 -ManagedServiceAccount 'CORP\svc-acme$'</code>
/// <para>Runs as a managed service account, and runs a script file with each new certificate.</para>
/// </example>
/// <example>
/// <code>$exchange = {
///     $where = 'http://ex1.corp.example/PowerShell/'
///     $session = New-PSSession -ConfigurationName Microsoft.Exchange -ConnectionUri $where -Authentication Kerberos
///     $null = Import-PSSession $session -DisableNameChecking
///     $_ | Import-ExchangeCert -Server ex1, ex2 -Services IIS, SMTP
///     Remove-PSSession $session
/// }
/// Register-PARenewalTask -Deploy $exchange -Credential CORP\svc-acme</code>
/// <para>Brings each new certificate to two Exchange servers through remote PowerShell. The account has a role that may manage certificates there.</para>
/// </example>
/// <example>
/// <code>Register-PARenewalTask -At 04:30 -OnFailure {
///     $mail = @{ To = 'it@example.com'; From = 'acme@example.com'; SmtpServer = 'mail.example.com' }
///     Send-MailMessage @mail -Subject 'Certificate not renewed' -Body $_.Summary
/// }</code>
/// <para>Sends a mail when something failed.</para>
/// </example>
/// <seealso cref="InvokePARenewalTaskCommand"/>
/// <seealso cref="GetPARenewalTaskCommand"/>
/// <seealso cref="UnregisterPARenewalTaskCommand"/>
[Cmdlet(VerbsLifecycle.Register, "PARenewalTask", DefaultParameterSetName = CurrentUserSet, SupportsShouldProcess = true)]
[OutputType(TypeNames.RenewalTask)]
public sealed partial class RegisterPARenewalTaskCommand : RenewalTaskCommand
{
    // A .NET that is not installed where programs look for it has to be named to a program that a scheduler starts.
    private static readonly string[] ProgramVariables = ["DOTNET_ROOT"];

    /// <inheritdoc/>
    protected override async Task EndAsync(CancellationToken cancellationToken)
    {
        var isSystem = IsSystemScope(Scope);
        var kind = Scheduler == Auto ? Choose(isSystem) : Scheduler;
        var account = AccountOf(kind);
        var script = await ReadScriptAsync(account).ConfigureAwait(false);
        var scheduler = Open(kind, isSystem, account, Credential);
        var scope = isSystem ? SystemScope : UserScope;
        var named = await FindAsync(Name, kind == nameof(TaskSchedulerKind.TaskScheduler) ? kind : Auto, scope, cancellationToken).ConfigureAwait(false);
        var others = named.Where(found => found.Task.Scheduler.ToString() != kind).ToList();
        var existing = named.Select(found => found.Task).FirstOrDefault(task => task.Scheduler.ToString() == kind);
        var definition = new RenewalTaskDefinition
        {
            Name = Name,
            Script = script,
            Program = await OnPipelineThreadAsync(FindPowerShell).ConfigureAwait(false),
            Schedule = IsGiven(nameof(At)) ? DailySchedule.At(At) : existing?.Schedule ?? DailySchedule.Random(new Random()),
            RandomDelay = RandomDelay,
            TimeLimit = TimeLimit,
            ProgramEnvironment = Variables(ProgramVariables),
        };

        // A password may be another one today, and nobody can look.
        var isThere = existing is not null && await scheduler.IsRegisteredAsync(definition, cancellationToken).ConfigureAwait(false);
        if (isThere && Credential is null && others.Count == 0)
        {
            WriteVerbose($"The renewal task '{Name}' is registered like that already.");
            WriteObject(RenewalTaskObjects.From(existing!, isSystem));
            return;
        }

        if (((existing is not null && !isThere) || others.Count > 0) && !Force)
        {
            throw new PoshAcmeException(
                "TaskExists",
                ErrorKind.InvalidOperation,
                others.Count > 0
                    ? $"There is a renewal task '{Name}' already, of {others[0].Task.Scheduler}."
                    : $"There is a renewal task '{Name}' already, which runs something else or at another time.",
                "Use -Force to change it, or -Name for a second one.");
        }

        if (!await ShouldProcessAsync(Name, $"Register the renewal task ({kind}, daily at {definition.Schedule})").ConfigureAwait(false))
        {
            return;
        }

        // Certificates that two tasks renew are deployed by one of them.
        foreach (var (other, task, _) in others)
        {
            await other.UnregisterAsync(task.Name, cancellationToken).ConfigureAwait(false);
        }

        await scheduler.RegisterAsync(definition, cancellationToken).ConfigureAwait(false);
        await AdviseAsync(kind, isSystem, account).ConfigureAwait(false);
        foreach (var (_, task, _) in await FindAsync(Name, kind, scope, cancellationToken).ConfigureAwait(false))
        {
            WriteObject(RenewalTaskObjects.From(task, isSystem || kind == nameof(TaskSchedulerKind.TaskScheduler)));
        }
    }

    private TaskAccount AccountOf(string kind)
    {
        if (kind != nameof(TaskSchedulerKind.TaskScheduler) && ParameterSetName != CurrentUserSet)
        {
            throw new PoshAcmeException(
                "AccountNotSupported",
                ErrorKind.InvalidArgument,
                $"A task of {kind} runs as the user who registers it: -{ParameterSetName switch { CredentialSet => nameof(Credential), ManagedAccountSet => nameof(ManagedServiceAccount), _ => nameof(RunAsSystem) }} is for the Task Scheduler of Windows.",
                "Run the command as the user who is to run the task.");
        }

        return ParameterSetName switch
        {
            CredentialSet => TaskAccount.WithPassword(Credential!.UserName),
            ManagedAccountSet => TaskAccount.Managed(ManagedServiceAccount!),
            SystemAccountSet when RunAsSystem => TaskAccount.System,
            _ => TaskAccount.Current(),
        };
    }

    private async Task<RenewalTaskScript> ReadScriptAsync(TaskAccount account)
    {
        if (Deploy is not null && DeployScript is not null)
        {
            throw RenewalTaskObjects.TwoDeployScripts();
        }

        var deployScript = DeployScript is null ? null : await ResolveFilePathAsync(DeployScript).ConfigureAwait(false);
        if (deployScript is not null && !File.Exists(deployScript))
        {
            throw new PoshAcmeException("FileNotFound", ErrorKind.NotFound, $"There is no file '{deployScript}' for -DeployScript.", "Give the path of the script.");
        }

        if (AllServers && !AllAccounts)
        {
            throw new PoshAcmeException("AllAccountsMissing", ErrorKind.InvalidArgument, "-AllServers goes with -AllAccounts.", "Give both.");
        }

        return new RenewalTaskScript
        {
            Module = await OnPipelineThreadAsync(() => ModuleFor(account)).ConfigureAwait(false),
            Environment = [.. Variables(RenewalTaskScript.CarriedVariables).Select(v =>
                v.Key == ProfileRoot.EnvironmentVariable ? new KeyValuePair<string, string>(v.Key, ProfileRoot.Default()) : v)],
            AllAccounts = AllAccounts,
            AllServers = AllServers,
            LogFile = LogFile is null ? null : await ResolveFilePathAsync(LogFile).ConfigureAwait(false),
            LogSizeMB = IsGiven(nameof(LogSizeMB)) ? LogSizeMB : null,
            LogCount = IsGiven(nameof(LogCount)) ? LogCount : null,
            DeployScript = deployScript,
            Deploy = TextOf(Deploy, nameof(Deploy)),
            OnFailure = TextOf(OnFailure, nameof(OnFailure)),
        };
    }

    private string? TextOf(ScriptBlock? block, string parameter)
    {
        if (block is null)
        {
            return null;
        }

        var text = TaskBlock.Read(block, parameter, out var unknown);
        if (unknown.Count > 0)
        {
            WriteWarning($"The script block of -{parameter} reads {string.Join(", ", unknown.Select(name => "$" + name))} and does not set it. It will be empty where the task runs.");
        }

        return text;
    }

    private bool IsGiven(string parameter) => MyInvocation.BoundParameters.ContainsKey(parameter);

    private static List<KeyValuePair<string, string>> Variables(IEnumerable<string> names)
        => [.. names
            .Select(name => new KeyValuePair<string, string>(name, Environment.GetEnvironmentVariable(name) ?? string.Empty))
            .Where(variable => variable.Value.Length > 0)];

    private string FindPowerShell()
    {
        using var process = Process.GetCurrentProcess();
        return PowerShellProgram.Find(
            process.MainModule?.FileName, Home(), !string.Equals(SessionState.PSVariable.GetValue("PSEdition") as string, "Core", StringComparison.Ordinal), File.Exists);
    }

    private string Home() => (string)SessionState.PSVariable.GetValue("PSHOME");

    private string ModuleFor(TaskAccount account)
    {
        var module = MyInvocation.MyCommand.Module;
        return PowerShellProgram.ModuleReference(
            Path.Combine(module.ModuleBase, module.Name + ".psd1"),
            (Environment.GetEnvironmentVariable("PSModulePath") ?? string.Empty).Split([Path.PathSeparator], StringSplitOptions.RemoveEmptyEntries),
            Home(),
            account.Is(Environment.UserName) ? null : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile));
    }

    /// <summary>Tells what the user has to know about the task that is registered now.</summary>
    private async Task AdviseAsync(string kind, bool isSystem, TaskAccount account)
    {
        if (!string.IsNullOrEmpty(Environment.GetEnvironmentVariable(SecretVaultSettings.PasswordVariable)))
        {
            WriteWarning($"{SecretVaultSettings.PasswordVariable} is not carried into the task, where all who may see the task could read it. Use a vault that the account of the task opens without a password.");
        }

        switch (kind)
        {
            case nameof(TaskSchedulerKind.TaskScheduler):
                AdviseOnAccount(account);
                await AddEventSourceAsync().ConfigureAwait(false);
                break;
            case nameof(TaskSchedulerKind.Systemd) when !isSystem && !SystemdScheduler.Lingers(PhysicalFileSystem.Instance, Environment.UserName):
                WriteWarning($"The timer runs only while '{Environment.UserName}' is logged in. 'loginctl enable-linger' lets it run always.");
                break;
            case nameof(TaskSchedulerKind.Cron) when IsGiven(nameof(RandomDelay)) || IsGiven(nameof(TimeLimit)):
                WriteWarning("Cron has neither a random delay nor a time limit: -RandomDelay and -TimeLimit have no effect.");
                break;
        }
    }

    private void AdviseOnAccount(TaskAccount account)
    {
        if (account.LogonType == TaskAccount.ServiceForUser)
        {
            WriteWarning("The task runs without a kept password (S4U): it has no rights on the network as this user, and secrets that DPAPI protects for the user alone may not be readable. -Credential, -ManagedServiceAccount, or secrets of the machine do not have these limits.");
        }
        else if (!account.Is(Environment.UserName) && Variables([ProfileRoot.EnvironmentVariable]).Count == 0)
        {
            WriteWarning($"The task uses the profile of '{account.UserId}', and not that of this user. Set {ProfileRoot.EnvironmentVariable} before registering it to name another.");
        }
    }

    /// <summary>Gives the events of the task their wording. Without it they are still written, with a remark of Windows.</summary>
    private async Task AddEventSourceAsync()
    {
        if (!IsWindows)
        {
            return;
        }

        const string AddScript = "param($key, $file) if (-not (Test-Path $key)) { $null = New-Item $key -ErrorAction Stop; $null = New-ItemProperty $key -Name EventMessageFile -Value $file -PropertyType ExpandString -ErrorAction Stop }";
        if (await OnPipelineThreadAsync(() => Try(AddScript, WindowsEventLog.SourceKey, WindowsEventLog.MessageFile)).ConfigureAwait(false) is { } problem)
        {
            WriteVerbose($"The event source {WindowsEventLog.Source} could not be added: {problem}");
        }
    }

    private string? Try(string script, params object[] arguments)
    {
        try
        {
            InvokeCommand.InvokeScript(SessionState, InvokeCommand.NewScriptBlock(script), arguments);
            return null;
        }
        catch (RuntimeException e) when (e is ActionPreferenceStopException || !Questions.EndsPipeline(e))
        {
            return e.ErrorRecord.Exception.Message;
        }
    }
}
