using System.Net;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using PoshAcmeSharp.Jose;
using PoshAcmeSharp.Json;

namespace PoshAcmeSharp.Acme;

/// <summary>
/// The requests of ACME: signed, with nonces, and tried again where that is safe (RFC 8555 section 6).
/// </summary>
internal sealed class AcmeRequests(AcmeTransport transport, AcmeOptions options, NoncePool? nonces = null)
{
    /// <summary>Tries at a badNonce are cheap, so the first ones wait for nothing and the others only a little.</summary>
    private const int QuickNonceTries = 16;
    private const int MaxDirectoryRedirects = 3;

    private static readonly TimeSpan NonceWait = TimeSpan.FromMilliseconds(200);

    private readonly NoncePool _nonces = nonces ?? new NoncePool();

    public DateTimeOffset ServerNow => transport.ServerNow;

    public AcmeOptions Options => options;

    /// <summary>A plain GET: the directory, renewal information. Redirects are followed, but never to plain http.</summary>
    public async Task<AcmeResponse> GetAsync(Uri uri, CancellationToken cancellationToken)
    {
        for (var redirects = 0; ; redirects++)
        {
            var response = await TryAgainAsync(
                () => SendAsync(HttpMethod.Get, uri, null, null, cancellationToken),
                Repeat.Always,
                cancellationToken).ConfigureAwait(false);
            if (response.IsSuccess)
            {
                return response;
            }

            if (!response.IsRedirect || response.Location is null || redirects == MaxDirectoryRedirects)
            {
                throw AcmeProblemException.From(response, ServerNow);
            }

            uri = EndpointPolicy.RequireRedirect(uri, response.Location);
        }
    }

    /// <summary>A signed POST; an empty payload is POST-as-GET.</summary>
    /// <param name="url">Where to, as the server gave it.</param>
    /// <param name="signer">The key, and the account URL or none for a new account.</param>
    /// <param name="payload">The JSON payload, or empty.</param>
    /// <param name="repeat">What may be done when the answer is lost.</param>
    /// <param name="accept">The Accept header, or null.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="AcmeProblemException">The server refused.</exception>
    /// <exception cref="AcmeConnectionException">There was no answer.</exception>
    public async Task<AcmeResponse> PostAsync(string url, Signer signer, string payload, Repeat repeat, string? accept, CancellationToken cancellationToken)
    {
        var uri = EndpointPolicy.Require(url, "URL from the ACME server");
        var response = await TryAgainAsync(
            () => PostWithFreshNonceAsync(uri, url, signer, payload, accept, cancellationToken),
            repeat,
            cancellationToken).ConfigureAwait(false);
        return response.IsSuccess ? response : throw AcmeProblemException.From(response, ServerNow);
    }

    /// <summary>The URL that nonces come from; set once the directory is known.</summary>
    public Uri? NewNonceUri { get; set; }

    /// <summary>The same connections and nonces; another reporter is told.</summary>
    public AcmeRequests With(IReporter reporter) => new(transport, options.With(reporter), _nonces) { NewNonceUri = NewNonceUri };

