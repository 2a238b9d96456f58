using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.PowerShell.ScriptPlugins;

namespace PoshAcmeSharp.PowerShell.Infrastructure;

/// <summary>
/// What outlives a command: it belongs to the module as one session has imported it, and goes with it. Another session,
/// or another import, has its own.
/// </summary>
internal sealed class ModuleState : IDisposable
{
    private static readonly ConditionalWeakTable<object, ModuleState> States = new();

    private readonly object _gate = new();
    private ScriptPluginSession? _scripts;

    /// <summary>What plugins keep between the commands that publish and those that save.</summary>
    public PluginMemory PluginMemory { get; } = new();

    /// <summary>The state of the module that a command belongs to.</summary>
    public static ModuleState Of(PSCmdlet command)
        => States.GetValue((object?)command.MyInvocation.MyCommand.Module ?? command.SessionState, static _ => new ModuleState());

    /// <summary>Closes what a module keeps open.</summary>
    public static void End(PSModuleInfo module)
    {
        if (States.TryGetValue(module, out var state))
        {
            state.Dispose();
        }
    }

    /// <summary>The plugin scripts, begun when first asked for.</summary>
    /// <param name="command">The command that asks.</param>
    /// <param name="runspace">The session of PowerShell that it runs in: they end with it at the latest.</param>
    public ScriptPluginSession ScriptsFor(PSCmdlet command, Runspace? runspace)
    {
        lock (_gate)
        {
            if (_scripts is null)
            {
                _scripts = new ScriptPluginSession(command.Host, command.SessionState.LanguageMode);
                if (runspace is not null)
                {
                    runspace.StateChanged += (_, change) =>
                    {
                        if (change.RunspaceStateInfo.State is RunspaceState.Closed or RunspaceState.Broken)
                        {
                            Dispose();
                        }
                    };
                }
            }

            return _scripts;
        }
    }

    /// <summary>Closes what is open.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _scripts?.Dispose();
            _scripts = null;
        }
    }
}
