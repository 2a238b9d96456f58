using System.Management.Automation;
using System.Runtime.CompilerServices;
using PoshAcmeSharp.Challenges;

namespace PoshAcmeSharp.PowerShell.Infrastructure;

/// <summary>
/// What outlives a command: it belongs to the module as one session has imported it, and goes with it. Another session,
/// or another import, has its own.
/// </summary>
internal sealed class ModuleState
{
    private static readonly ConditionalWeakTable<object, ModuleState> States = new();

    /// <summary>What plugins keep between the commands that publish and those that save.</summary>
    public PluginMemory PluginMemory { get; } = new();

    /// <summary>The state of the module that a command belongs to.</summary>
    public static ModuleState Of(PSCmdlet command)
        => States.GetValue((object?)command.MyInvocation.MyCommand.Module ?? command.SessionState, static _ => new ModuleState());
}
