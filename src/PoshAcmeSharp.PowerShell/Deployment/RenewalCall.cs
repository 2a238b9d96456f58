using System.Management.Automation;
using PoshAcmeSharp.Deployment.Tasks;
using PoshAcmeSharp.PowerShell.Infrastructure;
using Shell = System.Management.Automation.PowerShell;

namespace PoshAcmeSharp.PowerShell.Deployment;

/// <summary>Submit-Renewal, called by the renewal task: all that it writes goes to the run and its log as it comes.</summary>
internal sealed class RenewalCall(PSCmdlet command, RenewalRun run)
{
    private const string Name = "Submit-Renewal";

    public bool AllAccounts { get; init; }

    public bool AllServers { get; init; }

    public ScriptBlock? OnRenewed { get; init; }

    /// <summary>Runs it; on the pipeline thread. What fails is noted in the run.</summary>
    /// <returns>True.</returns>
    public bool Run()
    {
        using var shell = Shell.Create(RunspaceMode.CurrentRunspace);
        _ = command.MyInvocation.MyCommand.Module?.ExportedCommands is { } exported && exported.TryGetValue(Name, out var renewal)
            ? shell.AddCommand(renewal)
            : shell.AddCommand(Name);
        shell.AddParameter(AllAccounts ? "AllAccounts" : "AllOrders").AddParameter("PassThru").AddParameter("Confirm", false)
            .AddParameter("ErrorAction", ActionPreference.Continue)
            .AddParameter("WarningAction", ActionPreference.Continue)
            .AddParameter("InformationAction", ActionPreference.SilentlyContinue);
        if (AllServers)
        {
            shell.AddParameter("AllServers");
        }

        if (OnRenewed is not null)
        {
            shell.AddParameter("OnRenewed", OnRenewed);
        }

        if (command.MyInvocation.BoundParameters.TryGetValue("Verbose", out var verbose))
        {
            shell.AddParameter("Verbose", verbose);
        }

        Listen(shell.Streams.Error, Fail);
        Listen(shell.Streams.Warning, record => run.Write("WARNING", record.Message));
        Listen(shell.Streams.Verbose, record => run.Write("VERBOSE", record.Message));
        Listen(shell.Streams.Information, record => run.Write("OUTPUT", record.MessageData?.ToString() ?? string.Empty));
        try
        {
            foreach (var result in shell.Invoke())
            {
                Note(result);
            }
        }
        catch (RuntimeException e) when (e is ActionPreferenceStopException || !Questions.EndsPipeline(e))
        {
            Fail(e.ErrorRecord);
        }

        return true;
    }

    private static void Listen<T>(PSDataCollection<T> stream, Action<T> note)
        => stream.DataAdded += (_, added) => note(stream[added.Index]);

    private void Fail(ErrorRecord record) => run.Fail(RenewalTaskObjects.Failure(record));

    private void Note(PSObject result)
    {
        var order = PSObjects.GetString(result, "Name") ?? string.Empty;
        run.Add(order, PSObjects.GetString(result, "Status") ?? string.Empty, PSObjects.GetString(result, "Reason") ?? string.Empty);
        if (PSObjects.GetString(result, "Hook") == "Done")
        {
            run.Add(order, "Deployed", "The deploy script has run to its end.");
        }
    }
}
