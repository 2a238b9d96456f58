using System.Globalization;
using PoshAcmeSharp.Acme;

namespace PoshAcmeSharp.Issuance;

/// <summary>The rules of renewal: whether an order is due, when the CA may be asked, what is remembered. Touches nothing.</summary>
public sealed class RenewalPlanner
{
    private const int LongestMessage = 500;

    private readonly IClock _clock;
    private readonly Func<double> _random;

    /// <summary>Makes a planner.</summary>
    /// <param name="clock">The time.</param>
    /// <param name="random">Gives numbers from 0 to 1, by which moments in windows are picked; null for a generator of its own.</param>
    public RenewalPlanner(IClock clock, Func<double>? random = null)
    {
        _clock = clock;
        _random = random ?? new Random(Guid.NewGuid().GetHashCode()).NextDouble;
    }

    /// <summary>Decides whether an order is to be renewed.</summary>
    /// <param name="candidate">The order.</param>
    /// <param name="options">How to renew.</param>
    /// <returns>The decision with its reason.</returns>
    public RenewalDecision Decide(RenewalCandidate candidate, RenewalOptions options)
    {
        if (!candidate.Account.IsUsable)
        {
            return new(RenewalState.Skipped, $"The account '{candidate.Account.Id}' is {candidate.Account.Status}.");
        }

        var decision = options.Force ? new(RenewalState.Due, "The renewal is forced.") : DecideByTime(candidate);
        if (decision.State != RenewalState.Due)
        {
            return decision;
        }

        if (candidate.Order.Plugin.Count == 0)
        {
            return decision with { State = RenewalState.Skipped, Reason = "The order names no plugin that could answer its challenges." };
        }

        return !options.NoSkipManualDns && candidate.NeedsUser
            ? decision with { State = RenewalState.Skipped, Reason = "The order uses the Manual plugin, which needs somebody to answer; -NoSkipManualDns renews it all the same." }
            : decision;
    }

    /// <summary>
    /// Whether the CA may be asked when to renew: there is a certificate that has not expired, and the time until which
    /// the CA did not want to be asked again is over.
    /// </summary>
    /// <param name="candidate">The order.</param>
    /// <returns>True when it may be asked.</returns>
    public bool MayAsk(RenewalCandidate candidate)
        => candidate.HasRenewalInfo
            && candidate.Account.IsUsable
            && candidate.Order.CertExpiresAt > _clock.UtcNow
            && !(candidate.Renewal.AskAgainAt > _clock.UtcNow);

    /// <summary>Remembers what the CA answered. A moment that was picked before in the same window stays.</summary>
    /// <param name="candidate">The order, whose certificate was asked about.</param>
    /// <param name="info">The answer.</param>
    /// <returns>True when there is a window that was not known before.</returns>
    internal bool TakeOver(RenewalCandidate candidate, RenewalInfo info)
    {
        var renewal = candidate.Renewal;
        Name(candidate);
        renewal.AskAgainAt = _clock.UtcNow + info.AskAgainAfter;
        if (info.Status == RenewalInfoStatus.Unavailable)
        {
            // What the CA said last still holds.
            return false;
        }

        if (info is not { WindowStart: { } start, WindowEnd: { } end } || candidate.NotAfter is not { } notAfter || start >= notAfter)
        {
            if (renewal.WindowStart is not null)
            {
                // The order's date was a moment of that window.
                candidate.Order.RenewAfter = null;
            }

            renewal.ClearWindow();
            return false;
        }

        var before = (renewal.WindowStart, renewal.WindowEnd);
        renewal.WindowStart = start;
        renewal.WindowEnd = end;
        renewal.ExplanationUrl = info.ExplanationUrl;
        if (renewal.RenewAt is not null && before == (renewal.WindowStart, renewal.WindowEnd))
        {
            return false;
        }

        renewal.RenewAt = RenewalRules.Pick(start, end, notAfter, _random());
        return true;
    }

