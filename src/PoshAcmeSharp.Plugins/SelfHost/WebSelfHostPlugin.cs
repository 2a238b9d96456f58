using PoshAcmeSharp.Challenges;

namespace PoshAcmeSharp.Plugins.SelfHost;

/// <summary>
/// Answers http-01 challenges with a web server of its own (RFC 8555 section 8.3): it listens from the first answer
/// that is published to the last that is removed, and no longer than it is told to.
/// </summary>
public sealed class WebSelfHostPlugin : IHttpChallengePlugin, IDisposable
{
    private readonly ChallengeAnswers _answers = new();
    private readonly SemaphoreSlim _gate = new(1);
    private readonly IReadOnlyList<ListenerPrefix> _prefixes;
    private readonly TimeSpan _timeout;
    private readonly TimeSpan _delay;
    private IHttpResponder? _responder;
    private CancellationTokenSource? _stopTimer;

    /// <summary>Makes the plugin; nothing listens yet.</summary>
    /// <param name="options">The arguments.</param>
    /// <exception cref="PoshAcmeException"><c>InvalidPluginArguments</c>: a number is out of its range.</exception>
    public WebSelfHostPlugin(WebSelfHostOptions options)
        : this(options, ListenerPrefix.ForPort(Check(options).WSHPort))
    {
    }

    internal WebSelfHostPlugin(WebSelfHostOptions options, ListenerPrefix prefix)
    {
        _prefixes = [prefix];
        _timeout = TimeSpan.FromSeconds(options.WSHTimeout);
        _delay = TimeSpan.FromSeconds(options.WSHDelayAfterStart);
    }

    /// <inheritdoc/>
    public string Name => "WebSelfHost";

    /// <inheritdoc/>
    /// <remarks>Publishing is adding to a table; only the first one does more.</remarks>
    public int MaxConcurrency => 1;

    /// <inheritdoc/>
    /// <exception cref="PoshAcmeException"><c>ListenerPortInUse</c>, <c>ListenerNotPermitted</c>, <c>ListenerNotStarted</c>.</exception>
    public async Task PublishAsync(HttpChallengeResponse response, PluginContext context, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // The server may outlive the command whose reporter this is, so it reports nothing of its own.
            var isNew = _responder is null;
            _responder ??= HttpResponder.Start(_prefixes, _answers, NullReporter.Instance);
            _answers.Add(response);
            if (!isNew)
            {
                return;
            }

            context.Reporter.Verbose($"Listening at {_prefixes[0].Text}.");
            await context.Clock.DelayAsync(_delay, cancellationToken).ConfigureAwait(false);
            if (_timeout > TimeSpan.Zero)
            {
                _stopTimer = new CancellationTokenSource();
                _ = StopLaterAsync(context.Clock, _stopTimer.Token);
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public async Task UnpublishAsync(HttpChallengeResponse response, PluginContext context, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _answers.Remove(response);
            if (_answers.IsEmpty)
            {
                await StopAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Stops listening.</summary>
    public void Dispose()
    {
        _stopTimer?.Cancel();
        _ = _responder?.StopAsync();
    }

    private async Task StopLaterAsync(IClock clock, CancellationToken cancellationToken)
    {
        try
        {
            await clock.DelayAsync(_timeout, cancellationToken).ConfigureAwait(false);
            await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        try
        {
            await StopAsync().ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>To be called by whoever holds the gate.</summary>
    private async Task StopAsync()
    {
        _stopTimer?.Cancel();
        _stopTimer?.Dispose();
        _stopTimer = null;
        if (_responder is { } responder)
        {
            _responder = null;
            await responder.StopAsync().ConfigureAwait(false);
        }
    }

    private static WebSelfHostOptions Check(WebSelfHostOptions options)
        => options switch
        {
            { WSHPort: < 1 or > 65535 } => throw Invalid("WSHPort", "a port has a number from 1 to 65535"),
            { WSHTimeout: < 0 } => throw Invalid("WSHTimeout", "it is less than 0 seconds"),
            { WSHDelayAfterStart: < 0 } => throw Invalid("WSHDelayAfterStart", "it is less than 0 seconds"),
            _ => options,
        };

    private static PoshAcmeException Invalid(string argument, string reason) => new(
        "InvalidPluginArguments",
        ErrorKind.InvalidArgument,
        $"{argument} cannot be used: {reason}.",
        "Correct the argument, or leave it away for its default.");
}
