namespace PoshAcmeSharp.Issuance;

/// <summary>Whether an order is to be renewed, and why.</summary>
/// <param name="State">Whether it is to be renewed.</param>
/// <param name="Reason">Why, as a sentence.</param>
public sealed record RenewalDecision(RenewalState State, string Reason)
{
    /// <summary>When an order that is not due becomes due, in UTC; null for the others.</summary>
    public DateTimeOffset? NextAttempt { get; init; }

    /// <summary>From when on the present certificate is to be renewed, in UTC; null where that cannot be told.</summary>
    public DateTimeOffset? RenewAfter { get; init; }
}
