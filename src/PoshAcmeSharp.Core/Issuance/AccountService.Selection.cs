using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Issuance;

/// <content>The account that an issuance begins with.</content>
public sealed partial class AccountService
{
    /// <summary>
    /// The account to issue with: the current one when it fits, else another valid one that does, which becomes current,
    /// else a new one.
    /// </summary>
    /// <param name="server">The server.</param>
    /// <param name="contact">The contacts that it must have; null for any.</param>
    /// <param name="keyLength">The kind of key that it must have; null for any.</param>
    /// <param name="acceptTermsOfService">Whether a new one agrees to the CA's terms.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The account.</returns>
    /// <exception cref="PoshAcmeException"><c>ExternalAccountRequired</c>; or the CA refuses a new one.</exception>
    public async Task<StoredAccount> SelectAsync(
        StoredServer server, IReadOnlyList<string>? contact, KeyLength? keyLength, bool acceptTermsOfService, CancellationToken cancellationToken = default)
    {
        var wanted = contact is null || server.IgnoreContact ? null : new HashSet<string>(ContactsFor(server, contact), StringComparer.OrdinalIgnoreCase);
        bool Fits(StoredAccount account) => account.IsUsable
            && (wanted is null || wanted.SetEquals(account.Contact))
            && (keyLength is null || string.Equals(account.KeyLength, keyLength.ToString(), StringComparison.OrdinalIgnoreCase));

        if (Store.GetCurrentAccount(server) is { } current && Fits(current))
        {
            return current;
        }

        if (Store.ListAccounts(server).FirstOrDefault(Fits) is { } other)
        {
            using var hold = await Store.LockAsync(ProfileStore.DefaultLockTimeout, cancellationToken).ConfigureAwait(false);
            Store.SetCurrentAccount(server, other);
            return other;
        }

        if (Store.GetCurrentAccount(server) is { IsUsable: false } ended)
        {
            _session.Reporter.Warning($"The account '{ended.Id}' is {ended.Status} and can no longer be used, and no other one in the profile fits: a new one is made.");
        }

        if (_session.ClientOf(server).Directory.ExternalAccountRequired)
        {
            throw new PoshAcmeException(
                "ExternalAccountRequired",
                ErrorKind.InvalidOperation,
                $"The server '{server.Name}' binds new accounts to its customers, and there is no account of it in the profile.",
                "Make one with New-PAAccount -AcceptTOS -ExtAcctKID -ExtAcctHMACKey, with the values that the CA's account page shows.");
        }

        return await CreateAsync(
            server,
            new NewAccountRequest { Contact = contact ?? [], KeyLength = keyLength ?? KeyLength.Ec256, AcceptTermsOfService = acceptTermsOfService },
            cancellationToken).ConfigureAwait(false);
    }
}
