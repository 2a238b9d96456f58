using System.Management.Automation;
using PoshAcmeSharp.Deployment.Tasks;
using PoshAcmeSharp.PowerShell.Infrastructure;
using PoshAcmeSharp.PowerShell.Objects;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.PowerShell.Deployment;

/// <summary>Does what a renewal task does: renews what is due, deploys it, keeps a log, and tells of failures.</summary>
/// <remarks>
/// <para>Register-PARenewalTask has a scheduler run it daily; run it by hand to try that out. It never asks. It runs Submit-Renewal for all orders, and the deploy script with each new certificate; a deploy script that failed runs again at the next call, with nothing issued for that.</para>
/// <para>Nothing is written to the console unless something failed: then one line to the error stream of the process (with a priority for the journal of systemd where that listens), an error in the event log Application on Windows, and the script of OnFailure is run. The object that is written has the exit code for the task: 0 when nothing failed, else 1.</para>
/// <para>The log has a line for each event. One run at a time uses a log: a second one ends at once with a failure.</para>
/// </remarks>
/// <example>
/// <code>exit (Invoke-PARenewalTask -AllOrders).ExitCode</code>
/// <para>The last line of a script for any scheduler.</para>
/// </example>
/// <example>
/// <code>Invoke-PARenewalTask -Deploy { $_ | Install-PACertificate } | Format-List</code>
/// <para>Runs it by hand, installs each new certificate, and shows what was done.</para>
/// </example>
/// <example>
/// <code>Invoke-PARenewalTask -OnFailure {
///     $body = @{ text = $_.Summary } | ConvertTo-Json
///     Invoke-RestMethod https://chat.example.com/hook -Method Post -Body $body
/// }</code>
/// <para>Tells a chat room when something failed.</para>
/// </example>
/// <seealso cref="RegisterPARenewalTaskCommand"/>
/// <seealso cref="Renewals.SubmitRenewalCommand"/>
[Cmdlet(VerbsLifecycle.Invoke, "PARenewalTask", DefaultParameterSetName = AllOrdersSet, SupportsShouldProcess = true)]
[OutputType(TypeNames.RenewalTaskRun)]
public sealed class InvokePARenewalTaskCommand : AsyncCommand
{
    private const string AllOrdersSet = "AllOrders";
    private const string AllAccountsSet = "AllAccounts";

    /// <summary>Takes all orders of the current account, which is the default.</summary>
    [Parameter(ParameterSetName = AllOrdersSet)]
    public SwitchParameter AllOrders { get; set; }

    /// <summary>Takes all orders of all accounts of the current server.</summary>
    [Parameter(ParameterSetName = AllAccountsSet, Mandatory = true)]
    public SwitchParameter AllAccounts { get; set; }

    /// <summary>Takes all orders of all accounts of all servers in the profile.</summary>
    [Parameter(ParameterSetName = AllAccountsSet)]
    public SwitchParameter AllServers { get; set; }

    /// <summary>A script block to run with each new certificate, which it gets as $_ and as its argument. It has failed when it throws.</summary>
    [Parameter]
    public ScriptBlock? Deploy { get; set; }

    /// <summary>The path of a script file to run with each new certificate, which it gets as its first argument. It has failed when it throws or exits with another code than 0.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? DeployScript { get; set; }

    /// <summary>A script block to run when something failed. It gets, as $_ and as its argument, an object with Summary, Failures (Order, Message, ErrorId, RecommendedAction), LogFile, Computer and User.</summary>
    [Parameter]
    public ScriptBlock? OnFailure { get; set; }

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

