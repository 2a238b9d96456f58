using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Issuance;

/// <content>What the secrets of an account's orders are encrypted with.</content>
public sealed partial class AccountService
{
    /// <summary>New orders may come while the others are worked on; more rounds than this mean that something is amiss.</summary>
    private const int MostRounds = 5;

    /// <summary>
    /// Encrypts the plugin arguments of all orders of an account with a key of its own, or leaves them to the system's
    /// protection. New keys go to the SecretManagement vault when one is named. The former key is kept until no secret
    /// needs it; after an interruption the same call finishes.
    /// </summary>
    /// <param name="account">The account.</param>
    /// <param name="enable">Whether it has a key of its own.</param>
    /// <param name="renew">Whether it gets a new key in any case.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>An error for each secret that could not be decrypted; it is kept, with the former key.</returns>
    /// <exception cref="PoshAcmeException">The vault cannot be used, so nothing has changed; <c>ProfileBusy</c>, <c>ProfileWriteFailed</c>.</exception>
    public async Task<IReadOnlyList<PoshAcmeException>> SetPluginEncryptionAsync(StoredAccount account, bool enable, bool renew, CancellationToken cancellationToken = default)
    {
        using (await Store.LockAsync(ProfileStore.DefaultLockTimeout, cancellationToken).ConfigureAwait(false))
        {
            Store.ReloadAccount(account);
            if (renew || enable != account.SecretKey is not null)
            {
                Store.BeginSecretKeyChange(account, enable || renew, renew);
            }
            else
            {
                _session.Reporter.Verbose($"The plugin arguments of account {account.Id} are {(enable ? "encrypted with a key of the account" : "left to the system")} already.");
            }
        }

        if (account.SecretKey is null && !Store.SystemProtectsSecrets)
        {
            _session.Reporter.Warning($"This system protects no secrets: the plugin arguments of account '{account.Id}' are kept without encryption, in files that only their owner can read.");
        }

        for (var round = 1; ; round++)
        {
            var unreadable = await Store.RenewSecretsAsync(account, cancellationToken).ConfigureAwait(false);
            using var hold = await Store.LockAsync(ProfileStore.DefaultLockTimeout, cancellationToken).ConfigureAwait(false);
            Store.ReloadAccount(account);
            if (Store.FinishSecretKeyChange(account) || round == MostRounds)
            {
                return unreadable;
            }
        }
    }
}
