namespace PoshAcmeSharp.Issuance;

/// <summary>What became of one order in a run of renewals.</summary>
/// <param name="Candidate">The order.</param>
/// <param name="Status">What became of it.</param>
/// <param name="Reason">Why, as a sentence.</param>
public sealed record RenewalResult(RenewalCandidate Candidate, RenewalStatus Status, string Reason)
{
    /// <summary>When it is due, or tried again, in UTC; null where that cannot be told.</summary>
    public DateTimeOffset? NextAttempt { get; init; }

    /// <summary>The new certificate; null unless the order was renewed.</summary>
    public OrderCertificate? Certificate { get; init; }

    /// <summary>Why it failed; null unless it did.</summary>
    public Exception? Error { get; init; }

    /// <summary>The result for an order that is not tried, because it is not due or cannot be renewed.</summary>
    /// <param name="planned">The order.</param>
    /// <returns>The result.</returns>
    public static RenewalResult Of(PlannedRenewal planned)
        => new(planned.Candidate, planned.Decision.State == RenewalState.Skipped ? RenewalStatus.Skipped : RenewalStatus.NotDue, planned.Decision.Reason)
        {
            NextAttempt = planned.Decision.NextAttempt,
        };
}