    /// <summary>Remembers a renewal that failed.</summary>
    /// <param name="candidate">The order.</param>
    /// <param name="attempt">When it began.</param>
    /// <param name="error">Why it failed.</param>
    internal void Fail(RenewalCandidate candidate, DateTimeOffset attempt, Exception error)
    {
        var renewal = candidate.Renewal;
        Name(candidate);
        renewal.Failures++;
        renewal.LastAttempt = attempt;
        renewal.NextAttempt = RenewalRules.AfterFailure(renewal.Failures, attempt, _clock.UtcNow, (error as AcmeProblemException)?.RetryAfter);

        // The texts of our own errors are free of secrets; what others write is not known.
        renewal.ErrorId = (error as PoshAcmeException)?.ErrorId ?? error.GetType().Name;
        renewal.ErrorMessage = error is PoshAcmeException ? Text.Cut(error.Message, LongestMessage) : null;
    }

    private static void Name(RenewalCandidate candidate)
    {
        var renewal = candidate.Renewal;
        if (renewal.NotBefore is null && candidate.Live is { } live)
        {
            renewal.Certificate = live.AriId;
            renewal.NotBefore = live.NotBefore;
        }

        renewal.NotAfter = candidate.NotAfter;
    }

    private RenewalDecision DecideByTime(RenewalCandidate candidate)
    {
        var now = _clock.UtcNow;
        var renewal = candidate.Renewal;
        if (renewal.NextAttempt is { } next && next > now)
        {
            var times = renewal.Failures == 1 ? "once" : FormattableString.Invariant($"{renewal.Failures} times in a row");
            return new(RenewalState.NotDue, $"The renewal failed {times}, last with {renewal.ErrorId}; it is tried again from {Show(next)} on.") { NextAttempt = next };
        }

        if (candidate.Order.CertExpiresAt is not { } expires)
        {
            return new(RenewalState.Due, candidate.Live is null ? "The order has no certificate yet." : "A renewal was begun and is not complete.");
        }

        var (moment, why) = Moment(candidate, expires);
        if (expires <= now)
        {
            return new(RenewalState.Due, $"The certificate expired at {Show(expires)}.") { RenewAfter = moment };
        }

        return moment <= now
            ? new(RenewalState.Due, $"The certificate has been due since {Show(moment)}{why}.") { RenewAfter = moment }
            : new(RenewalState.NotDue, $"The certificate is due at {Show(moment)}{why}.") { RenewAfter = moment, NextAttempt = moment };
    }

    /// <summary>From when on the certificate is to be renewed, and by which rule.</summary>
    private static (DateTimeOffset Moment, string Why) Moment(RenewalCandidate candidate, DateTimeOffset expires)
    {
        var renewal = candidate.Renewal;
        if (candidate.HasRenewalInfo && renewal is { WindowStart: { } start, WindowEnd: { } end, RenewAt: { } picked })
        {
            var page = renewal.ExplanationUrl is { } url ? $" ({url})" : string.Empty;
            return (picked, $", a moment in the window that the CA suggests, from {Show(start)} to {Show(end)}{page}");
        }

        // Where the user no longer wants advice the order may still hold a moment of the window.
        var kept = renewal.WindowStart is null ? candidate.Order.RenewAfterAt : null;
        if (kept is { } stored && !(renewal.NotBefore is null && RenewalRules.MayBeShort(expires - stored)))
        {
            return (stored, ", as was decided when it was issued");
        }

        if ((renewal.NotBefore ?? candidate.Live?.NotBefore) is not { } notBefore)
        {
            return kept is { } last ? (last, ", as was decided when it was issued") : (expires - RenewalRules.ShortLifetime, ", 10 days before it expires");
        }

        var moment = RenewalRules.ByLifetime(notBefore, expires);
        return kept < moment
            ? (kept.Value, ", as was decided when it was issued")
            : (moment, expires - notBefore <= RenewalRules.ShortLifetime ? ", when half of its lifetime is left" : ", when a third of its lifetime is left, or 30 days");
    }

    private static string Show(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
