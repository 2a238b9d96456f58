using PoshAcmeSharp.Jose;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Issuance;

/// <summary>
/// What the profile keeps while an account gets another key: the new key from before the request, both keys until it is
/// known which one the server has. All of it needs the profile's lock.
/// </summary>
internal static class KeyRollover
{
    /// <summary>Keeps the new key beside the present one.</summary>
    public static void Begin(ProfileStore store, StoredAccount account, AccountKey newKey)
    {
        account.RolloverKey = newKey.ToPrivateJwk();
        store.SaveAccount(account);
    }

    /// <summary>Keeps the new key in place of the present one, in one write.</summary>
    public static void Complete(ProfileStore store, StoredAccount account, AccountKey newKey)
    {
        account.SetKey(newKey);
        store.SaveAccount(account);
    }

    /// <summary>Asks the server which of the two keys it has and keeps that one. Does nothing where there is only one.</summary>
    /// <exception cref="PoshAcmeException"><c>AccountKeyChanged</c>: it has neither; both are kept.</exception>
    public static async Task SettleAsync(ProfileSession session, StoredServer server, StoredAccount account, CancellationToken cancellationToken)
    {
        if (account.RolloverKey is not { } pending)
        {
            return;
        }

        session.Reporter.Verbose($"A change of the key of account {account.Id} was interrupted; asking the CA which key it has.");
        var byNewKey = session.Open(server, account, pending);
        var hasNew = await byNewKey.HasServerKeyAsync(cancellationToken).ConfigureAwait(false);
        var hasOld = hasNew == true
            ? false
            : await session.Open(server, account, account.Key).HasServerKeyAsync(cancellationToken).ConfigureAwait(false);

        // Of an account that is no longer valid a server may not say more than that it knows the key.
        if (hasNew == true || (hasNew is null && hasOld == false))
        {
            Complete(session.Store, account, byNewKey.Key);
            session.Reporter.Verbose($"The CA has the new key of account {account.Id}.");
        }
        else if (hasOld == true || (hasOld is null && hasNew == false))
        {
            account.RolloverKey = null;
            session.Store.SaveAccount(account);
            session.Reporter.Verbose($"The CA has the former key of account {account.Id}; the new one is dropped.");
        }
        else
        {
            throw byNewKey.KeyChangedElsewhere();
        }
    }
}