    /// <inheritdoc/>
    protected override async Task EndAsync(CancellationToken cancellationToken)
    {
        var hook = await HookAsync().ConfigureAwait(false);
        var profile = ProfileRoot.Default();
        var logFile = LogFile is null ? RenewalLog.DefaultPath(profile) : await ResolveFilePathAsync(LogFile).ConfigureAwait(false);
        if (!await ShouldProcessAsync(profile, "Run the renewal task").ConfigureAwait(false))
        {
            return;
        }

        var log = new RenewalLog(logFile, LogSizeMB, LogCount, PhysicalFileSystem.Instance, SystemClock.Instance);
        PoshAcmeException? logFailure = null;
        IDisposable? hold = null;
        try
        {
            hold = log.TryBegin();
        }
        catch (PoshAcmeException e)
        {
            // The certificates are renewed all the same.
            logFailure = e;
        }

        using (hold)
        {
            var run = new RenewalRun(hold is null ? null : log);
            if (logFailure is not null)
            {
                run.Fail(RenewalTaskObjects.Failure(ErrorRecords.From(logFailure)));
            }

            if (hold is null && logFailure is null)
            {
                run.Fail(new(
                    null, $"Another run with the log '{logFile}' is under way.", "RenewalTaskBusy", "Wait for it to end, or see what it waits for."));
            }
            else
            {
                run.Write("INFO", $"The run begins: profile {profile}, user {Environment.UserName}.");
                await RenewAsync(run, hook).ConfigureAwait(false);
            }

            await TellAsync(run, logFile).ConfigureAwait(false);
            run.End();
            WriteObject(RenewalTaskObjects.From(run, logFile));
        }
    }

    private async Task<ScriptBlock?> HookAsync()
    {
        if (DeployScript is null)
        {
            return Deploy;
        }

        if (Deploy is not null)
        {
            throw RenewalTaskObjects.TwoDeployScripts();
        }

        var path = await ResolveFilePathAsync(DeployScript).ConfigureAwait(false);
        return await OnPipelineThreadAsync(() => InvokeCommand.NewScriptBlock(RenewalTaskScript.DeployBlock(path))).ConfigureAwait(false);
    }

    private async Task RenewAsync(RenewalRun run, ScriptBlock? hook)
    {
        var renewal = new RenewalCall(this, run)
        {
            AllAccounts = AllAccounts,
            AllServers = AllServers,
            OnRenewed = hook,
        };
        try
        {
            await OnPipelineThreadAsync(renewal.Run).ConfigureAwait(false);
        }
        catch (Exception e) when (Questions.EndsPipeline(e) || e is OperationCanceledException)
        {
            run.Write("ERROR", "The run was stopped.");
            throw;
        }
    }

    /// <summary>Tells of failures. None of the ways to do that may hide a failure, or keep the others from working.</summary>
    private async Task TellAsync(RenewalRun run, string logFile)
    {
        if (run.ExitCode == 0)
        {
            return;
        }

        if (OnFailure is { } script)
        {
            var notice = RenewalTaskObjects.Notice(run, logFile);
            if (await OnPipelineThreadAsync(() => Notify(script, notice)).ConfigureAwait(false) is { } problem)
            {
                run.Fail(new(null, $"The script of -OnFailure failed: {problem}", "NoticeFailed", null));
            }
        }

        if (Environment.OSVersion.Platform == PlatformID.Win32NT && !WindowsEventLog.TryWriteError(run.FailureLine))
        {
            WriteVerbose("The event log could not be written.");
        }

        // The journal of systemd reads the priority of a line at its beginning.
        var priority = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("JOURNAL_STREAM")) ? string.Empty : "<3>";
        await Console.Error.WriteLineAsync(priority + run.FailureLine).ConfigureAwait(false);
    }

    /// <summary>Runs the script of OnFailure on the pipeline thread.</summary>
    /// <returns>Why it failed; null when it ran to its end.</returns>
    private string? Notify(ScriptBlock script, PSObject notice)
    {
        try
        {
            CallerScript.Run(this, script, notice);
            return null;
        }
        catch (RuntimeException e) when (e is ActionPreferenceStopException || !Questions.EndsPipeline(e))
        {
            return e.ErrorRecord.Exception.Message;
        }
    }
}
