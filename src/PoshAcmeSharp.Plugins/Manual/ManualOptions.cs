using PoshAcmeSharp.Challenges;

namespace PoshAcmeSharp.Plugins.Manual;

/// <summary>The arguments of the plugin that has a person do the work.</summary>
public sealed class ManualOptions
{
    /// <summary>Whether the records are only shown, and nobody is waited for.</summary>
    [PluginArgument(Help = "Show the records and go on without waiting for anybody.")]
    public bool ManualNonInteractive { get; set; }
}
