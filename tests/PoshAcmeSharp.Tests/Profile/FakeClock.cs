namespace PoshAcmeSharp.Tests.Profile;

/// <summary>A clock on which waiting takes no time.</summary>
internal sealed class FakeClock : IClock
{
    public DateTimeOffset UtcNow { get; private set; } = new(2026, 11, 22, 0, 0, 0, TimeSpan.Zero);

    /// <summary>What happens while somebody waits.</summary>
    public Action? OnDelay { get; set; }

    public Task DelayAsync(TimeSpan delay, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        UtcNow += delay;
        OnDelay?.Invoke();
        return Task.CompletedTask;
    }
}
