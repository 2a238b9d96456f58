namespace PoshAcmeSharp.Issuance;

/// <summary>An order and whether it is to be renewed.</summary>
/// <param name="Candidate">The order.</param>
/// <param name="Decision">Whether it is to be renewed, and why.</param>
public sealed record PlannedRenewal(RenewalCandidate Candidate, RenewalDecision Decision);
