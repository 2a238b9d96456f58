using System.ComponentModel;
using System.Diagnostics;
using System.Management.Automation;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.PowerShell.Infrastructure;
using PoshAcmeSharp.PowerShell.Objects;

namespace PoshAcmeSharp.PowerShell.Plugins;

/// <summary>Gets the plugins that answer challenges, or what one of them needs.</summary>
/// <remarks>
/// <para>Lists the plugins that come with the module, and the scripts in the folders of PluginPath, in those that the environment variable POSHACME_PLUGINS names, and in the newest Posh-ACME on the module path. Of several with one name the first counts; Origin says where it comes from, and Hides which others there are. For one plugin it also shows the arguments that go into -PluginArgs, its help, or the page that says how to set it up.</para>
/// </remarks>
/// <example>
/// <code>Get-PAPlugin | Where-Object ChallengeType -EQ 'http-01'</code>
/// <para>Shows the plugins that answer by a file of a web server.</para>
/// </example>
/// <example>
/// <code>Get-PAPlugin GoDaddy -Params</code>
/// <para>Shows the arguments that the plugin takes, by the sets that go together.</para>
/// </example>
/// <example>
/// <code>Get-PAPlugin GoDaddy -Guide</code>
/// <para>Opens the page where keys are made, or writes its address where there is no browser.</para>
/// </example>
/// <example>
/// <code>Get-PAPlugin | Where-Object Hides | Format-List Name, Origin, Hides</code>
/// <para>Shows the plugins that come in place of others of the same name.</para>
/// </example>
/// <seealso cref="GetPAPluginArgsCommand"/>
/// <seealso cref="Orders.NewPAOrderCommand"/>
[Cmdlet(VerbsCommon.Get, "PAPlugin", DefaultParameterSetName = BasicSet)]
[OutputType(TypeNames.PluginDetail, ParameterSetName = [BasicSet])]
[OutputType(typeof(string), ParameterSetName = [HelpSet, GuideSet])]
[OutputType(TypeNames.PluginParameter, ParameterSetName = [ParamsSet])]
public sealed class GetPAPluginCommand : ProfileCommand
{
    private const string BasicSet = "Basic";
    private const string HelpSet = "Help";
    private const string GuideSet = "Guide";
    private const string ParamsSet = "Params";

    /// <summary>The name of one plugin. Without it, all are listed.</summary>
    [Parameter(ParameterSetName = BasicSet, Position = 0)]
    [Parameter(ParameterSetName = HelpSet, Position = 0, Mandatory = true)]
    [Parameter(ParameterSetName = GuideSet, Position = 0, Mandatory = true)]
    [Parameter(ParameterSetName = ParamsSet, Position = 0, Mandatory = true)]
    [ArgumentCompleter(typeof(PluginCompleter))]
    public string? Plugin { get; set; }

    /// <summary>Shows the help of the plugin: what it is for and what its arguments mean.</summary>
    [Parameter(ParameterSetName = HelpSet, Mandatory = true)]
    public SwitchParameter Help { get; set; }

    /// <summary>Opens the page that says how to set the plugin up. Without a browser, or unattended, its address is written.</summary>
    [Parameter(ParameterSetName = GuideSet, Mandatory = true)]
    public SwitchParameter Guide { get; set; }

    /// <summary>Shows the arguments of the plugin.</summary>
    [Parameter(ParameterSetName = ParamsSet, Mandatory = true)]
    public SwitchParameter Params { get; set; }

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
        var plugins = PluginsFor(PluginPath, PreferPluginScript);
        if (string.IsNullOrWhiteSpace(Plugin))
        {
            WriteObject(plugins.List().Select(p => PluginObjects.From(p, plugins.FindHidden(p))), enumerateCollection: true);
            return;
        }

        var plugin = plugins.Require(Plugin!);
        switch (ParameterSetName)
        {
            case ParamsSet:
                WriteObject(PluginObjects.ParametersOf(plugin), enumerateCollection: true);
                break;
            case HelpSet:
                WriteObject(PluginObjects.HelpOf(plugin, plugins.FindHidden(plugin)));
                break;
            case GuideSet:
                await ShowGuideAsync(plugin).ConfigureAwait(false);
                break;
            default:
                WriteObject(PluginObjects.From(plugin, plugins.FindHidden(plugin)));
                break;
        }
    }

    private async Task ShowGuideAsync(PluginDescriptor plugin)
    {
        var url = plugin.GuideUrl ?? throw new PoshAcmeException(
            "PluginHasNoGuide",
            ErrorKind.NotFound,
            $"The plugin {plugin.Name} names no page that says how to set it up.",
            $"Get-PAPlugin {plugin.Name} -Help shows what is known of it.");
        if (IsUnattended || !await OnPipelineThreadAsync(HasBrowser).ConfigureAwait(false) || !TryOpen(url))
        {
            WriteObject(url);
        }
    }

    /// <summary>Without a desktop Linux may have a browser of the terminal, which would take the console over.</summary>
    private bool HasBrowser()
        => !LanguagePrimitives.IsTrue(GetVariableValue("IsLinux"))
            || Environment.GetEnvironmentVariable("DISPLAY") is { Length: > 0 }
            || Environment.GetEnvironmentVariable("WAYLAND_DISPLAY") is { Length: > 0 };

    private static bool TryOpen(string url)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(url) { UseShellExecute = true });
            return true;
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException or PlatformNotSupportedException)
        {
            return false;
        }
    }
}
