using System.Security.Cryptography;
using PoshAcmeSharp.Jose;

namespace PoshAcmeSharp.Profile;

/// <content>
/// The keys that the secrets of accounts are encrypted with, and their change: the file of the account names the new key
/// and the former one in one write; then each file with secrets is written anew, in one step; then the former key goes.
/// A kill at any moment leaves every secret with a key that the account names.
/// </content>
public sealed partial class ProfileStore
{
    private readonly Dictionary<string, string> _vaultKeys = new(StringComparer.Ordinal);

    /// <summary>Whether the system protects secrets of accounts that have no key for them.</summary>
    internal bool SystemProtectsSecrets => _dataProtector is not null;

    /// <summary>Whether new keys go to a vault.</summary>
    internal bool UsesVault => _vault is { IsConfigured: true };

    /// <summary>Asks the vault for a secret that it cannot have, to see that it can be used.</summary>
    /// <exception cref="PoshAcmeException">It cannot.</exception>
    internal void CheckVault() => _vault!.Read(NewVaultGuid());

    /// <summary>
    /// Names another key for an account, or none. The present one is kept until <see cref="FinishSecretKeyChange"/>. Needs
    /// the profile's lock.
    /// </summary>
    /// <param name="account">The account, just read.</param>
    /// <param name="choice">What its secrets are encrypted with from now on.</param>
    /// <exception cref="PoshAcmeException">The vault or the file of the present or the new key cannot be used; nothing has changed. <c>ProfileWriteFailed</c>.</exception>
    internal void BeginSecretKeyChange(StoredAccount account, SecretKeyChoice choice)
    {
        var former = account.SecretKeyPlace;
        if (former is not null)
        {
            FindKey(account, former);
        }

        var vaultGuid = account.VaultGuid;
        string? key = null;
        if (choice.IsOwnKey && UsesVault)
        {
            key = StoredAccount.VaultMark;
            vaultGuid = KeepInVault(choice.IsNew ? null : vaultGuid);
        }
        else if (choice.IsOwnKey)
        {
            key = NewSecretKey();
        }
        else if (choice.KeyFile is not null)
        {
            key = StoredAccount.FileMark;
        }
        else if (choice.IsMachine)
        {
            key = StoredAccount.MachineMark;
        }

        account.SecretKey = key;
        account.SecretKeyFile = choice.KeyFile;
        account.VaultGuid = vaultGuid;
        account.FormerSecretKeys = [.. account.FormerSecretKeys.Append(former).OfType<string>().Where(f => f != account.SecretKeyPlace).Distinct(StringComparer.Ordinal)];
        SaveAccount(account);
    }

    /// <summary>Writes the secrets of all orders of an account with its present key. Takes the lock of each order, one after the other.</summary>
    /// <returns>An error for each secret that cannot be decrypted, and for each file that cannot be read; these are as they were.</returns>
    /// <exception cref="PoshAcmeException">A lock, a file or a vault cannot be had; the next call goes on.</exception>
    internal async Task<IReadOnlyList<PoshAcmeException>> RenewSecretsAsync(StoredAccount account, CancellationToken cancellationToken)
    {
        var unreadable = new List<PoshAcmeException>();
        foreach (var path in FilesWithSecrets(account))
        {
            var folder = Path.GetDirectoryName(path)!;
            using var hold = await LockOrderFolderAsync(folder, DefaultLockTimeout, cancellationToken).ConfigureAwait(false);

            // What is staged may hold a secret too.
            _replacement.Recover(folder);
            RenewSecrets(account, path, unreadable, isLook: false);
        }

        return unreadable;
    }

    /// <summary>Forgets the former keys when no secret needs them any more. Needs the profile's lock.</summary>
    /// <param name="account">The account, just read.</param>
    /// <returns>False when there are secrets that are not written with the present key.</returns>
    /// <exception cref="PoshAcmeException"><c>ProfileWriteFailed</c>, or a vault cannot be used.</exception>
    internal bool FinishSecretKeyChange(StoredAccount account)
    {
        var unreadable = new List<PoshAcmeException>();
        var isLeft = FilesWithSecrets(account).Any(path => RenewSecrets(account, path, unreadable, isLook: true));
        if (isLeft || unreadable.Count > 0)
        {
            return !isLeft;
        }

        if (account.FormerSecretKeys.Count > 0)
        {
            account.FormerSecretKeys = [];
            SaveAccount(account);
        }

        return true;
    }

    private static string NewSecretKey()
    {
        using var random = RandomNumberGenerator.Create();
        var key = new byte[SecretKeyLength];
        random.GetBytes(key);
        return Base64Url.Encode(key);
    }

    private static string NewVaultGuid() => Guid.NewGuid().ToString("N");

    private List<string> FilesWithSecrets(StoredAccount account)
        => [.. _files.Folders(account.Folder)
            .SelectMany(name => new[] { PluginArgumentsFile, NamedPluginArgumentsFile, OrderFileNames.KeyPassword }.Select(file => Path.Combine(account.Folder, name, file)))
            .Where(_files.System.FileExists)];

