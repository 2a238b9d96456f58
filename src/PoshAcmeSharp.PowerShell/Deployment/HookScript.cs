using System.Management.Automation;

namespace PoshAcmeSharp.PowerShell.Deployment;

/// <summary>The script block that a user gives to be run for each new certificate.</summary>
internal static class HookScript
{
    /// <summary>The action that <c>-WhatIf</c> and <c>-Confirm</c> show.</summary>
    public const string Action = "Run the script of -OnRenewed";

    private const string Tag = "OnRenewed";

    /// <summary>
    /// Runs the script in the session it comes from; call it on the pipeline thread. What it writes goes to the
    /// information stream: the output of the command is certificates alone.
    /// </summary>
    /// <param name="command">The command that runs it.</param>
    /// <param name="script">The script.</param>
    /// <param name="certificate">The new certificate: its first argument, and <c>$_</c>.</param>
    /// <returns>True, when it ran to its end.</returns>
    /// <exception cref="RuntimeException">It threw. An error that it only writes is not a failure.</exception>
    public static bool Run(PSCmdlet command, ScriptBlock script, PSObject certificate)
    {
        try
        {
            foreach (var output in script.InvokeWithContext(null, [new PSVariable("_", certificate)], certificate))
            {
                if (output is not null)
                {
                    command.WriteInformation(output, [Tag]);
                }
            }

            return true;
        }
        catch (ActionPreferenceStopException e)
        {
            // Stop is the script's own preference here, and ends the script alone.
            throw new RuntimeException(e.ErrorRecord.Exception.Message, e, e.ErrorRecord);
        }
    }
}
