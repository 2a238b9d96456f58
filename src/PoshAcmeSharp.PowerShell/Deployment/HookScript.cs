using System.Management.Automation;
using PoshAcmeSharp.Deployment;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.PowerShell.Infrastructure;
using PoshAcmeSharp.PowerShell.Objects;

namespace PoshAcmeSharp.PowerShell.Deployment;

/// <summary>The script block that a user gives to be run for each new certificate.</summary>
internal static class HookScript
{
    /// <summary>The action that <c>-WhatIf</c> and <c>-Confirm</c> show.</summary>
    public const string Action = "Run the script of -OnRenewed";

    private const string Tag = "OnRenewed";

    /// <summary>A variable that the commands see which a script calls: the folders of the orders that scripts run for.</summary>
    private const string Callers = "PoshAcmeSharpOnRenewed";

    /// <summary>What runs the script where it is due.</summary>
    /// <param name="command">The command that runs it.</param>
    /// <param name="session">The profile at work.</param>
    /// <param name="script">The script.</param>
    public static async Task<DeployHooks> HooksAsync(ProfileCommand command, ProfileSession session, ScriptBlock script)
    {
        var callers = await command.OnPipelineThreadAsync(() => command.GetVariableValue(Callers) as string[] ?? []).ConfigureAwait(false);
        return new DeployHooks(
            session,
            (certificate, _) => command.OnPipelineThreadAsync(
                () => Run(command, script, OutputObjects.From(certificate), [.. callers, certificate.Order.Folder])))
        {
            Callers = callers,
        };
    }

    /// <summary>
    /// Runs the script in the session it comes from; call it on the pipeline thread. What it writes goes to the
    /// information stream: the output of the command is certificates alone.
    /// </summary>
    /// <param name="command">The command that runs it.</param>
    /// <param name="script">The script.</param>
    /// <param name="certificate">The new certificate: its first argument, and <c>$_</c>.</param>
    /// <param name="callers">The folders of the orders that scripts run for, this one with them.</param>
    /// <returns>True, when it ran to its end.</returns>
    /// <exception cref="RuntimeException">It threw. An error that it only writes is not a failure.</exception>
    private static bool Run(PSCmdlet command, ScriptBlock script, PSObject certificate, string[] callers)
    {
        try
        {
            foreach (var output in CallerScript.Run(command, script, certificate, new PSVariable(Callers, callers)))
            {
                if (output is not null)
                {
                    command.WriteInformation(output, [Tag]);
                }
            }

            return true;
        }
        catch (RuntimeException e) when (e is not PipelineStoppedException)
        {
            // Where Stop is the script's own preference, that ends the script alone, and not the command.
            throw new RuntimeException(e.ErrorRecord.Exception.Message, e, e.ErrorRecord);
        }
    }
}
