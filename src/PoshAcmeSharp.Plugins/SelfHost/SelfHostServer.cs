using PoshAcmeSharp.Challenges;

namespace PoshAcmeSharp.Plugins.SelfHost;

/// <summary>
/// A web server that listens as long as it has an answer to give, and no longer than it is told to. Safe for use from
/// several threads at once.
/// </summary>
#pragma warning disable CA1001 // It ends with its last answer; nothing that must be freed is left then.
internal sealed class SelfHostServer(ListenerPrefix prefix)
#pragma warning restore CA1001
{
    private readonly ChallengeAnswers _answers = new();
    private readonly SemaphoreSlim _gate = new(1);
    private IHttpResponder? _responder;
    private CancellationTokenSource? _stopTimer;

    public async Task AddAsync(HttpChallengeResponse response, TimeSpan timeout, TimeSpan delayAfterStart, PluginContext context, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // The server may outlive the command whose reporter this is, so it reports nothing of its own.
            var isNew = _responder is null;
            _responder ??= HttpResponder.Start([prefix], _answers, NullReporter.Instance);
            _answers.Add(response);
            if (!isNew)
            {
                return;
            }

            context.Reporter.Verbose($"Listening at {prefix.Text}.");
            if (timeout > TimeSpan.Zero)
            {
                _stopTimer = new CancellationTokenSource();
                _ = StopLaterAsync(timeout + delayAfterStart, context.Clock, _stopTimer.Token);
            }

            await context.Clock.DelayAsync(delayAfterStart, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    public async Task RemoveAsync(HttpChallengeResponse response, CancellationToken cancellationToken)
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

    private async Task StopLaterAsync(TimeSpan timeout, IClock clock, CancellationToken cancellationToken)
    {
        try
        {
            await clock.DelayAsync(timeout, cancellationToken).ConfigureAwait(false);
            await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        try
        {
            _answers.Clear();
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
}