    /// <returns>Whether a secret was not written with the present key.</returns>
    private bool RenewSecrets(StoredAccount account, string path, List<PoshAcmeException> unreadable, bool isLook)
    {
        try
        {
            if (Path.GetFileName(path) == OrderFileNames.KeyPassword)
            {
                return RenewKeyPasswords(account, path, isLook);
            }

            // It may be gone by now, with its order.
            var json = _files.ReadJson(path) ?? [];
            var codec = PluginArguments(account);
            var isChanged = false;
            foreach (var argument in json.Properties())
            {
                var failed = new List<SecretException>();
                isChanged |= codec.Renew(argument.Value, failed);
                unreadable.AddRange(failed.Select(e => Unreadable(argument.Name, path, e)));
            }

            if (isChanged && !isLook)
            {
                _files.WriteJson(path, json);
            }

            return isChanged;
        }
        catch (SecretException e)
        {
            unreadable.Add(KeyPasswordUnreadable(path, e));
            return false;
        }
        catch (PoshAcmeException e) when (e.ErrorId is "CorruptProfileFile" or "ProfileReadFailed" or ForeignProfile.ErrorId)
        {
            unreadable.Add(e);
            return false;
        }
    }

    /// <summary>The account with the keys that its file names now: another process may have changed them.</summary>
    private StoredAccount WithPresentKeys(StoredAccount account)
        => account.IsStored && Load(account.Folder, StoredAccount.FileName, folder => new StoredAccount(folder)) is { } present ? present : account;

    private PluginArgumentCodec PluginArguments(StoredAccount account)
        => new(SecretTextFor(account));

    private SecretText SecretTextFor(StoredAccount account)
    {
        // Posh-ACME may have given the account a new key since, and left the file's name.
        var former = account.SecretKeyFile is { } file ? account.FormerSecretKeys.Append(StoredAccount.FilePrefix + file) : account.FormerSecretKeys;
        return new SecretText(
            account.SecretKeyPlace is { } present ? () => FindKey(account, present) ?? throw Missing(account, present) : null,
            _dataProtector,
            [.. former.Where(place => place != account.SecretKeyPlace).Select(place => (Func<string?>)(() => FindKey(account, place)))],
            _machineProtector,
            account.IsForMachine);
    }

    /// <returns>The key; null when the vault or the disk does not have it.</returns>
    private string? FindKey(StoredAccount account, string place)
    {
        if (KeyFileOf(place) is { } file)
        {
            return _keyFile.Read(file);
        }

        if (!place.StartsWith(StoredAccount.VaultPrefix, StringComparison.Ordinal))
        {
            return place;
        }

        var guid = place.Substring(StoredAccount.VaultPrefix.Length);
        if (!UsesVault || guid.Length == 0)
        {
            throw new PoshAcmeException(
                "VaultNotConfigured",
                ErrorKind.Security,
                guid.Length == 0
                    ? $"The file acct.json in '{account.Folder}' says that the key for the account's secrets is in a vault, and lacks its VaultGuid."
                    : $"The key for the secrets of account '{account.Id}' is in a SecretManagement vault, and the environment variable {SecretVaultSettings.NameVariable} names none.",
                guid.Length == 0
                    ? "Restore the file from a backup."
                    : $"Set {SecretVaultSettings.NameVariable}, and {SecretVaultSettings.PasswordVariable} if the vault has a password, as when the key was put there. For an account that cannot use the vault, let its user run Set-PAAccount -SecretKeyFile.");
        }

        lock (_vaultKeys)
        {
            // Asked once for a command: it may take seconds, and other commands of this process do the same.
            if (!_vaultKeys.TryGetValue(guid, out var key))
            {
                key = _vault!.Read(guid);
                if (key is not null)
                {
                    _vaultKeys[guid] = key;
                }
            }

            return key;
        }
    }

    private PoshAcmeException Missing(StoredAccount account, string place)
        => KeyFileOf(place) is { } file
            ? MissingKeyFile(account, file)
            : MissingInVault(account, place);

    private PoshAcmeException MissingInVault(StoredAccount account, string place) => new(
        "VaultSecretMissing",
        ErrorKind.Security,
        $"The key for the secrets of account '{account.Id}' is missing: {_vault!.Describe(place.Substring(StoredAccount.VaultPrefix.Length))} is not there.",
        "Restore it. If it is lost, run Set-PAAccount -ResetAltPluginEncryption and give the plugin arguments anew.");

    /// <summary>Puts a new key into the vault, or takes the one that it has for the account. A secret there is never written over.</summary>
    /// <returns>The key's number in the vault.</returns>
    private string KeepInVault(string? guid)
    {
        var number = string.IsNullOrWhiteSpace(guid) ? NewVaultGuid() : guid!;
        if (_vault!.Read(number) is { } found)
        {
            if (guid is null)
            {
                throw new PoshAcmeException(
                    "VaultSecretExists",
                    ErrorKind.InvalidOperation,
                    $"There is {_vault.Describe(number)} already; it is not written over.",
                    $"Write {{0}} into {SecretVaultSettings.TemplateVariable}, so that each key gets a name of its own.");
            }

            CheckKey(found, number);
            return number;
        }

        var key = NewSecretKey();
        _vault.Write(number, key);
        if (_vault.Read(number) != key)
        {
            throw new PoshAcmeException(
                "VaultWriteFailed",
                ErrorKind.WriteError,
                $"A new key was written as {_vault.Describe(number)}, and the vault does not give it back. The account keeps its key.",
                "Use a vault that takes new secrets with names of any form.");
        }

        _reporter.Verbose($"The new key is {_vault.Describe(number)}.");
        return number;
    }

    private void CheckKey(string key, string number)
    {
        try
        {
            if (Base64Url.Decode(key).Length is 16 or 24 or SecretKeyLength)
            {
                return;
            }
        }
        catch (FormatException)
        {
            // The error below says what it should be.
        }

        throw new PoshAcmeException(
            "VaultSecretInvalid",
            ErrorKind.InvalidData,
            $"What is kept as {_vault!.Describe(number)} is no key for secrets.",
            "Remove it from the vault, or use Set-PAAccount -ResetAltPluginEncryption for another one.");
    }
}
