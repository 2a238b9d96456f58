using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Security;

namespace PoshAcmeSharp.PowerShell.ScriptPlugins;

/// <summary>One command in the session of a plugin: carries its streams back, stops it, and names it in its errors.</summary>
internal sealed class PluginInvocation(Runspace runspace, ScriptCall call, Command command, string what)
{
    private const int LongestMessage = 1000;

    /// <summary>How long a plugin may take for one call: some wait for their provider.</summary>
    private static readonly TimeSpan TimeLimit = TimeSpan.FromMinutes(10);

    /// <summary>How long a plugin that is being stopped may take to notice it.</summary>
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(5);

    private readonly List<object> _output = [];

    /// <summary>Whether it has come to its end; false means that it runs on although it was stopped.</summary>
    public bool HasEnded { get; private set; }

    /// <returns>What was written to the pipeline.</returns>
    public async Task<IReadOnlyList<object>> RunAsync(CancellationToken cancellationToken)
    {
        foreach (var stream in new[] { PipelineResultTypes.Error, PipelineResultTypes.Warning, PipelineResultTypes.Verbose, PipelineResultTypes.Debug })
        {
            command.MergeMyResults(stream, PipelineResultTypes.Output);
        }

        // Not disposed of before its end: that would wait for it.
        var shell = System.Management.Automation.PowerShell.Create();
        shell.Runspace = runspace;
        shell.Commands.AddCommand(command);
        var input = new PSDataCollection<PSObject>();
        input.Complete();
        var output = new PSDataCollection<PSObject>();
        output.DataAdded += (_, _) => Take(output);
        var ended = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var running = shell.BeginInvoke(input, output, null, _ => ended.TrySetResult(true), null);
        using (var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken))
        {
            var limit = call.Clock.DelayAsync(TimeLimit, waiting.Token);
            var isTimeUp = await Task.WhenAny(ended.Task, limit).ConfigureAwait(false) == limit;
            if (isTimeUp)
            {
                shell.BeginStop(static _ => { }, null);
                HasEnded = await Task.WhenAny(ended.Task, call.Clock.DelayAsync(StopGrace, CancellationToken.None)).ConfigureAwait(false) == ended.Task;
                Discard(shell, running, ended.Task);
                cancellationToken.ThrowIfCancellationRequested();
                throw new PoshAcmeException(
                    "PluginScriptTimeout",
                    ErrorKind.Timeout,
                    string.Format(CultureInfo.CurrentCulture, "The plugin {0} did not come back from {1} within {2:0} minutes.", call.File.Name, what, TimeLimit.TotalMinutes),
                    "Run the command with -Verbose and -Debug to see what the plugin waits for.");
            }

            waiting.Cancel();
        }

        HasEnded = true;
        try
        {
            shell.EndInvoke(running);
        }
        catch (RuntimeException e)
        {
            throw Failure(e);
        }
        finally
        {
            shell.Dispose();
        }

        Take(output);
        return _output;
    }

    private static void Discard(System.Management.Automation.PowerShell shell, IAsyncResult running, Task ended)
        => _ = ended.ContinueWith(
            _ =>
            {
                try
                {
                    shell.EndInvoke(running);
                }
                catch (RuntimeException)
                {
                    // It was stopped.
                }

                shell.Dispose();
            },
            CancellationToken.None,
            TaskContinuationOptions.None,
            TaskScheduler.Default);

    private void Take(PSDataCollection<PSObject> output)
    {
        foreach (var item in output.ReadAll().Where(i => i is not null))
        {
            switch (item.BaseObject)
            {
                case ErrorRecord error:
                    call.Reporter.Warning($"{call.File.Name}: {Describe(error)}");
                    break;
                case WarningRecord warning:
                    call.Reporter.Warning($"{call.File.Name}: {warning.Message}");
                    break;
                case VerboseRecord verbose:
                    call.Reporter.Verbose($"{call.File.Name}: {verbose.Message}");
                    break;
                case DebugRecord debug:
                    call.Reporter.Debug($"{call.File.Name}: {debug.Message}");
                    break;
                case var other:
                    _output.Add(other);
                    break;
            }
        }
    }

    private PoshAcmeException Failure(RuntimeException error)
    {
        var record = error.ErrorRecord;
        if (record.ScriptStackTrace is { Length: > 0 } trace)
        {
            call.Reporter.Debug($"{call.File.Name}: {trace}");
        }

        return error is PSSecurityException || error.InnerException is PSSecurityException or SecurityException
            ? new PoshAcmeException(
                "PluginScriptBlocked",
                ErrorKind.PermissionDenied,
                $"The plugin script '{call.File.Path}' may not run here: {Cut(error.Message)}",
                "Unblock-File takes the mark of the internet off a script that you trust; Set-ExecutionPolicy decides which scripts may run.",
                error)
            : new PoshAcmeException(
                "PluginScriptFailed",
                ErrorKind.InvalidOperation,
                $"The plugin {call.File.Name} failed in {what}: {Describe(record)}",
                "Check the plugin's arguments; -Verbose and -Debug show what it did.",
                error);
    }

    /// <summary>What went wrong, with what the provider answered when a web command has kept it.</summary>
    private static string Describe(ErrorRecord error)
    {
        var message = error.Exception.Message;
        var details = error.ErrorDetails?.Message;
        return Cut(string.IsNullOrWhiteSpace(details) || message.Contains(details) ? message : $"{message} {details}");
    }

    private static string Cut(string text)
    {
        var clean = new string([.. text.Take(LongestMessage + 1).Select(c => char.IsControl(c) ? ' ' : c)]).Trim();
        return clean.Length > LongestMessage ? clean.Substring(0, LongestMessage) + "…" : clean;
    }
}
