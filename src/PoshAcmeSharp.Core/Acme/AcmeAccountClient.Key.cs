using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using PoshAcmeSharp.Jose;

namespace PoshAcmeSharp.Acme;

/// <content>The account's key: whether the server still has it, and another one in its place.</content>
public sealed partial class AcmeAccountClient
{
    private const int Conflict = 409;

    private readonly object _gate = new();
    private Task<bool>? _keyCheck;

    /// <summary>
    /// Gives the account another key (RFC 8555 section 7.3.5). After a lost answer the server is asked which key it has.
    /// Keep the new key before: from the moment the server has taken it, nothing else opens the account.
    /// </summary>
    /// <param name="newKey">The new key; it stays the caller's.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The account with its new key; this object is of no more use.</returns>
    /// <exception cref="PoshAcmeException"><c>KeyChangeNotSupported</c>; <c>AccountKeyInUse</c>: the new key is another account's.</exception>
    /// <exception cref="AcmeProblemException">Such as <c>AcmeProblem.badPublicKey</c>.</exception>
    public async Task<AcmeAccountClient> ChangeKeyAsync(AccountKey newKey, CancellationToken cancellationToken = default)
    {
        var url = _directory.KeyChange ?? throw new PoshAcmeException(
            "KeyChangeNotSupported",
            ErrorKind.InvalidOperation,
            $"The server {_directory.Location} does not change the keys of accounts: its directory has no keyChange.",
            "Make a new account with New-PAAccount.");
        var header = new JObject { ["jwk"] = newKey.PublicJwk, ["url"] = url };
        var change = new JObject { ["account"] = Account.Location, ["oldKey"] = Key.PublicJwk };
        var payload = Jws.Sign(newKey, header, change.ToString(Formatting.None)).ToString(Formatting.None);
        var successor = new AcmeAccountClient(_requests, _directory, newKey, Account);
        try
        {
            return await LostAnswer.RecoverAsync(
                Options,
                async () =>
                {
                    await PostAsync(url, payload, Repeat.OnlyIfRefused, null, cancellationToken).ConfigureAwait(false);
                    return successor;
                },
                async () => await successor.HasServerKeyAsync(cancellationToken).ConfigureAwait(false) == true ? successor : null,
                cancellationToken).ConfigureAwait(false);
        }
        catch (AcmeProblemException e) when (e.Status == Conflict)
        {
            throw KeyInUse(e.Location?.AbsoluteUri, e);
        }
    }

    /// <summary>The account that a key belongs to (RFC 8555 section 7.3.1).</summary>
    /// <returns>Its URL; null when the server knows no account with the key.</returns>
    /// <exception cref="AcmeProblemException"><c>AcmeProblem.unauthorized</c>: of a deactivated account.</exception>
    internal async Task<string?> FindUrlOfKeyAsync(AccountKey key, CancellationToken cancellationToken)
    {
        try
        {
            var response = await PostByKeyAsync(key, cancellationToken).ConfigureAwait(false);
            return response.Location?.AbsoluteUri ?? Account.Location;
        }
        catch (AcmeProblemException e) when (e.Problem.ShortType == "accountDoesNotExist")
        {
            return null;
        }
    }

    /// <summary>Whether the server has this key for this account.</summary>
    /// <returns>Null when the server knows the key and does not say whose it is: the account is no longer valid.</returns>
    internal async Task<bool?> HasServerKeyAsync(CancellationToken cancellationToken)
    {
        try
        {
            return IsThisAccount(await FindUrlOfKeyAsync(Key, cancellationToken).ConfigureAwait(false));
        }
        catch (AcmeProblemException e) when (e.Problem.ShortType == "unauthorized")
        {
            return null;
        }
    }

    /// <summary>Whether a URL is this account's.</summary>
    internal bool IsThisAccount(string? url)
        => url == Account.Location || (Uri.TryCreate(Account.Location, UriKind.Absolute, out var own) && own.AbsoluteUri == url);

    /// <summary>The error for a new key that is not free.</summary>
    internal PoshAcmeException KeyInUse(string? accountUrl, Exception? inner = null) => new(
        "AccountKeyInUse",
        ErrorKind.InvalidArgument,
        $"The new key belongs to {(accountUrl is null ? "another account" : $"the account {accountUrl}")} already. The account {Account.Location} keeps its key.",
        "Give a key of no other account; or use that account: New-PAAccount -KeyFile -OnlyReturnExisting.",
        inner);

    /// <summary>The error for an account that the server has with another key.</summary>
    internal PoshAcmeException KeyChangedElsewhere(Exception? inner = null) => new(
        "AccountKeyChanged",
        ErrorKind.Security,
        $"The CA does not accept the key that is kept for the account {Account.Location}: it was changed elsewhere.",
        "Run the command again if another command was changing the key; else take over the present key with Set-PAAccount -KeyRollover -KeyFile, or make a new account.",
        inner);

    /// <summary>
    /// Signed by the account. A server that has another key for it by now says no more than that the signature is wrong,
    /// or that the request is not allowed; so it is asked for the account of our key.
    /// </summary>
    private async Task<AcmeResponse> PostAsync(string url, string payload, Repeat repeat, string? accept, CancellationToken cancellationToken)
    {
        try
        {
            return await _requests.PostAsync(url, _signer, payload, repeat, accept, cancellationToken).ConfigureAwait(false);
        }
        catch (AcmeProblemException e) when (e.Status is 400 or 401 or 403 && e.Problem.ShortType is ("malformed" or "unauthorized"))
        {
            if (await IsKeyAcceptedAsync(cancellationToken).ConfigureAwait(false))
            {
                throw;
            }

            throw KeyChangedElsewhere(e);
        }
    }

    private Task<AcmeResponse> PostByKeyAsync(AccountKey key, CancellationToken cancellationToken)
        => _requests.PostAsync(_directory.NewAccount, new Signer(key, null), "{\"onlyReturnExisting\":true}", Repeat.Always, null, cancellationToken);

    /// <summary>Asked once: requests that run at the same time fail for the same reason.</summary>
    private Task<bool> IsKeyAcceptedAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return _keyCheck ??= CheckAsync();
        }

        async Task<bool> CheckAsync()
        {
            try
            {
                return await HasServerKeyAsync(cancellationToken).ConfigureAwait(false) != false;
            }
            catch (PoshAcmeException)
            {
                // It cannot be told now; then the first error is the one to show.
                return true;
            }
        }
    }
}
