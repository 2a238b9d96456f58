using PoshAcmeSharp.Acme;
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
}
