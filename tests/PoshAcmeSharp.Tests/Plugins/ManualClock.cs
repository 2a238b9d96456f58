namespace PoshAcmeSharp.Tests.Plugins;

/// <summary>A clock that stands still until somebody waits, and then jumps.</summary>
internal sealed class ManualClock : TimeProvider, IClock
{
    private readonly object _gate = new();
    private DateTimeOffset _now = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public List<TimeSpan> Delays { get; } = [];

    public DateTimeOffset UtcNow
    {
        get
        {
            lock (_gate)
            {
                return _now;
            }
        }
    }

    public override DateTimeOffset GetUtcNow() => UtcNow;

    public Task DelayAsync(TimeSpan delay, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            Delays.Add(delay);
            _now += delay;
        }

        return Task.CompletedTask;
    }
}
