using PoshAcmeSharp.Challenges;

namespace PoshAcmeSharp.Plugins.SelfHost;

/// <summary>
/// Answers http-01 challenges with a web server of its own (RFC 8555 section 8.3): it listens from the first answer
/// that is published to the last that is removed, and no longer than it is told to.
/// </summary>
public sealed class WebSelfHostPlugin : IHttpChallengePlugin
{
    /// <summary>The name users give to -Plugin.</summary>
    public const string PluginName = "WebSelfHost";

    private readonly SelfHostServer _server;
    private readonly TimeSpan _timeout;
    private readonly TimeSpan _delay;

    /// <summary>Makes the plugin; nothing listens yet.</summary>
    /// <param name="options">The arguments.</param>
    /// <param name="memory">
    /// Where the server is kept, so that another instance can remove what this one published, and several share a
    /// port; null: this instance stands for itself.
    /// </param>
    /// <exception cref="PoshAcmeException"><c>InvalidPluginArguments</c>: a number is out of its range.</exception>
    public WebSelfHostPlugin(WebSelfHostOptions options, PluginMemory? memory = null)
        : this(options, ListenerPrefix.ForPort(Check(options).WSHPort), memory)
    {
    }

    internal WebSelfHostPlugin(WebSelfHostOptions options, ListenerPrefix prefix, PluginMemory? memory = null)
    {
        _server = (memory?.Get<SelfHostServers>(PluginName) ?? new SelfHostServers()).Get(prefix);
        _timeout = TimeSpan.FromSeconds(options.WSHTimeout);
        _delay = TimeSpan.FromSeconds(options.WSHDelayAfterStart);
    }

    /// <inheritdoc/>
    public string Name => PluginName;

    /// <inheritdoc/>
    /// <remarks>Publishing is adding to a table; only the first one does more.</remarks>
    public int MaxConcurrency => 1;

    /// <inheritdoc/>
    /// <exception cref="PoshAcmeException"><c>ListenerPortInUse</c>, <c>ListenerNotPermitted</c>, <c>ListenerNotStarted</c>.</exception>
    public Task PublishAsync(HttpChallengeResponse response, PluginContext context, CancellationToken cancellationToken)
        => _server.AddAsync(response, _timeout, _delay, context, cancellationToken);

    /// <inheritdoc/>
    public Task UnpublishAsync(HttpChallengeResponse response, PluginContext context, CancellationToken cancellationToken)
        => _server.RemoveAsync(response, cancellationToken);

    private static WebSelfHostOptions Check(WebSelfHostOptions options)
        => options switch
        {
            { WSHPort: < 1 or > 65535 } => throw Invalid(nameof(options.WSHPort), "a port has a number from 1 to 65535"),
            { WSHTimeout: < 0 } => throw Invalid(nameof(options.WSHTimeout), "it is less than 0 seconds"),
            { WSHDelayAfterStart: < 0 } => throw Invalid(nameof(options.WSHDelayAfterStart), "it is less than 0 seconds"),
            _ => options,
        };

    private static PoshAcmeException Invalid(string argument, string reason) => new(
        "InvalidPluginArguments",
        ErrorKind.InvalidArgument,
        $"{argument} cannot be used: {reason}.",
        "Correct the argument, or leave it away for its default.");
}