    private async Task<AcmeResponse> PostWithFreshNonceAsync(Uri uri, string url, Signer signer, string payload, string? accept, CancellationToken cancellationToken)
    {
        var delay = new RetryDelay(options);
        for (var tries = 1; ; tries++)
        {
            var nonce = _nonces.Take() ?? await FetchNonceAsync(cancellationToken).ConfigureAwait(false);
            var header = new JObject { ["nonce"] = nonce, ["url"] = url };
            if (signer.AccountUrl is null)
            {
                header["jwk"] = signer.Key.PublicJwk;
            }
            else
            {
                header["kid"] = signer.AccountUrl;
            }

            if (options.Reporter.IsDebugEnabled)
            {
                options.Reporter.Debug($"POST {url}\nheader: {header.ToString(Formatting.None)}\npayload: {Redaction.Json(payload)}");
            }

            var body = Jws.Sign(signer.Key, header, payload).ToString(Formatting.None);
            var response = await SendAsync(HttpMethod.Post, uri, body, accept, cancellationToken).ConfigureAwait(false);
            if (response.StatusCode != HttpStatusCode.BadRequest || !IsBadNonce(response) || !delay.HasTime)
            {
                return response;
            }

            options.Reporter.Verbose("The server did not take the nonce; trying again with a fresh one.");
            if (tries == QuickNonceTries)
            {
                // Perhaps the server has restarted, and the whole pool is of no use.
                _nonces.Clear();
            }

            if (tries >= QuickNonceTries)
            {
                await options.Clock.DelayAsync(NonceWait, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static bool IsBadNonce(AcmeResponse response)
    {
        try
        {
            return JsonText.GetString(JsonText.ParseObject(response.Body), "type") == AcmeProblem.TypePrefix + "badNonce";
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private async Task<string> FetchNonceAsync(CancellationToken cancellationToken)
    {
        var uri = NewNonceUri ?? throw new InvalidOperationException("The directory has not been read.");
        var response = await TryAgainAsync(
            async () =>
            {
                var head = await transport.SendAsync(HttpMethod.Head, uri, null, null, cancellationToken).ConfigureAwait(false);
                options.Reporter.Debug($"HEAD {uri}: {(int)head.StatusCode}");
                return head;
            },
            Repeat.Always,
            cancellationToken).ConfigureAwait(false);
        if (!response.IsSuccess)
        {
            throw AcmeProblemException.From(response, ServerNow);
        }

        return response.ReplayNonce ?? throw new PoshAcmeException(
            "NoNonce",
            ErrorKind.InvalidData,
            $"{uri.Authority} gave no nonce at {uri.AbsolutePath}, so no request can be signed (RFC 8555 section 7.2).",
            "Check for a proxy that takes the Replay-Nonce header away; else report it to the CA.");
    }

    private async Task<AcmeResponse> SendAsync(HttpMethod method, Uri uri, string? body, string? accept, CancellationToken cancellationToken)
    {
        var response = await transport.SendAsync(method, uri, body, accept, cancellationToken).ConfigureAwait(false);
        _nonces.Add(response.ReplayNonce);
        if (options.Reporter.IsDebugEnabled)
        {
            options.Reporter.Debug($"{method} {uri}: {(int)response.StatusCode} {response.MediaType}\n{Redaction.Json(response.Body)}");
        }

        return response;
    }

    /// <summary>
    /// Sends until there is an answer that is not about a passing fault, or the budget is used up. An answer that says
    /// no is returned; what is made of it is the caller's.
    /// </summary>
    private async Task<AcmeResponse> TryAgainAsync(Func<Task<AcmeResponse>> send, Repeat repeat, CancellationToken cancellationToken)
    {
        var delay = new RetryDelay(options);
        while (true)
        {
            AcmeResponse response;
            try
            {
                response = await send().ConfigureAwait(false);
            }
            catch (AcmeConnectionException e) when (e.ErrorId != "ServerNotTrusted" && repeat == Repeat.Always && delay.HasTime)
            {
                await delay.WaitAsync(null, e.Message, cancellationToken).ConfigureAwait(false);
                continue;
            }

            if (!IsPassing(response, repeat) || !delay.HasTime)
            {
                return response;
            }

            if (response.RetryAfter is { } asked && !delay.Allows(asked))
            {
                throw TooLong(response, asked);
            }

            await delay.WaitAsync(response.RetryAfter, $"{response.RequestUri.Authority} answered {(int)response.StatusCode}", cancellationToken).ConfigureAwait(false);
        }
    }

    private static bool IsPassing(AcmeResponse response, Repeat repeat) => (int)response.StatusCode switch
    {
        // A rate limit of the CA's policy does not pass within seconds; one of its front end does.
        429 => !IsRateLimit(response),
        503 => repeat == Repeat.Always || response.RetryAfter is not null,
        >= 500 => repeat == Repeat.Always && !IsFinal(response),
        _ => false,
    };

    private static bool IsRateLimit(AcmeResponse response)
        => response.Body.Contains(AcmeProblem.TypePrefix + "rateLimited");

    /// <summary>A 5xx that names an ACME problem other than serverInternal is an answer, not a fault.</summary>
    private static bool IsFinal(AcmeResponse response)
        => response.Body.Contains(AcmeProblem.TypePrefix) && !response.Body.Contains(AcmeProblem.TypePrefix + "serverInternal");

    private PoshAcmeException TooLong(AcmeResponse response, TimeSpan asked)
    {
        var when = asked > TimeSpan.FromDays(366) ? "in more than a year" : FormattableString.Invariant($"at {(ServerNow + asked).UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC");
        return new PoshAcmeException(
            "ServerBusy",
            ErrorKind.LimitsExceeded,
            $"{response.RequestUri.Authority} answered {(int)response.StatusCode} and asks to come back {when}.",
            "Run the command again then; it goes on where it stopped.");
    }
}

/// <summary>What a request is signed with.</summary>
/// <param name="Key">The account's key.</param>
/// <param name="AccountUrl">The account's URL for the <c>kid</c> header; null sends the public key as <c>jwk</c> instead.</param>
internal sealed record Signer(AccountKey Key, string? AccountUrl);
