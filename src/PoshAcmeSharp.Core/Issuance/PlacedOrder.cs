using PoshAcmeSharp.Acme;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Issuance;

/// <summary>An order that was just made, with what is known of it, so that nothing is asked for twice.</summary>
/// <param name="Account">The account of the order.</param>
/// <param name="Order">The order in the profile.</param>
/// <param name="Seen">The order as the CA showed it.</param>
/// <param name="Authorizations">Its authorizations in the order of the names.</param>
/// <param name="KeyPem">The key of its certificate, which may still be in the making; null with a request made elsewhere. A secret.</param>
internal sealed record PlacedOrder(StoredAccount Account, StoredOrder Order, AcmeOrder Seen, IReadOnlyList<AcmeAuthorization> Authorizations, Task<string?> KeyPem);
