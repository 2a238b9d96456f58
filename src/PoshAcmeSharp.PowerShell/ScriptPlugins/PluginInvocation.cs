using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Security;

namespace PoshAcmeSharp.PowerShell.ScriptPlugins;

/// <summary>One command in the session of a plugin: carries its streams back, stops it, and names it in its errors.</summary>
internal sealed class PluginInvocation(Runspace runspace, ScriptCall call, Command command, string what)
{
    private const int LongestMessage = 1000;

    /// <summary>In bytes; what PowerShell gives its own threads.</summary>
    private const int StackSize = 10 * 1024 * 1024;

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
        var output = new PSDataCollection<PSObject>();
        output.DataAdded += (_, _) => Take(output);
        var run = StartThread(shell, output);
        using (var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken))
        {
            var limit = call.Clock.DelayAsync(TimeLimit, waiting.Token);
            if (await Task.WhenAny(run, limit).ConfigureAwait(false) == limit)
            {
                // BeginStop would wait for it on a thread that keeps the process alive.
                _ = Task.Run(shell.Stop, CancellationToken.None);
                HasEnded = await Task.WhenAny(run, call.Clock.DelayAsync(StopGrace, CancellationToken.None)).ConfigureAwait(false) == run;
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
        if (await run.ConfigureAwait(false) is { } error)
        {
            throw Failure(error);
        }

        Take(output);
        return _output;
    }

    /// <summary>Runs it on a thread that does not keep the process alive: one of PowerShell's own would.</summary>
    /// <returns>The error that it ended with, or null.</returns>
    private Task<RuntimeException?> StartThread(System.Management.Automation.PowerShell shell, PSDataCollection<PSObject> output)
    {
        var ended = new TaskCompletionSource<RuntimeException?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(Run, StackSize) { IsBackground = true, Name = runspace.Name };
        thread.Start();
        return ended.Task;

        void Run()
        {
            RuntimeException? error = null;
            try
            {
                var input = new PSDataCollection<PSObject>();
                input.Complete();
                shell.Invoke(input, output, new PSInvocationSettings());
            }
            catch (RuntimeException e)
            {
                error = e;
            }
#pragma warning disable CA1031 // Whatever it is, on a thread of its own it would end the process.
            catch (Exception e)
#pragma warning restore CA1031
            {
                error = new RuntimeException(e.Message, e);
            }

            ended.TrySetResult(error);
            shell.Dispose();
        }
    }

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
