using System.Collections;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.PowerShell.Objects;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.PowerShell.Infrastructure;

/// <summary>The base of the commands that use one plugin by itself.</summary>
public abstract class PluginCommand : ProfileCommand
{
    /// <summary>Makes a plugin, works with it and takes it away again. What it keeps in memory stays for the next command.</summary>
    private protected async Task UsePluginAsync(PluginDescriptor plugin, Hashtable? arguments, StoredAccount? account, Func<IChallengePlugin, PluginContext, Task> work)
    {
        var environment = Session.EnvironmentFor(account) with { Memory = ModuleState.Of(this).PluginMemory };
        var made = plugin.Create(PluginArgsInput.Read(arguments) ?? new Dictionary<string, object?>(), environment);
        try
        {
            await work(made, new PluginContext(Reporter, SystemClock.Instance)).ConfigureAwait(false);
        }
        finally
        {
            (made as IDisposable)?.Dispose();
        }
    }
}
