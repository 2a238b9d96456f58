using System.Management.Automation;
using System.Runtime.ExceptionServices;

namespace PoshAcmeSharp.PowerShell.Infrastructure;

/// <summary>Runs a script block that a user gave, in the session it comes from.</summary>
internal static class CallerScript
{
    // In a try, an error that ends a command ends the script too, and does not only skip a line.
    private const string Guard = "param($script, $variables, $item) try { $script.InvokeWithContext($null, $variables, $item) } catch { throw }";

    /// <summary>Runs the script; call it on the pipeline thread.</summary>
    /// <param name="command">The command that runs it.</param>
    /// <param name="script">The script.</param>
    /// <param name="item">Its first argument, and <c>$_</c>.</param>
    /// <param name="variables">More variables that it sees, and the commands that it calls.</param>
    /// <returns>What it wrote.</returns>
    /// <exception cref="RuntimeException">It threw: the error itself, without the call of the guard around it. An error that it only writes is not a failure.</exception>
    public static IReadOnlyList<PSObject?> Run(PSCmdlet command, ScriptBlock script, PSObject item, params PSVariable[] variables)
    {
        try
        {
            return command.InvokeCommand.NewScriptBlock(Guard).InvokeWithContext(null, [], script, new List<PSVariable>(variables) { new("_", item) }, item);
        }
        catch (MethodInvocationException e) when (e.InnerException is RuntimeException inner)
        {
            ExceptionDispatchInfo.Capture(inner).Throw();
            throw;
        }
    }
}
