using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Issuance;

/// <content>What the secrets of an account's orders are encrypted with.</content>
public sealed partial class AccountService
{
    /// <summary>New orders may come while the others are worked on; more rounds than this mean that something is amiss.</summary>
    private const int MostRounds = 5;

    /// <summary>
    /// Encrypts the secrets of all orders of an account with a key of its own, or leaves them to the system's protection.
    /// New keys go to the SecretManagement vault when one is named. The former key is kept until no secret needs it; after
    /// an interruption the same call finishes.
    /// </summary>
    /// <param name="account">The account.</param>
    /// <param name="enable">Whether it has a key of its own.</param>
    /// <param name="renew">Whether it gets a new key in any case.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>An error for each secret that could not be decrypted; it is kept, with the former key.</returns>
    /// <exception cref="PoshAcmeException">The vault cannot be used, so nothing has changed; <c>ProfileBusy</c>, <c>ProfileWriteFailed</c>.</exception>
    public Task<IReadOnlyList<PoshAcmeException>> SetPluginEncryptionAsync(StoredAccount account, bool enable, bool renew, CancellationToken cancellationToken = default)
        => ChangeSecretKeyAsync(
            account,
            renew || enable ? SecretKeyChoice.OwnKey(renew) : SecretKeyChoice.System,
            () => !renew && (enable ? account.SecretKeyPlace is not null : account.SecretKey is null),
            cancellationToken);

    /// <summary>
    /// Chooses who can decrypt the secrets of an account: of its orders, and of the proxy of its server. Survives
    /// interruptions as <see cref="SetPluginEncryptionAsync"/> does.
    /// </summary>
    /// <param name="account">The account.</param>
    /// <param name="scope">Who.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>An error for each secret that could not be decrypted; it is kept as it was.</returns>
    /// <exception cref="PoshAcmeException"><c>MachineScopeNotHere</c>: this is not Windows. <c>ProfileExposed</c>: everybody can read the profile. <c>ProfileBusy</c>, <c>ProfileWriteFailed</c>.</exception>
    public Task<IReadOnlyList<PoshAcmeException>> SetSecretScopeAsync(StoredAccount account, SecretScope scope, CancellationToken cancellationToken = default)
        => scope == SecretScope.Machine
            ? ChangeSecretKeyAsync(account, SecretKeyChoice.Machine, () => account.IsForMachine, cancellationToken)
            : ChangeSecretKeyAsync(
                account,
                Store.SystemProtectsSecrets ? SecretKeyChoice.System : SecretKeyChoice.OwnKey(isNew: false),
                () => !account.IsForMachine && account.SecretKey != StoredAccount.FileMark,
                cancellationToken);

    /// <summary>
    /// Encrypts the secrets of an account, and of the proxy of its server, with the key in a file outside of the profile,
    /// which is made when it is not there. Survives interruptions as <see cref="SetPluginEncryptionAsync"/> does.
    /// </summary>
    /// <param name="account">The account.</param>
    /// <param name="path">The full path of the file.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>An error for each secret that could not be decrypted; it is kept, with the former key.</returns>
    /// <exception cref="PoshAcmeException"><c>SecretKeyFileInProfile</c>, <c>SecretKeyFileExposed</c>, <c>SecretKeyFileInvalid</c>, <c>SecretKeyFileMissing</c>, <c>SecretKeyFileUnreadable</c>, <c>SecretKeyFileNotWritten</c>, <c>ProfileOfAnotherUser</c>: nothing has changed. <c>ProfileBusy</c>, <c>ProfileWriteFailed</c>.</exception>
    public Task<IReadOnlyList<PoshAcmeException>> SetSecretKeyFileAsync(StoredAccount account, string path, CancellationToken cancellationToken = default)
        => ChangeSecretKeyAsync(
            account,
            SecretKeyChoice.File(Path.GetFullPath(path)),
            () => account.SecretKeyPlace == StoredAccount.FilePrefix + Path.GetFullPath(path),
            cancellationToken);

    /// <summary>Only one way to keep secrets can be chosen.</summary>
    /// <param name="scope">Who can decrypt them, or null.</param>
    /// <param name="keyFile">A key file, or null.</param>
    /// <param name="isEncryptionSet">Whether a key in the account's file or the vault is asked for.</param>
    /// <exception cref="PoshAcmeException"><c>SecretOptionsConflict</c>.</exception>
    public static void CheckSecretOptions(SecretScope? scope, string? keyFile, bool isEncryptionSet)
    {
        if ((scope is null ? 0 : 1) + (keyFile is null ? 0 : 1) + (isEncryptionSet ? 1 : 0) > 1)
        {
            throw new PoshAcmeException(
                "SecretOptionsConflict",
                ErrorKind.InvalidArgument,
                "SecretScope, SecretKeyFile and the options for AltPluginEncryption exclude each other: each one says what secrets are encrypted with.",
                "Give one of them.");
        }
    }

    private async Task<IReadOnlyList<PoshAcmeException>> ChangeSecretKeyAsync(
        StoredAccount account, SecretKeyChoice choice, Func<bool> isInPlace, CancellationToken cancellationToken)
    {
        using (await Store.LockAsync(ProfileStore.DefaultLockTimeout, cancellationToken).ConfigureAwait(false))
        {
            Store.ReloadAccount(account);
            Store.CheckSecretKey(account, choice);
            if (isInPlace())
            {
                _session.Reporter.Verbose($"The secrets of account {account.Id} are kept in the way that is asked for already.");
            }
            else
            {
                Store.BeginSecretKeyChange(account, choice);
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
                return [.. unreadable, .. RenewProxyCredential(account)];
            }
        }
    }

    private PoshAcmeException[] RenewProxyCredential(StoredAccount account)
    {
        try
        {
            Store.RenewProxyCredential(account);
            return [];
        }
        catch (PoshAcmeException e) when (e.Kind is ErrorKind.Security or ErrorKind.InvalidData)
        {
            return [e];
        }
    }
}
