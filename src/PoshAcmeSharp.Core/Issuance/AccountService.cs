using PoshAcmeSharp.Acme;
using PoshAcmeSharp.Jose;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Issuance;

/// <summary>Makes accounts, changes them, chooses among them.</summary>
public sealed partial class AccountService
{
    private const string MailScheme = "mailto:";

    private readonly ProfileSession _session;

    /// <summary>Makes the service.</summary>
    /// <param name="session">The profile at work.</param>
    public AccountService(ProfileSession session) => _session = session;

    private ProfileStore Store => _session.Store;

    /// <summary>A valid account with the same contacts and kind of key, which a new one would be a double of.</summary>
    /// <param name="server">The server.</param>
    /// <param name="request">The new account.</param>
    /// <returns>The account, or null.</returns>
    public StoredAccount? FindSimilar(StoredServer server, NewAccountRequest request)
    {
        var contact = ContactsFor(server, request.Contact);
        return Store.ListAccounts(server).FirstOrDefault(a => a.Status == "valid"
            && string.Equals(a.KeyLength, request.KeyLength.ToString(), StringComparison.OrdinalIgnoreCase)
            && new HashSet<string>(contact, StringComparer.OrdinalIgnoreCase).SetEquals(a.Contact));
    }

    /// <summary>Makes an account at the server, keeps it in the profile and makes it current.</summary>
    /// <param name="server">The server.</param>
    /// <param name="request">What it is made with.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The account.</returns>
    /// <exception cref="PoshAcmeException">The server refused, or the id is taken (<c>NameInUse</c>).</exception>
    public async Task<StoredAccount> CreateAsync(StoredServer server, NewAccountRequest request, CancellationToken cancellationToken = default)
    {
        using var hold = await Store.LockAsync(ProfileStore.DefaultLockTimeout, cancellationToken).ConfigureAwait(false);
        if (request.Id is { } wanted)
        {
            ProfileName.Check(wanted);
            if (Store.FindAccount(server, wanted) is not null)
            {
                throw new PoshAcmeException(
                    "NameInUse",
                    ErrorKind.InvalidArgument,
                    $"There is an account '{wanted}' at the server '{server.Name}' already.",
                    "Give another -ID.");
            }
        }

        using var key = request.KeyPem is { } pem ? AccountKey.FromPem(pem) : AccountKey.Generate(request.KeyLength);
        var created = await _session.ClientOf(server).NewAccountAsync(
            key,
            new NewAccountOptions
            {
                Contact = ContactsFor(server, request.Contact),
                TermsOfServiceAgreed = request.AcceptTermsOfService,
                OnlyReturnExisting = request.OnlyReturnExisting,
                ExternalAccount = request.ExternalAccount,
            },
            cancellationToken).ConfigureAwait(false);

        // The key of an account that is here already: that one is brought up to date.
        var account = Store.ListAccounts(server).FirstOrDefault(a => a.Location == created.Account.Location)
            ?? Store.CreateAccount(server, request.Id ?? FreeId(server, ProfileName.FromAccountUrl(created.Account.Location)));
        account.Location = created.Account.Location;
        account.Key = key.ToPrivateJwk();
        account.Alg = key.Algorithm;
        account.KeyLength = key.KeyLength.ToString();
        TakeOver(account, created.Account);
        if (request.UseAltPluginEncryption)
        {
            ProfileStore.GiveSecretKey(account);
        }

        Store.SaveAccount(account);
        Store.SetCurrentAccount(server, account);
        _session.Reporter.Verbose($"Account {account.Id} at {account.Location} is {account.Status}.");
        return account;
    }

    /// <summary>Asks the server for the account's present state and keeps it.</summary>
    /// <param name="server">The server.</param>
    /// <param name="account">The account.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>A task that ends when it is saved.</returns>
    public async Task RefreshAsync(StoredServer server, StoredAccount account, CancellationToken cancellationToken = default)
    {
        var client = await _session.ConnectAsync(server, account, cancellationToken).ConfigureAwait(false);
        var seen = server.UseAltAccountRefresh
            ? await client.FindAccountAsync(cancellationToken).ConfigureAwait(false)
            : await client.GetAccountAsync(cancellationToken).ConfigureAwait(false);
        await SaveAsync(account, seen, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Changes the contacts at the server and in the profile.</summary>
    /// <param name="server">The server.</param>
    /// <param name="account">The account; it must be valid.</param>
    /// <param name="contact">Mail addresses or contact URLs; empty takes all away.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>A task that ends when it is saved.</returns>
    public async Task SetContactAsync(StoredServer server, StoredAccount account, IReadOnlyList<string> contact, CancellationToken cancellationToken = default)
    {
        var client = await _session.ConnectAsync(server, account, cancellationToken).ConfigureAwait(false);
        var seen = await client.UpdateContactAsync(ContactsFor(server, contact), cancellationToken).ConfigureAwait(false);
        await SaveAsync(account, seen, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Contacts as they are sent: with a scheme, and none where the server is not to get any.</summary>
    /// <param name="server">The server.</param>
    /// <param name="contact">Mail addresses or URLs.</param>
    /// <returns>URLs.</returns>
    public static IReadOnlyList<string> ContactsFor(StoredServer server, IReadOnlyList<string> contact)
        => server.IgnoreContact
            ? []
            : [.. contact.Select(c => c.Trim()).Where(c => c.Length > 0).Select(c => c.Contains(":") ? c : MailScheme + c)];

    private async Task SaveAsync(StoredAccount account, AcmeAccount seen, CancellationToken cancellationToken)
    {
        using var hold = await Store.LockAsync(ProfileStore.DefaultLockTimeout, cancellationToken).ConfigureAwait(false);

        // Another command may have changed or renamed it while the server was asked; a removed one must not come back.
        Store.ReloadAccount(account);
        TakeOver(account, seen);
        Store.SaveAccount(account);
    }

    private static void TakeOver(StoredAccount account, AcmeAccount seen)
    {
        account.Status = seen.Status.Length > 0 ? seen.Status : "valid";
        account.Contact = seen.Contact;
        account.Orders = seen.Orders ?? account.Orders;
    }

    private string FreeId(StoredServer server, string wanted)
    {
        var id = wanted;
        for (var number = 2; Store.FindAccount(server, id) is not null; number++)
        {
            id = FormattableString.Invariant($"{wanted}_{number}");
        }

        return id;
    }
}
