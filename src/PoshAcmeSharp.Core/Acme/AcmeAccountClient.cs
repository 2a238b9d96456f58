using System.Runtime.ExceptionServices;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using PoshAcmeSharp.Jose;

namespace PoshAcmeSharp.Acme;

/// <summary>
/// What an account can do at its server: orders, authorizations, challenges, certificates (RFC 8555 section 7).
/// Safe for use from several threads at once.
/// </summary>
public sealed partial class AcmeAccountClient
{
    /// <summary>How many requests of one call are under way at once.</summary>
    private const int Parallelism = 16;

    private readonly AcmeRequests _requests;
    private readonly AcmeDirectory _directory;
    private readonly Signer _signer;

    internal AcmeAccountClient(AcmeRequests requests, AcmeDirectory directory, AccountKey key, AcmeAccount account)
    {
        _requests = requests;
        _directory = directory;
        _signer = new Signer(key, account.Location);
        Key = key;
        Account = account;
    }

    /// <summary>The account's key.</summary>
    public AccountKey Key { get; }

    /// <summary>The account as the server showed it last; only its URL when it has not been asked yet.</summary>
    public AcmeAccount Account { get; private set; }

    internal AcmeOptions Options => _requests.Options;

    internal DateTimeOffset ServerNow => _requests.ServerNow;

    /// <summary>Asks the server for the account.</summary>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The account.</returns>
    public async Task<AcmeAccount> GetAccountAsync(CancellationToken cancellationToken = default)
        => Account = new AcmeAccount(await GetAsync(Account.Location, cancellationToken).ConfigureAwait(false), Account.Location);

    /// <summary>
    /// Asks the server for the account by its key (RFC 8555 section 7.3.1), for servers that do not answer a
    /// POST-as-GET of the account's URL.
    /// </summary>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The account.</returns>
    public async Task<AcmeAccount> FindAccountAsync(CancellationToken cancellationToken = default)
    {
        var response = await PostByKeyAsync(Key, cancellationToken).ConfigureAwait(false);
        return Account = new AcmeAccount(ResourceReader.Object(response), response.Location?.AbsoluteUri ?? Account.Location);
    }

    /// <summary>Changes the contacts (RFC 8555 section 7.3.2).</summary>
    /// <param name="contact">The contact URLs; empty takes all away.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The account.</returns>
    public Task<AcmeAccount> UpdateContactAsync(IReadOnlyList<string> contact, CancellationToken cancellationToken = default)
        => UpdateAccountAsync(new JObject { ["contact"] = new JArray(contact) }, cancellationToken);

    /// <summary>Deactivates the account for good (RFC 8555 section 7.3.6).</summary>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The account.</returns>
    public Task<AcmeAccount> DeactivateAsync(CancellationToken cancellationToken = default)
        => UpdateAccountAsync(new JObject { ["status"] = "deactivated" }, cancellationToken);

    /// <summary>Makes an order (RFC 8555 section 7.4).</summary>
    /// <param name="identifiers">The names.</param>
    /// <param name="options">What else is asked for, or null.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The order; its URL must be kept before anything depends on it.</returns>
    /// <exception cref="AcmeProblemException">Such as <c>AcmeProblem.rejectedIdentifier</c> with a subproblem for each name.</exception>
    public Task<AcmeOrder> NewOrderAsync(IReadOnlyList<AcmeIdentifier> identifiers, NewOrderOptions? options = null, CancellationToken cancellationToken = default)
    {
        var payload = new JObject
        {
            ["identifiers"] = new JArray(identifiers.Select(i => new JObject { ["type"] = i.Type, ["value"] = i.Value })),
        };
        if (options?.NotAfter is { } notAfter)
        {
            payload["notAfter"] = notAfter.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
        }

        if (options?.Profile is { Length: > 0 } profile)
        {
            payload["profile"] = profile;
        }

        if (options?.Replaces is { Length: > 0 } replaces)
        {
            payload["replaces"] = replaces;
        }

        return LostAnswer.RecoverAsync(
            Options,
            async () =>
            {
                var response = await PostAsync(_directory.NewOrder, payload.ToString(Formatting.None), Repeat.OnlyIfRefused, null, cancellationToken).ConfigureAwait(false);
                return new AcmeOrder(ResourceReader.Object(response), RequireLocation(response, "newOrder"));
            },
            () => LostOrder.FindAsync(this, identifiers, payload, cancellationToken),
            cancellationToken);
    }

    /// <summary>Asks for an order.</summary>
    /// <param name="orderUrl">Its URL.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The order.</returns>
    public async Task<AcmeOrder> GetOrderAsync(string orderUrl, CancellationToken cancellationToken = default)
    {
        var response = await PostAsGetAsync(orderUrl, null, cancellationToken).ConfigureAwait(false);
        return new AcmeOrder(ResourceReader.Object(response), orderUrl) { RetryAfter = response.RetryAfter };
    }

