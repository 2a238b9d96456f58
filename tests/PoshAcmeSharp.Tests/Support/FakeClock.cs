namespace PoshAcmeSharp.Tests.Support;

/// <summary>A clock on which every wait is over at once, and the time has passed.</summary>
internal sealed class FakeClock : IClock
{
    private readonly List<TimeSpan> delays = [];

    public DateTimeOffset UtcNow { get; private set; } = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>All waits, the first one first.</summary>
    public IReadOnlyList<TimeSpan> Delays
    {
        get
        {
            lock (delays)
            {
                return [.. delays];
            }
        }
    }

    /// <summary>What happens when a wait is over.</summary>
    public Action? Waited { get; set; }

    public Task DelayAsync(TimeSpan delay, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (delays)
        {
            delays.Add(delay);
            UtcNow += delay > TimeSpan.Zero ? delay : TimeSpan.Zero;
        }

        Waited?.Invoke();
        return Task.CompletedTask;
    }
}
