using PoshAcmeSharp.Acme;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Issuance;

/// <content>Taking servers away.</content>
public sealed partial class ServerService
{
    /// <summary>Finds the server that is to be removed.</summary>
    /// <param name="directoryUrl">Its directory URL or well-known name, or null.</param>
    /// <param name="name">Its name in the profile, or null; with a URL too it has to be that server's.</param>
    /// <returns>The server.</returns>
    /// <exception cref="PoshAcmeException"><c>NoServerGiven</c>, <c>ServerNotFound</c>, <c>ServerNameMismatch</c>.</exception>
    public StoredServer RequireOne(string? directoryUrl, string? name)
    {
        if (directoryUrl is null && name is null)
        {
            throw new PoshAcmeException(
                "NoServerGiven",
                ErrorKind.InvalidArgument,
                "DirectoryUrl and/or Name must be specified.",
                "Get-PAServer -List shows the servers in the profile.");
        }

        return Find(new ServerSettings { DirectoryUrl = directoryUrl, Name = name }) ?? throw new PoshAcmeException(
            "ServerNotFound",
            ErrorKind.NotFound,
            $"There is no server '{directoryUrl}' in the profile.",
            "Get-PAServer -List shows the servers in the profile.");
    }

    /// <summary>Deactivates all valid accounts of a server. One that the server refuses to deactivate is a warning.</summary>
    /// <param name="server">The server.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>A task that ends when all have been tried.</returns>
    /// <exception cref="PoshAcmeException">The server cannot be reached, or an account has no usable key.</exception>
    public async Task DeactivateAccountsAsync(StoredServer server, CancellationToken cancellationToken = default)
    {
        var accounts = new AccountService(_session);
        foreach (var account in Store.ListAccounts(server).Where(a => a.IsUsable))
        {
            try
            {
                await accounts.DeactivateAsync(server, account, cancellationToken).ConfigureAwait(false);
            }
            catch (AcmeProblemException e)
            {
                _session.Reporter.Warning($"The account {account.Id} was not deactivated. {e.Message}");
            }
        }
    }

    /// <summary>
    /// Takes a server with its accounts, orders and certificates away from the profile. Orders that are being worked on
    /// are waited for.
    /// </summary>
    /// <param name="server">The server.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>A task that ends when it is gone.</returns>
    /// <exception cref="PoshAcmeException"><c>ProfileBusy</c>, <c>ProfileWriteFailed</c>.</exception>
    public async Task RemoveAsync(StoredServer server, CancellationToken cancellationToken = default)
    {
        var accounts = new AccountService(_session);
        foreach (var account in Store.ListAccounts(server))
        {
            await accounts.WaitForOrdersAsync(account, cancellationToken).ConfigureAwait(false);
        }

        using var hold = await Store.LockAsync(ProfileStore.DefaultLockTimeout, cancellationToken).ConfigureAwait(false);
        Store.RemoveServer(server);
    }
}
