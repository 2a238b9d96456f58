namespace GoDaddyStub;

/// <summary>Counts requests of the last minute for each endpoint.</summary>
internal sealed class RateLimit(int requestsPerMinute, TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private readonly Dictionary<string, Queue<DateTimeOffset>> _seen = new(StringComparer.Ordinal);

    /// <summary>Counts a request.</summary>
    /// <param name="endpoint">The method and the kind of resource.</param>
    /// <returns>Seconds until there is room again, or null when it may go on.</returns>
    internal int? Refuse(string endpoint)
    {
        if (requestsPerMinute == 0)
        {
            return null;
        }

        if (!_seen.TryGetValue(endpoint, out var times))
        {
            _seen[endpoint] = times = new Queue<DateTimeOffset>();
        }

        var now = time.GetUtcNow();
        while (times.TryPeek(out var oldest) && now - oldest >= Window)
        {
            times.Dequeue();
        }

        if (times.Count < requestsPerMinute)
        {
            times.Enqueue(now);
            return null;
        }

        return (int)Math.Ceiling((times.Peek() + Window - now).TotalSeconds);
    }
}
