using System.Globalization;

namespace PoshAcmeSharp.Acme;

/// <summary>The Retry-After header (RFC 9110 section 10.2.3): seconds, or an HTTP date.</summary>
internal static class RetryAfter
{
    /// <summary>How long to wait from now.</summary>
    /// <param name="header">The header as it came, or null.</param>
    /// <param name="serverNow">The server's time, by which a date is read: the local clock may be wrong.</param>
    /// <returns>The wait, zero for a date that has passed, or null when there is none or it cannot be read.</returns>
    public static TimeSpan? Parse(string? header, DateTimeOffset serverNow)
    {
        if (header is null)
        {
            return null;
        }

        header = header.Trim();
        if (header.Length > 0 && header.All(c => c is >= '0' and <= '9'))
        {
            return double.TryParse(header, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds < TimeSpan.MaxValue.TotalSeconds / 2
                ? TimeSpan.FromSeconds(seconds)
                : TimeSpan.FromDays(3650);
        }

        if (!DateTimeOffset.TryParse(header, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at))
        {
            return null;
        }

        return at > serverNow ? at - serverNow : TimeSpan.Zero;
    }
}
