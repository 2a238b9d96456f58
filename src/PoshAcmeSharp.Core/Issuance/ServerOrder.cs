using PoshAcmeSharp.Acme;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Issuance;

/// <summary>An order that the CA lists for an account.</summary>
/// <param name="Order">The order as the CA has it.</param>
/// <param name="Stored">The same order in the profile; null when it is not there.</param>
public sealed record ServerOrder(AcmeOrder Order, StoredOrder? Stored);
