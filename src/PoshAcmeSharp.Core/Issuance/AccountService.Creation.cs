using PoshAcmeSharp.Acme;
using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Jose;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Issuance;

/// <content>New accounts.</content>
public sealed partial class AccountService
{
    /// <summary>
    /// Makes an account at the server, keeps it in the profile and makes it current. A new key is on the disk before the
    /// server hears of it; the same call after an interruption takes up the account that was perhaps made.
    /// </summary>
    /// <param name="server">The server.</param>
    /// <param name="request">What it is made with.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The account.</returns>
    /// <exception cref="PoshAcmeException">The server refused, the id is taken (<c>NameInUse</c>), or the vault that is named cannot be used.</exception>
    public async Task<StoredAccount> CreateAsync(StoredServer server, NewAccountRequest request, CancellationToken cancellationToken = default)
    {
        CheckSecretOptions(request.SecretScope, request.SecretKeyFile, request.UseAltPluginEncryption);
        Store.CheckSecretKey(null, ChoiceOf(request));
        var (account, isNew) = await RegisterAsync(server, request, cancellationToken).ConfigureAwait(false);
        foreach (var unreadable in await ProtectSecretsAsync(account, request, isNew, cancellationToken).ConfigureAwait(false))
        {
            _session.Reporter.Warning(unreadable.Message);
        }

        return account;
    }

    private static SecretKeyChoice ChoiceOf(NewAccountRequest request)
        => request.SecretKeyFile is { } file ? SecretKeyChoice.File(Path.GetFullPath(file))
            : request.SecretScope == SecretScope.Machine ? SecretKeyChoice.Machine
            : request.UseAltPluginEncryption ? SecretKeyChoice.OwnKey(isNew: true)
            : SecretKeyChoice.System;

    private async Task<IReadOnlyList<PoshAcmeException>> ProtectSecretsAsync(StoredAccount account, NewAccountRequest request, bool isNew, CancellationToken cancellationToken)
        => request.SecretKeyFile is { } file ? await SetSecretKeyFileAsync(account, file, cancellationToken).ConfigureAwait(false)
            : request.SecretScope is { } scope ? await SetSecretScopeAsync(account, scope, cancellationToken).ConfigureAwait(false)
            : request.UseAltPluginEncryption ? await SetPluginEncryptionAsync(account, enable: true, renew: Store.UsesVault && isNew, cancellationToken).ConfigureAwait(false)
            : [];

    private async Task<(StoredAccount Account, bool IsNew)> RegisterAsync(StoredServer server, NewAccountRequest request, CancellationToken cancellationToken)
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

        var options = new NewAccountOptions
        {
            Contact = ContactsFor(server, request.Contact),
            TermsOfServiceAgreed = request.AcceptTermsOfService,
            OnlyReturnExisting = request.OnlyReturnExisting,
            ExternalAccount = request.ExternalAccount,
        };
        if (request.KeyPem is { } pem)
        {
            using var given = AccountKey.FromPem(pem);
            return Keep(server, request, given, await _session.ClientOf(server).NewAccountAsync(given, options, cancellationToken).ConfigureAwait(false));
        }

        var left = FindPending(server, request.KeyLength, options);
        using var key = left is null ? AccountKey.Generate(request.KeyLength) : AccountKey.FromJwk(left.Key);
        var pending = left ?? new PendingAccount(key.ToPrivateJwk(), options.Contact, key.KeyLength.ToString(), options.ExternalAccount?.KeyId);
        if (left is null)
        {
            Store.AddPendingAccount(server, pending);
        }

        var created = await SendAsync(server, key, pending, isTakenUp: left is not null, options, cancellationToken).ConfigureAwait(false);
        var kept = Keep(server, request, key, created);
        Store.RemovePendingAccount(server, pending);
        return kept;
    }

    /// <summary>
    /// The key of an interrupted request for the same account. Without it, a kill before the answer was kept would leave
    /// an account that nobody can use, and perhaps use up a binding that works only once.
    /// </summary>
    private PendingAccount? FindPending(StoredServer server, KeyLength keyLength, NewAccountOptions options)
    {
        foreach (var pending in Store.ReadPendingAccounts(server))
        {
            if (Store.ListAccounts(server).Any(a => a.HasKey(pending.Key)))
            {
                // Stored, and killed before this was forgotten.
                Store.RemovePendingAccount(server, pending);
            }
            else if (pending.IsFor(options.Contact, keyLength.ToString(), options.ExternalAccount?.KeyId))
            {
                return pending;
            }
        }

        return null;
    }

    private async Task<AcmeAccountClient> SendAsync(
        StoredServer server, AccountKey key, PendingAccount pending, bool isTakenUp, NewAccountOptions options, CancellationToken cancellationToken)
    {
        // An account that is there already needs no binding, and a CA may not take one twice.
        var client = _session.ClientOf(server);
        if (isTakenUp && (await TryFindAsync(client, key, cancellationToken).ConfigureAwait(false)).Account is { } made)
        {
            _session.Reporter.Verbose("An account that was asked for before and not kept is taken into the profile.");
            return made;
        }

        try
        {
            return await client.NewAccountAsync(key, options, cancellationToken).ConfigureAwait(false);
        }
        catch (AcmeProblemException)
        {
            // A refusal may follow a request that was carried out and whose answer was lost.
            var (isKnown, account) = await TryFindAsync(client, key, cancellationToken).ConfigureAwait(false);
            if (account is not null)
            {
                return account;
            }

            if (isKnown)
            {
                Store.RemovePendingAccount(server, pending);
            }

            throw;
        }
    }

    /// <returns>Whether the CA could tell, and the account of the key; null when there is none.</returns>
    private async Task<(bool IsKnown, AcmeAccountClient? Account)> TryFindAsync(AcmeClient client, AccountKey key, CancellationToken cancellationToken)
    {
        try
        {
            return (true, await client.NewAccountAsync(key, new NewAccountOptions { OnlyReturnExisting = true }, cancellationToken).ConfigureAwait(false));
        }
        catch (AcmeProblemException e)
        {
            _session.Reporter.Verbose(e.Message);
            return (e.Problem.ShortType == "accountDoesNotExist", null);
        }
    }

    private (StoredAccount Account, bool IsNew) Keep(StoredServer server, NewAccountRequest request, AccountKey key, AcmeAccountClient created)
    {
        // The key of an account that is here already: that one is brought up to date.
        var account = Store.ListAccounts(server).FirstOrDefault(a => a.Location == created.Account.Location)
            ?? Store.CreateAccount(server, request.Id ?? FreeId(server, ProfileName.FromAccountUrl(created.Account.Location)));
        var isNew = !account.IsStored;
        account.Location = created.Account.Location;
        account.SetKey(key);
        TakeOver(account, created.Account);
        Store.SaveAccount(account);
        Store.SetCurrentAccount(server, account);
        _session.Reporter.Verbose($"Account {account.Id} at {account.Location} is {account.Status}.");
        return (account, isNew);
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
