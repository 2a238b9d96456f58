using PoshAcmeSharp.Json;

namespace PoshAcmeSharp.Profile;

/// <content>Accounts.</content>
public sealed partial class ProfileStore
{
    private const string AnAccount = "an account";
    private const string PluginVarsFile = "pluginvars.json";
    private const int SecretKeyLength = 32;

    /// <summary>All accounts of a server, sorted by id. Damaged ones are warnings.</summary>
    /// <param name="server">The server.</param>
    /// <param name="damaged">Gets the errors of those too; null when nobody wants them.</param>
    public IReadOnlyList<StoredAccount> ListAccounts(StoredServer server, ICollection<PoshAcmeException>? damaged = null)
        => LoadAll(server.Folder, StoredAccount.FileName, folder => new StoredAccount(folder), damaged);

    /// <summary>Finds an account.</summary>
    /// <param name="server">Its server.</param>
    /// <param name="id">Its id.</param>
    /// <returns>The account; null when there is none such.</returns>
    /// <exception cref="PoshAcmeException"><c>CorruptProfileFile</c>.</exception>
    public StoredAccount? FindAccount(StoredServer server, string id)
        => IsFolderName(id)
            ? Load(Path.Combine(server.Folder, id), StoredAccount.FileName, folder => new StoredAccount(folder))
            : null;

    /// <summary>The account of the current server that commands use.</summary>
    /// <returns>The account; null when no server or no account is chosen.</returns>
    /// <exception cref="PoshAcmeException"><c>CorruptProfileFile</c>.</exception>
    public StoredAccount? GetCurrentAccount() => GetCurrentServer() is { } server ? GetCurrentAccount(server) : null;

    /// <summary>The account of a server that commands use.</summary>
    /// <param name="server">The server.</param>
    /// <returns>The account; null when none was chosen or the chosen one is no longer there.</returns>
    /// <exception cref="PoshAcmeException"><c>CorruptProfileFile</c>.</exception>
    public StoredAccount? GetCurrentAccount(StoredServer server)
        => _files.ReadLine(Path.Combine(server.Folder, CurrentAccountFile)) is { } id ? FindAccount(server, id) : null;

    /// <summary>Chooses the account of a server that commands use.</summary>
    /// <param name="server">The server.</param>
    /// <param name="account">The account; null for none.</param>
    /// <exception cref="PoshAcmeException"><c>ProfileWriteFailed</c>.</exception>
    public void SetCurrentAccount(StoredServer server, StoredAccount? account)
        => SetCurrent(Path.Combine(server.Folder, CurrentAccountFile), account?.Id);

    /// <summary>
    /// Makes an account that is not yet in the profile; <see cref="SaveAccount"/> puts it there. Where the system cannot
    /// protect secrets it gets a key for them.
    /// </summary>
    /// <param name="server">Its server.</param>
    /// <param name="id">Its id, such as <see cref="ProfileName.FromAccountUrl"/> makes it.</param>
    /// <returns>The account.</returns>
    /// <exception cref="PoshAcmeException"><c>InvalidName</c>, <c>NameInUse</c>.</exception>
    public StoredAccount CreateAccount(StoredServer server, string id)
    {
        ProfileName.Check(id);
        var account = new StoredAccount(Path.Combine(server.Folder, id));
        if (_files.System.FileExists(Path.Combine(account.Folder, StoredAccount.FileName)))
        {
            throw NameInUse(AnAccount, id);
        }

        account.Fill();
        if (_dataProtector is null)
        {
            account.SecretKey = NewSecretKey();
        }

        return account;
    }

    /// <summary>Writes the account's file.</summary>
    /// <param name="account">The account.</param>
    /// <exception cref="PoshAcmeException"><c>NameInUse</c>: it is new, and another came first. <c>ProfileWriteFailed</c>.</exception>
    public void SaveAccount(StoredAccount account) => Save(account, StoredAccount.FileName, AnAccount);