    /// <summary>Asks for an authorization.</summary>
    /// <param name="authorizationUrl">Its URL.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The authorization.</returns>
    /// <exception cref="PoshAcmeException"><c>NotAnAuthorization</c>: the URL is something else's.</exception>
    public async Task<AcmeAuthorization> GetAuthorizationAsync(string authorizationUrl, CancellationToken cancellationToken = default)
    {
        EndpointPolicy.Require(authorizationUrl, "authorization URL");
        return ResourceReader.Authorization(await PostAsGetAsync(authorizationUrl, null, cancellationToken).ConfigureAwait(false), authorizationUrl);
    }

    /// <summary>Asks for several authorizations at once.</summary>
    /// <param name="authorizationUrls">Their URLs.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The authorizations in the order of the URLs.</returns>
    public Task<IReadOnlyList<AcmeAuthorization>> GetAuthorizationsAsync(IReadOnlyList<string> authorizationUrls, CancellationToken cancellationToken = default)
        => Bounded.SelectAsync(authorizationUrls, Parallelism, GetAuthorizationAsync, cancellationToken);

    /// <summary>Asks for several authorizations at once; one that fails does not keep the others from being answered.</summary>
    /// <param name="authorizationUrls">Their URLs.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>An outcome for each, in the order of the URLs.</returns>
    public Task<IReadOnlyList<Outcome<AcmeAuthorization>>> TryGetAuthorizationsAsync(IReadOnlyList<string> authorizationUrls, CancellationToken cancellationToken = default)
        => Bounded.TrySelectAsync(authorizationUrls, Parallelism, GetAuthorizationAsync, cancellationToken);

    /// <summary>Deactivates an authorization: it can no longer be used (RFC 8555 section 7.5.2).</summary>
    /// <param name="authorizationUrl">Its URL.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The authorization as it is now.</returns>
    public async Task<AcmeAuthorization> DeactivateAuthorizationAsync(string authorizationUrl, CancellationToken cancellationToken = default)
    {
        var response = await PostAsync(authorizationUrl, "{\"status\":\"deactivated\"}", Repeat.Always, null, cancellationToken).ConfigureAwait(false);
        return new AcmeAuthorization(ResourceReader.Object(response), authorizationUrl);
    }

    /// <summary>Tells the server that a challenge's answer is in place (RFC 8555 section 7.5.1).</summary>
    /// <param name="challengeUrl">The challenge's URL.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The challenge as it is now.</returns>
    /// <exception cref="PoshAcmeException"><c>NotAChallenge</c>: the URL is something else's.</exception>
    public async Task<AcmeChallenge> AcknowledgeAsync(string challengeUrl, CancellationToken cancellationToken = default)
    {
        EndpointPolicy.Require(challengeUrl, "challenge URL");

        async Task<AcmeChallenge?> FindUnderWayAsync()
        {
            var seen = ResourceReader.Challenge(await PostAsGetAsync(challengeUrl, null, cancellationToken).ConfigureAwait(false), challengeUrl);
            return seen.Status == "pending" ? null : seen;
        }

        try
        {
            return await LostAnswer.RecoverAsync(
                Options,
                async () =>
                {
                    var response = await PostAsync(challengeUrl, "{}", Repeat.OnlyIfRefused, null, cancellationToken).ConfigureAwait(false);
                    return ResourceReader.Challenge(response, challengeUrl);
                },
                FindUnderWayAsync,
                cancellationToken).ConfigureAwait(false);
        }
        catch (AcmeProblemException e) when (e.Problem.ShortType == "malformed")
        {
            // Some servers refuse to be told again what they know: an interrupted run has told them.
            if (await FindUnderWayAsync().ConfigureAwait(false) is { } seen)
            {
                return seen;
            }

            throw;
        }
    }

    /// <summary>Acknowledges several challenges at once.</summary>
    /// <param name="challengeUrls">Their URLs.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The challenges in the order of the URLs.</returns>
    public Task<IReadOnlyList<AcmeChallenge>> AcknowledgeAsync(IReadOnlyList<string> challengeUrls, CancellationToken cancellationToken = default)
        => Bounded.SelectAsync(challengeUrls, Parallelism, AcknowledgeAsync, cancellationToken);

    /// <summary>Acknowledges several challenges at once; one that fails does not keep the others from being sent.</summary>
    /// <param name="challengeUrls">Their URLs.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>An outcome for each, in the order of the URLs.</returns>
    public Task<IReadOnlyList<Outcome<AcmeChallenge>>> TryAcknowledgeAsync(IReadOnlyList<string> challengeUrls, CancellationToken cancellationToken = default)
        => Bounded.TrySelectAsync(challengeUrls, Parallelism, AcknowledgeAsync, cancellationToken);

