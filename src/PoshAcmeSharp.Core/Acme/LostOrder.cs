using Newtonsoft.Json.Linq;
using PoshAcmeSharp.Json;

namespace PoshAcmeSharp.Acme;

/// <summary>Looks for the order that a newOrder request has made when its answer was lost, where the server lists orders (RFC 8555 section 7.1.2.1).</summary>
internal static class LostOrder
{
    private const int MaxPages = 16;
    private const int Newest = 8;

    /// <summary>What an order may hold beside its names; what was asked for must be in it.</summary>
    private static readonly string[] OptionalMembers = ["notAfter", "profile", "replaces"];

    /// <param name="account">Whose order it is.</param>
    /// <param name="identifiers">The names.</param>
    /// <param name="payload">What was sent.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The open order that was asked for, or null.</returns>
    public static async Task<AcmeOrder?> FindAsync(AcmeAccountClient account, IReadOnlyList<AcmeIdentifier> identifiers, JObject payload, CancellationToken cancellationToken)
    {
        var known = account.Account.Orders is null ? await account.FindAccountAsync(cancellationToken).ConfigureAwait(false) : account.Account;
        if (known.Orders is not { } list)
        {
            return null;
        }

        // The newest ones: on the last page of servers that list in the order of creation.
        var (all, _) = await OrderList.ReadAsync(account, list, MaxPages, cancellationToken).ConfigureAwait(false);
        var urls = all.Reverse().Take(Newest).ToList();
        var orders = await Bounded.SelectAsync(urls, Newest, (url, token) => TryGetAsync(account, url, token), cancellationToken).ConfigureAwait(false);
        var wanted = new HashSet<AcmeIdentifier>(identifiers);
        return orders.FirstOrDefault(o => o is { Status: "pending" or "ready" }
            && !(o.Expires <= account.ServerNow)
            && wanted.SetEquals(o.Identifiers)
            && OptionalMembers.All(member => payload[member] is null || JsonText.GetString(payload, member) == JsonText.GetString(o.Json, member)));
    }

    /// <summary>An order of the list; null when it is gone, which must not be in the way of the others.</summary>
    private static async Task<AcmeOrder?> TryGetAsync(AcmeAccountClient account, string orderUrl, CancellationToken cancellationToken)
    {
        try
        {
            return await account.GetOrderAsync(orderUrl, cancellationToken).ConfigureAwait(false);
        }
        catch (AcmeProblemException)
        {
            return null;
        }
    }
}