    /// <summary>Reads an account anew into the object that was given: what was not saved is lost.</summary>
    /// <param name="account">The account.</param>
    /// <exception cref="PoshAcmeException"><c>AccountNotFound</c>: it was removed or renamed meanwhile. <c>CorruptProfileFile</c>.</exception>
    public void ReloadAccount(StoredAccount account) => Reload(account, Path.Combine(account.Folder, StoredAccount.FileName), "AccountNotFound");

    /// <summary>Gives an account another id. When it was current, it still is.</summary>
    /// <param name="server">Its server.</param>
    /// <param name="account">The account.</param>
    /// <param name="newId">The id.</param>
    /// <exception cref="PoshAcmeException"><c>InvalidName</c>, <c>NameInUse</c>, <c>ProfileWriteFailed</c>.</exception>
    public void RenameAccount(StoredServer server, StoredAccount account, string newId)
    {
        var isCurrent = IsCurrentAccount(server, account);
        Rename(account, newId, AnAccount);
        if (isCurrent)
        {
            SetCurrentAccount(server, account);
        }
    }

    /// <summary>Removes an account with its orders. When it was current, none is.</summary>
    /// <param name="server">Its server.</param>
    /// <param name="account">The account.</param>
    /// <exception cref="PoshAcmeException"><c>ProfileWriteFailed</c>.</exception>
    public void RemoveAccount(StoredServer server, StoredAccount account)
    {
        if (IsCurrentAccount(server, account))
        {
            SetCurrentAccount(server, null);
        }

        Remove(account, StoredAccount.FileName);
    }

    /// <summary>What plugins keep with an account (<c>pluginvars.json</c>): a JSON object with a member for each of them.</summary>
    /// <param name="account">The account.</param>
    /// <returns>The JSON text; null when there is none. A secret.</returns>
    /// <exception cref="PoshAcmeException"><c>CorruptProfileFile</c>.</exception>
    public string? ReadPluginVars(StoredAccount account)
        => _files.ReadJson(Path.Combine(account.Folder, PluginVarsFile)) is { } json ? JsonText.Format(json) : null;

    /// <summary>Writes what plugins keep with an account.</summary>
    /// <param name="account">The account.</param>
    /// <param name="json">The JSON text of an object: all of it, so read it first under the profile's lock.</param>
    /// <exception cref="FormatException">It is not a JSON object.</exception>
    /// <exception cref="PoshAcmeException"><c>CorruptProfileFile</c>: what is there cannot be read, so it is not overwritten. <c>ProfileWriteFailed</c>.</exception>
    public void WritePluginVars(StoredAccount account, string json)
    {
        var path = Path.Combine(account.Folder, PluginVarsFile);
        _files.ReadJson(path);
        _files.WriteJson(path, JsonText.ParseObject(json));
    }

    /// <summary>Sets one of the things that plugins keep with an account, under the profile's lock; the others stay.</summary>
    /// <param name="account">The account.</param>
    /// <param name="name">The name that the plugin gives it; upper and lower case alike.</param>
    /// <param name="json">The value as JSON text. A secret.</param>
    /// <param name="cancellationToken">Ends the wait for the lock.</param>
    /// <returns>A task that ends when it is written.</returns>
    /// <exception cref="FormatException">It is not one JSON value.</exception>
    /// <exception cref="PoshAcmeException"><c>ProfileBusy</c>, <c>CorruptProfileFile</c>, <c>ProfileWriteFailed</c>.</exception>
    public async Task SetPluginVarAsync(StoredAccount account, string name, string json, CancellationToken cancellationToken)
    {
        var value = JsonText.Parse(json);
        using var hold = await LockAsync(DefaultLockTimeout, cancellationToken).ConfigureAwait(false);
        var path = Path.Combine(account.Folder, PluginVarsFile);
        var kept = _files.ReadJson(path) ?? [];
        kept.Property(name, StringComparison.OrdinalIgnoreCase)?.Remove();
        kept[name] = value;
        _files.WriteJson(path, kept);
    }

    private bool IsCurrentAccount(StoredServer server, StoredAccount account)
        => string.Equals(_files.ReadLine(Path.Combine(server.Folder, CurrentAccountFile)), account.Id, StringComparison.OrdinalIgnoreCase);
}
