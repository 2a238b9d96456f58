using PoshAcmeSharp.Acme;

namespace PoshAcmeSharp.Issuance;

/// <summary>Looks at an object of the server again and again until it is settled: when the server says so, else from 0.25 s growing to 5 s.</summary>
internal static class Polling
{
    private const double Growth = 1.6;

    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    /// <param name="look">Asks for the object.</param>
    /// <param name="isSettled">Whether nothing more is to be waited for.</param>
    /// <param name="deadline">When to give up.</param>
    /// <param name="clock">The time and the waiting.</param>
    /// <param name="onWaiting">Told before each wait.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The object as it was seen last; not settled when the time is over.</returns>
    public static async Task<T> UntilSettledAsync<T>(
        Func<Task<T>> look,
        Func<T, bool> isSettled,
        DateTimeOffset deadline,
        IClock clock,
        Action<T>? onWaiting,
        CancellationToken cancellationToken)
        where T : AcmeResource
    {
        for (var pause = First; ; pause = Shorter(Longest, TimeSpan.FromTicks((long)(pause.Ticks * Growth))))
        {
            var seen = await look().ConfigureAwait(false);
            var remaining = deadline - clock.UtcNow;
            if (isSettled(seen) || remaining <= TimeSpan.Zero)
            {
                return seen;
            }

            onWaiting?.Invoke(seen);
            var wait = seen.RetryAfter is { } asked && asked > TimeSpan.Zero ? asked : pause;
            await clock.DelayAsync(Shorter(wait, remaining), cancellationToken).ConfigureAwait(false);
        }
    }

    private static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
