using PoshAcmeSharp.Challenges;

namespace PoshAcmeSharp.Plugins.HttpFile;

/// <summary>The arguments of the plugin that writes challenge files into the folders of a web server.</summary>
public sealed class HttpFileOptions
{
    /// <summary>
    /// The web roots, each an existing folder; the file goes to <c>.well-known/acme-challenge</c> below each of them.
    /// With <see cref="WRExactPath"/> the folders themselves.
    /// </summary>
    [PluginArgument(Mandatory = true, IsPath = true, Help = "The folder that the web server serves as its root; several for several servers or sites.")]
    public IReadOnlyList<string> WRPath { get; set; } = [];

    /// <summary>Whether the file goes into the folders themselves, without <c>.well-known/acme-challenge</c>.</summary>
    [PluginArgument(Help = "Write exactly into the folders of WRPath, which the web server serves as /.well-known/acme-challenge.")]
    public bool WRExactPath { get; set; }

    /// <summary>
    /// Whether a <c>web.config</c> that lets IIS serve files without an extension is placed where there is none.
    /// Null does so on Windows only.
    /// </summary>
    [PluginArgument(Help = "Place a web.config that lets IIS serve the file where the folder has none; the default on Windows.")]
    public bool? WRWebConfig { get; set; }
}
