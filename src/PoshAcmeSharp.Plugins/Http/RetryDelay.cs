using System.Net.Http.Headers;

namespace PoshAcmeSharp.Plugins.Http;

/// <summary>How long to wait before the next attempt.</summary>
internal sealed class RetryDelay
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    private readonly Func<double> _jitter;

    /// <summary>Makes the rule.</summary>
    /// <param name="jitter">A number from 0 to 1, or null for a random one.</param>
    internal RetryDelay(Func<double>? jitter)
    {
        if (jitter is null)
        {
            var random = new Random();
            jitter = () =>
            {
                lock (random)
                {
                    return random.NextDouble();
                }
            };
        }

        _jitter = jitter;
    }

    /// <summary>The back-off: 1, 2, 4 ... 30 seconds and up to half of that more.</summary>
    /// <param name="attempt">How often it was tried, from 1.</param>
    /// <returns>How long to wait.</returns>
    internal TimeSpan BackOff(int attempt)
    {
        var seconds = Math.Min(Math.Pow(2, attempt - 1), Longest.TotalSeconds);
        return TimeSpan.FromSeconds(seconds * (1 + (_jitter() / 2)));
    }

    /// <summary>What the server asks for (RFC 9110 section 10.2.3), at least one second.</summary>
    /// <param name="header">The Retry-After header, seconds or a date.</param>
    /// <param name="fromBody">What the body says.</param>
    /// <param name="now">The time, for a date.</param>
    /// <returns>The longer of the two, or null when the server says nothing.</returns>
    internal static TimeSpan? Asked(RetryConditionHeaderValue? header, TimeSpan? fromBody, DateTimeOffset now)
    {
        var fromHeader = header?.Delta ?? (header?.Date is { } date ? date - now : null);
        if (fromHeader is null && fromBody is null)
        {
            return null;
        }

        var longer = fromHeader > (fromBody ?? TimeSpan.Zero) ? fromHeader.Value : fromBody ?? TimeSpan.Zero;
        return longer < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : longer;
    }
}
