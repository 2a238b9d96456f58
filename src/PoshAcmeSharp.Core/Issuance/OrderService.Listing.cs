using PoshAcmeSharp.Acme;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Issuance;

/// <content>The orders that the CA knows.</content>
public sealed partial class OrderService
{
    /// <summary>Asks the CA for all orders of an account (RFC 8555 section 7.1.2.1); the profile is not changed.</summary>
    /// <param name="server">The server.</param>
    /// <param name="account">The account.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>An outcome for each order, in the CA's order.</returns>
    /// <exception cref="PoshAcmeException"><c>OrderListNotSupported</c>: the CA lists no orders.</exception>
    public async Task<IReadOnlyList<Outcome<ServerOrder>>> ListAtServerAsync(StoredServer server, StoredAccount account, CancellationToken cancellationToken = default)
    {
        var client = await _session.ConnectAsync(server, account, cancellationToken).ConfigureAwait(false);
        var listed = await client.ListOrdersAsync(account.Orders, cancellationToken).ConfigureAwait(false);
        var stored = Store.ListOrders(account).ToLookup(o => o.Location, StringComparer.Ordinal);
        return
        [
            .. listed.Select(one => new Outcome<ServerOrder>(
                one.Value is { } order ? new ServerOrder(order, stored[order.Location].FirstOrDefault()) : null,
                one.Error)),
        ];
    }
}
