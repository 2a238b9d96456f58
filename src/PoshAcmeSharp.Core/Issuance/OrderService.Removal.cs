using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Issuance;

/// <content>Choosing one order for a change that cannot be undone, and taking orders away.</content>
public sealed partial class OrderService
{
    /// <summary>
    /// Finds the one order that a command is to change. Unlike <see cref="Find"/> it never picks one of several.
    /// </summary>
    /// <param name="account">The account.</param>
    /// <param name="mainDomain">The main domain, or null.</param>
    /// <param name="name">The name, or null.</param>
    /// <returns>The order; the chosen one when nothing is given.</returns>
    /// <exception cref="PoshAcmeException"><c>OrderNotFound</c>, <c>OrderAmbiguous</c>, <c>NoOrder</c>.</exception>
    public StoredOrder RequireOne(StoredAccount account, string? mainDomain, string? name)
    {
        if (name is not null)
        {
            return Find(account, mainDomain, name) ?? throw NotFound(mainDomain is null ? $"Name '{name}'" : $"Name '{name}' and MainDomain '{mainDomain}'");
        }

        if (mainDomain is null)
        {
            return Require(account, null);
        }

        var found = Store.FindOrdersByMainDomain(account, mainDomain);
        return found.Count switch
        {
            0 => throw NotFound($"MainDomain '{mainDomain}'"),
            1 => found[0],
            _ => throw new PoshAcmeException(
                "OrderAmbiguous",
                ErrorKind.InvalidArgument,
                $"Multiple orders found for MainDomain '{mainDomain}'. Please specify Name as well.",
                $"Their names are {string.Join(", ", found.Select(o => $"'{o.Name}'"))}."),
        };
    }

    /// <summary>Takes an order with its key and certificate away from the profile. The CA is not told.</summary>
    /// <param name="account">The account.</param>
    /// <param name="order">The order.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>A task that ends when it is gone.</returns>
    /// <exception cref="PoshAcmeException"><c>ProfileBusy</c>, <c>ProfileWriteFailed</c>, <c>OrderNotFound</c>: somebody else was faster.</exception>
    public async Task RemoveAsync(StoredAccount account, StoredOrder order, CancellationToken cancellationToken = default)
    {
        using var issuanceHold = await Store.LockIssuanceAsync(order, ProfileStore.IssuanceLockTimeout, cancellationToken).ConfigureAwait(false);
        using var orderHold = await Store.LockOrderAsync(order, ProfileStore.DefaultLockTimeout, cancellationToken).ConfigureAwait(false);
        using var hold = await Store.LockAsync(ProfileStore.DefaultLockTimeout, cancellationToken).ConfigureAwait(false);
        Store.RemoveOrder(account, order);
    }

    private static PoshAcmeException NotFound(string what) => new(
        "OrderNotFound",
        ErrorKind.NotFound,
        $"No order found matching {what}.",
        "Get-PAOrder -List shows the orders of the account; Set-PAAccount chooses another account.");
}
