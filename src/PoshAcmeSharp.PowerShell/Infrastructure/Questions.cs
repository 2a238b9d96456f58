using System.Globalization;
using System.Management.Automation;
using System.Reflection;

namespace PoshAcmeSharp.PowerShell.Infrastructure;

/// <summary>
/// Asks what a command has to ask, and makes an error of a question that nobody is there to answer. Used on the
/// pipeline thread.
/// </summary>
internal sealed class Questions(PSCmdlet command)
{
    private const string ConsoleHost = "ConsoleHost";
    private const string RemoteHost = "ServerRemoteHost";

    /// <summary>How the processes of Start-Job are started: they are served through their standard input.</summary>
    private const string ServerMode = "-s";

    /// <summary>Whether an exception ends the pipeline, rather than being about what was asked or written.</summary>
    public static bool EndsPipeline(Exception e)
        => e is PipelineStoppedException or ActionPreferenceStopException or FlowControlException;

    /// <summary>Asks whether a change may be made: <c>-WhatIf</c> and <c>-Confirm</c> decide.</summary>
    public bool ShouldProcess(string target, string action)
        => Ask(() => command.ShouldProcess(target, action), Confirms, $"{action} ({target})?", "Use -Confirm:$false to go on without the question.");

    /// <summary>Asks the user.</summary>
    public bool ShouldContinue(string query, string caption)
        => Ask(() => command.ShouldContinue(query, caption), static () => true, query, "Use -Force to go on without the question.");

    /// <summary>Shows a text and waits until the user presses Enter.</summary>
    public bool WaitForUser(string text)
        => Ask(() => ReadEnter(text), static () => true, "press Enter when it is done.", "Run the command where somebody can answer.");

    private bool ReadEnter(string text)
    {
        command.WriteInformation(new HostInformationMessage { Message = text }, ["PSHOST"]);
        command.Host.UI.Write("Press Enter when it is done: ");
        command.Host.UI.ReadLine();
        return true;
    }

    private bool Ask(Func<bool> question, Func<bool> isAsked, string text, string remedy)
    {
        // The console would wait for a line that may never come, or stumble over the end of the input.
        if (IsUnattended() && isAsked())
        {
            throw NobodyThere(null);
        }

        try
        {
            return question();
        }
        catch (Exception e) when (!EndsPipeline(e))
        {
            throw NobodyThere(e);
        }

        PoshAcmeException NobodyThere(Exception? cause) => new(
            "ConfirmationNeeded", ErrorKind.InvalidOperation, $"Nobody is there to answer the question: {text}", remedy, cause);
    }

    /// <summary>Whether it is known that nobody will answer. Other hosts may still refuse a question.</summary>
    public bool IsUnattended() => command.Host.Name switch
    {
        ConsoleHost => Console.IsInputRedirected || !Environment.UserInteractive,

        // A question would block a job until somebody receives it.
        RemoteHost => Environment.GetCommandLineArgs().Contains(ServerMode, StringComparer.OrdinalIgnoreCase),
        _ => false,
    };

    /// <summary>Whether ShouldProcess will ask, as about_Preference_Variables has it for ConfirmPreference.</summary>
    private bool Confirms()
    {
        if (IsWhatIf())
        {
            return false;
        }

        if (IsOn("Confirm") is { } confirm)
        {
            return confirm;
        }

        var impact = command.GetType().GetCustomAttribute<CmdletAttribute>()?.ConfirmImpact ?? ConfirmImpact.None;
        return LanguagePrimitives.TryConvertTo(command.GetVariableValue("ConfirmPreference"), CultureInfo.InvariantCulture, out ConfirmImpact threshold)
            && threshold != ConfirmImpact.None
            && impact >= threshold;
    }

    /// <summary>Whether the command is only to say what it would do.</summary>
    public bool IsWhatIf() => IsOn("WhatIf") ?? LanguagePrimitives.IsTrue(command.GetVariableValue("WhatIfPreference"));

    private bool? IsOn(string name)
        => command.MyInvocation.BoundParameters.TryGetValue(name, out var value) ? LanguagePrimitives.IsTrue(value) : null;
}