    /// <summary>
    /// Sends the CSR (RFC 8555 section 7.4). After a lost answer the order is looked at first, and a CA that has
    /// validated all names but says <c>orderNotReady</c> is given time.
    /// </summary>
    /// <param name="order">The order; its status should be <c>ready</c>.</param>
    /// <param name="csr">The certificate signing request, DER.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The order as it is now: <c>processing</c> or <c>valid</c>.</returns>
    public async Task<AcmeOrder> FinalizeAsync(AcmeOrder order, byte[] csr, CancellationToken cancellationToken = default)
    {
        var delay = new RetryDelay(Options);
        while (true)
        {
            AcmeProblemException notReady;
            try
            {
                return await SendCsrAsync(order, csr, cancellationToken).ConfigureAwait(false);
            }
            catch (AcmeProblemException e) when (e.Problem.ShortType == "orderNotReady" && delay.HasTime)
            {
                notReady = e;
            }

            var seen = await GetOrderAsync(order.Location, cancellationToken).ConfigureAwait(false);
            if (seen.Status is "processing" or "valid")
            {
                return seen;
            }

            if (seen.Status != "ready" && !(seen.Status == "pending" && await IsValidatedAsync(seen, cancellationToken).ConfigureAwait(false)))
            {
                ExceptionDispatchInfo.Capture(notReady).Throw();
            }

            await delay.WaitAsync(seen.RetryAfter is { } asked && delay.Allows(asked) ? asked : null, notReady.Message, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Whether nothing is left to validate, so that a pending order will become ready by itself.</summary>
    private async Task<bool> IsValidatedAsync(AcmeOrder order, CancellationToken cancellationToken)
        => (await GetAuthorizationsAsync(order.Authorizations, cancellationToken).ConfigureAwait(false)).All(a => a.Status == "valid");

    private Task<AcmeOrder> SendCsrAsync(AcmeOrder order, byte[] csr, CancellationToken cancellationToken)
    {
        var payload = new JObject { ["csr"] = Base64Url.Encode(csr) }.ToString(Formatting.None);
        return LostAnswer.RecoverAsync(
            Options,
            async () =>
            {
                var response = await PostAsync(order.Finalize, payload, Repeat.OnlyIfRefused, null, cancellationToken).ConfigureAwait(false);
                return new AcmeOrder(ResourceReader.Object(response), order.Location) { RetryAfter = response.RetryAfter };
            },
            async () =>
            {
                var seen = await GetOrderAsync(order.Location, cancellationToken).ConfigureAwait(false);
                return seen.Status == "ready" ? null : seen;
            },
            cancellationToken);
    }

    /// <summary>Downloads the certificate with its chain, and the alternate chains that the CA links to (RFC 8555 section 7.4.2).</summary>
    /// <param name="certificateUrl">The order's certificate URL.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The chains as PEM, as they came: the default one first.</returns>
    public async Task<IReadOnlyList<string>> DownloadAsync(string certificateUrl, CancellationToken cancellationToken = default)
    {
        const string PemChain = "application/pem-certificate-chain";
        var first = await PostAsGetAsync(certificateUrl, PemChain, cancellationToken).ConfigureAwait(false);
        var alternates = first.Links
            .Where(l => l.Relations.Contains("alternate"))
            .Select(l => l.Target.AbsoluteUri)
            .Distinct(StringComparer.Ordinal)
            .Where(url => url != certificateUrl)
            .Take(Parallelism)
            .ToList();
        var others = await Bounded.SelectAsync(alternates, Parallelism, TryDownloadAlternateAsync, cancellationToken).ConfigureAwait(false);
        return [first.Body, .. others.OfType<string>()];

        async Task<string?> TryDownloadAlternateAsync(string url, CancellationToken token)
        {
            try
            {
                return (await PostAsGetAsync(url, PemChain, token).ConfigureAwait(false)).Body;
            }
            catch (PoshAcmeException e)
            {
                // The certificate is there; a chain that few ask for must not take it away.
                Options.Reporter.Warning($"An alternate chain could not be downloaded. {e.Message}");
                return null;
            }
        }
    }

    internal Task<AcmeResponse> PostAsGetAsync(string url, string? accept, CancellationToken cancellationToken)
        => PostAsync(url, string.Empty, Repeat.Always, accept, cancellationToken);

    private static string RequireLocation(AcmeResponse response, string what)
        => response.Location?.AbsoluteUri ?? throw new PoshAcmeException(
            "UnexpectedResponse",
            ErrorKind.InvalidData,
            $"{response.RequestUri.Authority} answered {what} without a Location header.",
            "Report it to the CA.");

    private async Task<AcmeAccount> UpdateAccountAsync(JObject payload, CancellationToken cancellationToken)
    {
        var response = await PostAsync(Account.Location, payload.ToString(Formatting.None), Repeat.Always, null, cancellationToken).ConfigureAwait(false);
        return Account = new AcmeAccount(ResourceReader.Object(response), Account.Location);
    }

    private async Task<JObject> GetAsync(string url, CancellationToken cancellationToken)
        => ResourceReader.Object(await PostAsGetAsync(url, null, cancellationToken).ConfigureAwait(false));
}
