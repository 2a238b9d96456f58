using System.Management.Automation.Runspaces;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.Plugins;
using PoshAcmeSharp.PowerShell.Objects;
using PoshAcmeSharp.PowerShell.ScriptPlugins;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.PowerShell.Infrastructure;

/// <summary>The base of the commands that work on the profile.</summary>
public abstract class ProfileCommand : AsyncCommand
{
    // Commands are made on the thread of their pipeline; their work runs on others.
    private readonly Runspace? _runspace = Runspace.DefaultRunspace;
    private readonly SecretManagementVault _vault = new();
    private ProfileSession? _session;

    /// <summary>The profile at work, for the time of this command.</summary>
    internal ProfileSession Session => _session ??= new ProfileSession(
        new ProfileStore(ProfileRoot.Default(), null, SystemClock.Instance, Reporter, _vault),
        Reporter,
        SystemClock.Instance)
    {
        Plugins = new PluginCatalog(NativePlugins.List(), new ScriptPluginSource(() => ModuleState.Of(this).ScriptsFor(this, _runspace), Reporter)),
        WaitForUserAsync = IsUnattended ? null : WaitForUserAsync,
        ShowAsync = ShowAsync,
        CurrentFolder = CurrentFolder,
        ChangesNothing = IsWhatIf,
    };

    /// <summary>The plugins, with folders of scripts that the user names, and with scripts first if they want that.</summary>
    private protected PluginCatalog PluginsFor(string[]? folders, bool prefersScripts)
        => Session.Plugins.For(Session.ResolvePluginFolders(folders ?? []), prefersScripts);

    /// <summary>Writes a certificate that was completed. That it could not be installed is an error of its own, after it.</summary>
    private protected void WriteCertificate(OrderCertificate completed)
    {
        WriteObject(OutputObjects.From(completed));
        if (completed.InstallFailure is { } failure)
        {
            WriteError(failure, completed.Order.Name);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _session?.Dispose();
            _vault.Dispose();
        }

        base.Dispose(disposing);
    }
}
