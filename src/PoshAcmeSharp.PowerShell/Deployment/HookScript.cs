using System.Management.Automation;

namespace PoshAcmeSharp.PowerShell.Deployment;

/// <summary>The script block that a user gives to be run for each new certificate.</summary>
internal static class HookScript
{
    /// <summary>The action that <c>-WhatIf</c> and <c>-Confirm</c> show.</summary>
    public const string Action = "Run the script of -OnRenewed";

    private const string Tag = "OnRenewed";

    // In a try, an error that ends a command ends the script too, and does not only skip a line.
    private const string Guard = "param($script, $variables, $certificate) try { $script.InvokeWithContext($null, $variables, $certificate) } catch { throw }";

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
            var guard = command.InvokeCommand.NewScriptBlock(Guard);
            foreach (var output in guard.InvokeWithContext(null, [], script, new List<PSVariable> { new("_", certificate) }, certificate))
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
            // The error itself, without the call of the guard around it. Where Stop is the script's own preference, that
            // ends the script alone, and not the command.
            var cause = e is MethodInvocationException { InnerException: RuntimeException inner } ? inner : e;
            throw new RuntimeException(cause.ErrorRecord.Exception.Message, cause, cause.ErrorRecord);
        }
    }
}
