using System.Collections;
using System.Management.Automation;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.PowerShell.Infrastructure;

namespace PoshAcmeSharp.PowerShell.Challenges;

/// <summary>Makes effective what Publish-Challenge and Unpublish-Challenge have collected with a plugin.</summary>
/// <remarks>
/// <para>Few plugins collect first; for the others there is nothing to do. Manual shows the records that are to be created, all together, and waits until that is done; with ManualNonInteractive it goes on at once. Where nobody is there to answer, it ends with an error, and the records are still collected.</para>
/// </remarks>
/// <example>
/// <code>Save-Challenge Manual</code>
/// <para>Shows the records that Publish-Challenge collected and waits for Enter.</para>
/// </example>
/// <example>
/// <code>Save-Challenge Manual @{ ManualNonInteractive = $true } 6>&amp;1 | Out-File records.txt</code>
/// <para>Writes the records that are to be created into a file.</para>
/// </example>
/// <seealso cref="PublishChallengeCommand"/>
/// <seealso cref="UnpublishChallengeCommand"/>
[Cmdlet(VerbsData.Save, "Challenge", SupportsShouldProcess = true)]
public sealed class SaveChallengeCommand : PluginCommand
{
    /// <summary>The plugin, as Get-PAPlugin lists it.</summary>
    [Parameter(Position = 0, Mandatory = true)]
    [ArgumentCompleter(typeof(PluginCompleter))]
    [ValidateNotNullOrEmpty]
    public string Plugin { get; set; } = string.Empty;

    /// <summary>The arguments of the plugin, the same as for Publish-Challenge.</summary>
    [Parameter(Position = 1)]
    public Hashtable? PluginArgs { get; set; }

    /// <summary>Folders of plugin scripts to look for plugins in, before those of POSHACME_PLUGINS and of an installed Posh-ACME.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? PluginPath { get; set; }

    /// <summary>Takes the script where the module has a plugin of the same name.</summary>
    [Parameter]
    public SwitchParameter PreferPluginScript { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var plugin = PluginsFor(PluginPath, PreferPluginScript).Require(Plugin);
        if (await ShouldProcessAsync(plugin.Name, "Save the changes of challenges").ConfigureAwait(false))
        {
            await UsePluginAsync(plugin, PluginArgs, Session.Store.GetCurrentAccount(), (made, context) => made is ISavingChallengePlugin saving
                ? saving.SaveAsync(context, cancellationToken)
                : Task.CompletedTask).ConfigureAwait(false);
        }
    }
}
