using System.Globalization;
using System.Text.RegularExpressions;
using Newtonsoft.Json.Linq;
using PoshAcmeSharp.Json;

namespace PoshAcmeSharp.Acme;

/// <summary>When the CA suggests to renew a certificate (RFC 9773 section 4.2), or why it does not say.</summary>
public sealed class RenewalInfo
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromDays(1);
    private static readonly TimeSpan DefaultPause = TimeSpan.FromHours(6);

    private const int LongestUrl = 500;

    private RenewalInfo(RenewalInfoStatus status, TimeSpan? retryAfter)
    {
        Status = status;
        AskAgainAfter = retryAfter switch
        {
            null => DefaultPause,
            { } wait when wait < ShortestPause => ShortestPause,
            { } wait when wait > LongestPause => LongestPause,
            { } wait => wait,
        };
    }

    /// <summary>How the question ended.</summary>
    public RenewalInfoStatus Status { get; }

    /// <summary>The first moment of the window, in UTC; null unless one is suggested.</summary>
    public DateTimeOffset? WindowStart { get; private init; }

    /// <summary>The last moment of the window, in UTC; it is after the first.</summary>
    public DateTimeOffset? WindowEnd { get; private init; }

    /// <summary>A page that explains the window, http or https; null when the CA names none.</summary>
    public string? ExplanationUrl { get; private init; }

    /// <summary>
    /// How long not to ask again: the server's Retry-After, at least a minute and at most a day; six hours when it names
    /// none or there was no good answer (RFC 9773 section 4.3).
    /// </summary>
    public TimeSpan AskAgainAfter { get; }

    /// <summary>Why there is no window, as a sentence; null when there is one.</summary>
    public string? Reason { get; private init; }

    internal static RenewalInfo None(RenewalInfoStatus status, string reason, TimeSpan? retryAfter = null)
        => new(status, retryAfter) { Reason = reason };

    /// <summary>Reads an answer; one that cannot be used is an outcome, no error.</summary>
    internal static RenewalInfo Read(JObject json, TimeSpan? retryAfter)
    {
        if (JsonText.Get(json, "suggestedWindow") is not JObject window
            || Time(JsonText.GetString(window, "start")) is not { } start
            || Time(JsonText.GetString(window, "end")) is not { } end)
        {
            return None(RenewalInfoStatus.Invalid, "The renewal information has no window.", retryAfter);
        }

        return start >= end
            ? None(RenewalInfoStatus.Invalid, "The suggested window ends before it starts.", retryAfter)
            : new RenewalInfo(RenewalInfoStatus.Suggested, retryAfter)
            {
                WindowStart = start,
                WindowEnd = end,
                ExplanationUrl = Page(JsonText.GetString(json, "explanationURL")),
            };
    }

    /// <summary>A time of RFC 3339. Some servers write nanoseconds, which .NET does not read.</summary>
    private static DateTimeOffset? Time(string? text)
    {
        if (text is not { Length: <= 64 })
        {
            return null;
        }

        text = Regex.Replace(text.ToUpperInvariant(), "(?<=\\.[0-9]{7})[0-9]+", string.Empty, RegexOptions.None, TimeSpan.FromSeconds(1));
        return DateTimeOffset.TryParseExact(
            text, "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : null;
    }

    private static string? Page(string? url)
        => Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.AbsoluteUri.Length <= LongestUrl ? uri.AbsoluteUri : null;
}
