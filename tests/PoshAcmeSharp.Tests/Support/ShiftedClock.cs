namespace PoshAcmeSharp.Tests.Support;

/// <summary>The machine's clock, moved.</summary>
internal sealed class ShiftedClock : IClock
{
    /// <summary>How far it is ahead.</summary>
    public TimeSpan Shift { get; set; }

    public DateTimeOffset UtcNow => DateTimeOffset.UtcNow + Shift;

    public Task DelayAsync(TimeSpan delay, CancellationToken cancellationToken) => SystemClock.Instance.DelayAsync(delay, cancellationToken);
}
