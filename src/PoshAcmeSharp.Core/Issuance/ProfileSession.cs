using PoshAcmeSharp.Acme;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Jose;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Issuance;

/// <summary>
/// A profile at work: what is chosen in it, and clients for its servers and accounts. One for each command; dispose it
/// to close connections and clear keys. Safe for use from several threads at once.
/// </summary>
public sealed class ProfileSession : IDisposable
{
    private readonly ProfileSession? _parent;
    private readonly Dictionary<string, AcmeClient> _clients = new(StringComparer.Ordinal);
    private readonly List<AccountKey> _keys = [];
    private readonly object _gate = new();
    private readonly PluginMemory _shared = new();

    /// <summary>Opens a session. Nothing is read or created.</summary>
    /// <param name="store">The profile.</param>
    /// <param name="reporter">Where steps are told.</param>
    /// <param name="clock">The time and the waiting.</param>
    public ProfileSession(ProfileStore store, IReporter reporter, IClock clock)
    {
        Store = store;
        Reporter = reporter;
        Clock = clock;
    }

    private ProfileSession(ProfileSession parent, IReporter reporter)
        : this(parent.Store, reporter, parent.Clock)
    {
        _parent = parent;
        Plugins = parent.Plugins;
        WaitForUserAsync = parent.WaitForUserAsync;
        ShowAsync = parent.ShowAsync;
        CurrentFolder = parent.CurrentFolder;
        ChangesNothing = parent.ChangesNothing;
    }

    /// <summary>The profile.</summary>
    public ProfileStore Store { get; }

    /// <summary>Where steps are told.</summary>
    public IReporter Reporter { get; }

    /// <summary>The time and the waiting.</summary>
    public IClock Clock { get; }

    /// <summary>The plugins that orders can name.</summary>
    public PluginCatalog Plugins { get; init; } = PluginCatalog.Empty;

    /// <summary>
    /// Shows a text to the user and waits until they say that it is done; null where nobody is there to answer.
    /// </summary>
    public Func<string, CancellationToken, Task>? WaitForUserAsync { get; init; }

    /// <summary>Shows a text to the user, also where nobody answers; null: it becomes a warning.</summary>
    public Func<string, Task>? ShowAsync { get; init; }

    /// <summary>The full path of the folder where relative paths in arguments of plugins begin; null: the process's current one.</summary>
    public string? CurrentFolder { get; init; }

    /// <summary>Whether the session only looks, so that what could be put right on the way stays as it is.</summary>
    public bool ChangesNothing { get; init; }

    /// <summary>
    /// A session for one of several orders that are worked on at once: what it tells begins with the order's name.
    /// Connections and nonces are shared; it need not be disposed and ends with this one.
    /// </summary>
    /// <param name="orderName">The order's name.</param>
    /// <returns>The session.</returns>
    public ProfileSession ForOrder(string orderName) => new(_parent ?? this, new PrefixedReporter(Reporter, orderName + ": "));

    /// <summary>The full paths of folders of plugin scripts that a user names.</summary>
    /// <param name="folders">The folders; relative ones begin at <see cref="CurrentFolder"/>.</param>
    /// <returns>The full paths.</returns>
    /// <exception cref="PoshAcmeException"><c>PluginFolderNotFound</c>.</exception>
    public IReadOnlyList<string> ResolvePluginFolders(IReadOnlyList<string> folders) => [.. folders.Select(folder =>
    {
        var path = ArgumentPath.Resolve(folder, CurrentFolder);
        return path is not null && Directory.Exists(path) ? path : throw new PoshAcmeException(
            "PluginFolderNotFound",
            ErrorKind.NotFound,
            $"There is no folder '{path ?? folder}' for plugin scripts.",
            "Give the folder that the .ps1 files of the plugins are in.");
    })];

    /// <summary>What is around a plugin that answers challenges of an account.</summary>
    /// <param name="account">The account; null when none is chosen yet.</param>
    /// <returns>The environment.</returns>
    public PluginEnvironment EnvironmentFor(StoredAccount? account) => new(Reporter, Clock)
    {
        WaitForUserAsync = WaitForUserAsync,
        ShowAsync = ShowAsync,
        CurrentFolder = CurrentFolder,
        Shared = (_parent ?? this)._shared,
        Store = Store,
        Account = account,
    };

    /// <summary>The chosen server.</summary>
    /// <returns>The server.</returns>
    /// <exception cref="PoshAcmeException"><c>NoServer</c>: none is chosen.</exception>
    public StoredServer RequireServer()
        => Store.GetCurrentServer() ?? throw (Store.ReadCurrentServerUrl() is { } chosen
            ? new PoshAcmeException(
                "NoServer",
                ErrorKind.NotFound,
                $"The ACME server {chosen} was chosen, but no folder in '{Store.Root}' has a dir.json with it.",
                $"Restore its dir.json, run Set-PAServer {chosen} to make it anew, or choose another one of Get-PAServer -List.")
            : new PoshAcmeException(
                "NoServer",
                ErrorKind.InvalidOperation,
                "No ACME server configured. Run Set-PAServer first.",
                "Run Set-PAServer LE_STAGE to try, Set-PAServer LE_PROD for real certificates."));

    /// <summary>The chosen account of a server.</summary>
    /// <param name="server">The server.</param>
    /// <returns>The account.</returns>
    /// <exception cref="PoshAcmeException"><c>NoAccount</c>: none is chosen.</exception>
    public StoredAccount RequireAccount(StoredServer server)
        => Store.GetCurrentAccount(server) ?? throw new PoshAcmeException(
            "NoAccount",
            ErrorKind.InvalidOperation,
            "No ACME account configured. Run Set-PAAccount or New-PAAccount first.",
            "Run New-PAAccount -AcceptTOS -Contact with your mail address, or Set-PAAccount with the ID of an account of this server.");

