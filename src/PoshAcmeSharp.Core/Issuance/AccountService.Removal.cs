using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Issuance;

/// <content>The end of accounts.</content>
public sealed partial class AccountService
{
    /// <summary>Deactivates an account at the server for good (RFC 8555 section 7.3.6) and keeps its new status.</summary>
    /// <param name="server">The server.</param>
    /// <param name="account">The account.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>A task that ends when it is saved.</returns>
    /// <exception cref="PoshAcmeException">The server refused or cannot be reached.</exception>
    public async Task DeactivateAsync(StoredServer server, StoredAccount account, CancellationToken cancellationToken = default)
    {
        _session.Reporter.Verbose($"Deactivating account {account.Id}");
        var client = await _session.ConnectAsync(server, account, cancellationToken).ConfigureAwait(false);
        var seen = await client.DeactivateAsync(cancellationToken).ConfigureAwait(false);
        await SaveAsync(account, seen, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Takes an account with its key, orders and certificates away from the profile. The CA is not told. Orders that are
    /// being worked on are waited for.
    /// </summary>
    /// <param name="server">The server.</param>
    /// <param name="account">The account.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>A task that ends when it is gone.</returns>
    /// <exception cref="PoshAcmeException"><c>ProfileBusy</c>, <c>ProfileWriteFailed</c>.</exception>
    public async Task RemoveAsync(StoredServer server, StoredAccount account, CancellationToken cancellationToken = default)
    {
        await WaitForOrdersAsync(account, cancellationToken).ConfigureAwait(false);
        using var hold = await Store.LockAsync(ProfileStore.DefaultLockTimeout, cancellationToken).ConfigureAwait(false);
        Store.RemoveAccount(server, account);
    }

    /// <summary>Waits until nobody works on an order of the account.</summary>
    internal async Task WaitForOrdersAsync(StoredAccount account, CancellationToken cancellationToken)
    {
        foreach (var order in Store.ListOrders(account))
        {
            try
            {
                using var issuance = await Store.LockIssuanceAsync(order, ProfileStore.IssuanceLockTimeout, cancellationToken).ConfigureAwait(false);
                using var step = await Store.LockOrderAsync(order, ProfileStore.DefaultLockTimeout, cancellationToken).ConfigureAwait(false);
            }
            catch (PoshAcmeException e) when (e.ErrorId is "OrderNotFound" or "CorruptProfileFile")
            {
                _session.Reporter.Verbose(e.Message);
            }
        }
    }
}
