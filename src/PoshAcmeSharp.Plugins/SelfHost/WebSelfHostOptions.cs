using PoshAcmeSharp.Challenges;

namespace PoshAcmeSharp.Plugins.SelfHost;

/// <summary>The arguments of the plugin that answers http-01 challenges with a web server of its own.</summary>
public sealed class WebSelfHostOptions
{
    /// <summary>The port to listen on; null means 80, where CAs ask.</summary>
    [PluginArgument(Help = "The port to listen on; 80 without it. With another one, port 80 must be forwarded to it.")]
    public int? WSHPort { get; set; }

    /// <summary>After how many seconds the server stops by itself; 0: never.</summary>
    [PluginArgument(Help = "After how many seconds the web server stops by itself when nobody stops it; 0 means never.")]
    public int WSHTimeout { get; set; } = 120;

    /// <summary>How many seconds to wait once it listens, before the CA is told.</summary>
    [PluginArgument(Help = "How many seconds to wait after the web server has started.")]
    public int WSHDelayAfterStart { get; set; }
}