    /// <summary>The account named, or the chosen one.</summary>
    /// <param name="server">The server.</param>
    /// <param name="id">The account's id, or null for the chosen one.</param>
    /// <returns>The account.</returns>
    /// <exception cref="PoshAcmeException"><c>NoAccount</c>, <c>AccountNotFound</c>.</exception>
    public StoredAccount RequireAccount(StoredServer server, string? id)
        => id is null ? RequireAccount(server) : Store.FindAccount(server, id) ?? throw AccountNotFound(id, server);

    /// <summary>The account named, or the chosen one; it must be valid.</summary>
    /// <param name="server">The server.</param>
    /// <param name="id">The account's id, or null for the chosen one.</param>
    /// <returns>The account.</returns>
    /// <exception cref="PoshAcmeException"><c>NoAccount</c>, <c>AccountNotFound</c>, <c>AccountNotValid</c>.</exception>
    public StoredAccount RequireValidAccount(StoredServer server, string? id = null)
    {
        var account = RequireAccount(server, id);
        return account.IsUsable ? account : throw new PoshAcmeException(
            "AccountNotValid",
            ErrorKind.InvalidOperation,
            $"Account status is {account.Status}.",
            $"The account '{account.Id}' can no longer be used: choose another with Set-PAAccount or make one with New-PAAccount.");
    }

    /// <summary>A client of a server, made from the directory that is kept in the profile.</summary>
    /// <param name="server">The server.</param>
    /// <returns>The client; it belongs to the session.</returns>
    public AcmeClient ClientOf(StoredServer server)
    {
        if (_parent is not null)
        {
            return _parent.ClientOf(server);
        }

        lock (_gate)
        {
            if (!_clients.TryGetValue(server.Location, out var client))
            {
                client = AcmeClient.FromDirectory(new AcmeDirectory(server.Json, server.Location), OptionsFor(server));
                _clients.Add(server.Location, client);
            }

            return client;
        }
    }

    /// <summary>
    /// The account at its server, ready for requests. When a change of its key was interrupted, the server is asked first
    /// which of the two keys it has.
    /// </summary>
    /// <param name="server">The server.</param>
    /// <param name="account">The account; read anew when its key had to be found out.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The account; its key belongs to the session.</returns>
    /// <exception cref="PoshAcmeException"><c>CorruptProfileFile</c>: its key or URL is missing. <c>AccountKeyChanged</c>: the server has neither key.</exception>
    public async Task<AcmeAccountClient> ConnectAsync(StoredServer server, StoredAccount account, CancellationToken cancellationToken = default)
    {
        if (account.RolloverKey is not null && !ChangesNothing)
        {
            using var hold = await Store.LockAsync(ProfileStore.DefaultLockTimeout, cancellationToken).ConfigureAwait(false);
            Store.ReloadAccount(account);
            await KeyRollover.SettleAsync(this, server, account, cancellationToken).ConfigureAwait(false);
        }

        return Open(server, account, account.Key);
    }

    /// <summary>The account by one of its keys, as it is.</summary>
    internal AcmeAccountClient Open(StoredServer server, StoredAccount account, string? key)
    {
        if (account.Location is not { Length: > 0 } location || key is null)
        {
            throw Incomplete(account);
        }

        var opened = AccountKey.FromJwk(key);
        (_parent ?? this).Keep(opened);
        return ClientOf(server).ForAccount(opened, location, _parent is null ? null : Reporter);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var client in _clients.Values)
        {
            client.Dispose();
        }

        _keys.ForEach(key => key.Dispose());
    }

    private void Keep(AccountKey key)
    {
        lock (_gate)
        {
            _keys.Add(key);
        }
    }

    /// <summary>The private key of an account. The caller disposes of it.</summary>
    /// <param name="account">The account.</param>
    /// <returns>The key.</returns>
    /// <exception cref="PoshAcmeException"><c>CorruptProfileFile</c>: it is missing. <c>InvalidJwk</c>.</exception>
    internal static AccountKey KeyOf(StoredAccount account) => AccountKey.FromJwk(account.Key ?? throw Incomplete(account));

    /// <summary>How to talk to a server of the profile.</summary>
    internal AcmeOptions OptionsFor(StoredServer server) => new()
    {
        CACertificatePem = server.CACertificate,
        SkipCertificateCheck = server.SkipCertificateCheck,
        Proxy = server.Proxy is null ? null : new Uri(server.Proxy),
        ProxyCredential = server.Proxy is null ? null : Store.ReadProxyCredential(server),
        Reporter = Reporter,
        Clock = Clock,
    };

    /// <summary>The error for an id that is not in the profile.</summary>
    /// <param name="id">The id.</param>
    /// <param name="server">The server.</param>
    /// <returns>The error.</returns>
    public static PoshAcmeException AccountNotFound(string id, StoredServer server) => new(
        "AccountNotFound",
        ErrorKind.NotFound,
        $"There is no account '{id}' at the server '{server.Name}'.",
        "Get-PAAccount -List shows the accounts of the current server.");

    private static PoshAcmeException Incomplete(StoredAccount account) => new(
        "CorruptProfileFile",
        ErrorKind.InvalidData,
        $"The file acct.json in '{account.Folder}' lacks the account's key or URL.",
        "Restore the file from a backup, or make another account with New-PAAccount.");
}
