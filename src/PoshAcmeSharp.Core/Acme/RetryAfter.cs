using System.Globalization;

namespace PoshAcmeSharp.Acme;

/// <summary>The Retry-After header (RFC 9110 section 10.2.3): seconds, or an HTTP date.</summary>
internal static class RetryAfter
{
    /// <summary>No server means more; and sums with a longer time would leave the calendar.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(3650);

    /// <summary>The three forms of a date (RFC 9110 section 5.6.7). Free parsing would make a date of <c>1.5</c>.</summary>
    private static readonly string[] DateFormats = ["r", "dddd, dd-MMM-yy HH:mm:ss 'GMT'", "ddd MMM d HH:mm:ss yyyy"];

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
            return double.TryParse(header, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds < Longest.TotalSeconds
                ? TimeSpan.FromSeconds(seconds)
                : Longest;
        }

        const DateTimeStyles Styles = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal | DateTimeStyles.AllowWhiteSpaces;
        if (!DateTimeOffset.TryParseExact(header, DateFormats, CultureInfo.InvariantCulture, Styles, out var at))
        {
            return null;
        }

        var wait = at - serverNow;
        return wait <= TimeSpan.Zero ? TimeSpan.Zero : wait < Longest ? wait : Longest;
    }
}
