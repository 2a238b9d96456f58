namespace PoshAcmeSharp.Issuance;

/// <summary>The times of renewals.</summary>
internal static class RenewalRules
{
    /// <summary>Certificates that live no longer are renewed in the middle: a third of so little leaves no time to mend what fails.</summary>
    public static readonly TimeSpan ShortLifetime = TimeSpan.FromDays(10);

    /// <summary>Posh-ACME's bound; a third of a year is more than anybody wants to give away.</summary>
    private static readonly TimeSpan LongestLead = TimeSpan.FromDays(30);

    private static readonly TimeSpan LongestAskedPause = TimeSpan.FromDays(7);

    private static readonly TimeSpan[] Pauses = [TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(100)];

    /// <summary>A day less an hour: a task that runs once a day, at about the same time, must not miss every second day.</summary>
    private static readonly TimeSpan Daily = TimeSpan.FromHours(23);

    /// <summary>
    /// When to renew without advice of the CA: when a third of the lifetime is left, but not earlier than 30 days before
    /// the end; when half is left where the lifetime is 10 days or less.
    /// </summary>
    /// <param name="notBefore">The first moment of validity.</param>
    /// <param name="notAfter">The last moment of validity.</param>
    /// <returns>From when on to renew.</returns>
    public static DateTimeOffset ByLifetime(DateTimeOffset notBefore, DateTimeOffset notAfter)
    {
        var lifetime = notAfter - notBefore;
        var lead = new TimeSpan(lifetime.Ticks / (lifetime <= ShortLifetime ? 2 : 3));
        return notAfter - (lead < LongestLead ? lead : LongestLead);
    }

    /// <summary>
    /// Whether the lead that another program left can be a third of a short lifetime, of which half is wanted. It can be
    /// the CA's advice too: only the certificate tells.
    /// </summary>
    public static bool MayBeShort(TimeSpan lead) => lead.Ticks <= (ShortLifetime.Ticks / 3) + TimeSpan.TicksPerMinute;

    /// <summary>When to try again after failures: 1, 10, 100 minutes, then daily; later where the CA asks for it.</summary>
    /// <param name="failures">How many there were in a row, from 1.</param>
    /// <param name="attempt">When the last one began.</param>
    /// <param name="now">When it failed.</param>
    /// <param name="asked">How long the CA asks to wait, or null.</param>
    /// <returns>When to try again.</returns>
    public static DateTimeOffset AfterFailure(int failures, DateTimeOffset attempt, DateTimeOffset now, TimeSpan? asked)
    {
        var next = failures > Pauses.Length ? attempt + Daily : now + Pauses[failures - 1];
        var allowed = now + (asked is { } wait && wait < LongestAskedPause ? wait : asked is null ? TimeSpan.Zero : LongestAskedPause);
        return next > allowed ? next : allowed;
    }

    /// <summary>A moment in the window that the CA suggests, but not after the end of the certificate; each as likely as any other (RFC 9773 section 4.2).</summary>
    /// <param name="start">The first moment of the window.</param>
    /// <param name="end">The last one.</param>
    /// <param name="notAfter">The end of the certificate; it is after the start.</param>
    /// <param name="random">A number from 0 to 1.</param>
    /// <returns>The moment.</returns>
    public static DateTimeOffset Pick(DateTimeOffset start, DateTimeOffset end, DateTimeOffset notAfter, double random)
        => start.AddTicks((long)(((end < notAfter ? end : notAfter) - start).Ticks * random));
}
