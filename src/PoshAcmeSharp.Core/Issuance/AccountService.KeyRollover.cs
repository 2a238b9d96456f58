using PoshAcmeSharp.Acme;
using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Jose;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Issuance;

/// <content>Another key for an account.</content>
public sealed partial class AccountService
{
    /// <summary>
    /// Gives an account another key, at the server and in the profile (RFC 8555 section 7.3.5). The new key is on the disk
    /// before the server hears of it; after an interruption the next use of the account finds out which key holds. Orders
    /// that are being worked on are waited for.
    /// </summary>
    /// <param name="server">The server.</param>
    /// <param name="account">The account.</param>
    /// <param name="keyLength">The kind and size of the new key; not looked at when one is given.</param>
    /// <param name="keyPem">A private key in PEM to take, or null for a new one. A secret.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>A task that ends when the new key is the account's.</returns>
    /// <exception cref="PoshAcmeException">
    /// <c>SameAccountKey</c>: it is the present one. <c>AccountKeyInUse</c>: it is another account's.
    /// <c>KeyChangeNotSupported</c>; or the server refused or cannot be reached.
    /// </exception>
    public async Task ChangeKeyAsync(StoredServer server, StoredAccount account, KeyLength keyLength, string? keyPem, CancellationToken cancellationToken = default)
    {
        using var newKey = keyPem is null ? AccountKey.Generate(keyLength) : AccountKey.FromPem(keyPem);
        await WaitForOrdersAsync(account, cancellationToken).ConfigureAwait(false);
        using var hold = await Store.LockAsync(ProfileStore.DefaultLockTimeout, cancellationToken).ConfigureAwait(false);
        Store.ReloadAccount(account);
        await KeyRollover.SettleAsync(_session, server, account, cancellationToken).ConfigureAwait(false);
        var client = _session.Open(server, account, account.Key);
        if (newKey.Thumbprint == client.Key.Thumbprint)
        {
            throw new PoshAcmeException(
                "SameAccountKey",
                ErrorKind.InvalidArgument,
                $"The key that was given is the present key of account '{account.Id}'.",
                "Give another key, or leave -KeyFile out for a new one.");
        }

        if (keyPem is null || !await IsServersKeyAsync(client, newKey, cancellationToken).ConfigureAwait(false))
        {
            _session.Reporter.Verbose($"Changing the key of account {account.Id} to {newKey.KeyLength}");
            KeyRollover.Begin(Store, account, newKey);
            if (!await TrySendAsync(server, account, client, newKey, cancellationToken).ConfigureAwait(false))
            {
                return;
            }
        }

        KeyRollover.Complete(Store, account, newKey);
    }

    /// <summary>
    /// Whether the server has a key that was given for this account already. That of another account is refused here,
    /// because not every server does.
    /// </summary>
    private static async Task<bool> IsServersKeyAsync(AcmeAccountClient client, AccountKey key, CancellationToken cancellationToken)
    {
        string? owner;
        try
        {
            owner = await client.FindUrlOfKeyAsync(key, cancellationToken).ConfigureAwait(false);
        }
        catch (AcmeProblemException e) when (e.Problem.ShortType == "unauthorized")
        {
            throw client.KeyInUse(null, e);
        }

        if (owner is not null && !client.IsThisAccount(owner))
        {
            throw client.KeyInUse(owner);
        }

        return owner is not null;
    }

    /// <returns>False when a look at the server has shown that it has the new key all the same, and that is kept.</returns>
    private async Task<bool> TrySendAsync(StoredServer server, StoredAccount account, AcmeAccountClient client, AccountKey newKey, CancellationToken cancellationToken)
    {
        try
        {
            await client.ChangeKeyAsync(newKey, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (PoshAcmeException e)
        {
            // Also a refusal may follow a request that was carried out: something in between may have sent it twice.
            if (e is AcmeConnectionException || !await TrySettleAsync(server, account, cancellationToken).ConfigureAwait(false))
            {
                _session.Reporter.Warning(
                    $"It is not known yet whether the CA has taken the new key of account '{account.Id}'. Both keys are kept; the next command that uses the account finds out.");
                throw;
            }

            using var present = ProfileSession.KeyOf(account);
            if (present.Thumbprint != newKey.Thumbprint)
            {
                throw;
            }

            return false;
        }
    }

    private async Task<bool> TrySettleAsync(StoredServer server, StoredAccount account, CancellationToken cancellationToken)
    {
        try
        {
            await KeyRollover.SettleAsync(_session, server, account, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (PoshAcmeException e)
        {
            _session.Reporter.Verbose(e.Message);
            return false;
        }
    }
}
