using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using PoshAcmeSharp.Jose;

namespace PoshAcmeSharp.Acme;

/// <summary>
/// A client of one ACME server (RFC 8555). Safe for use from several threads at once; keep one for a server, as it
/// holds the connections and the nonces.
/// </summary>
public sealed partial class AcmeClient : IDisposable
{
    private readonly AcmeTransport _transport;
    private readonly AcmeRequests _requests;

    private AcmeClient(AcmeTransport transport, AcmeRequests requests, AcmeDirectory directory)
    {
        _transport = transport;
        _requests = requests;
        Directory = directory;
        requests.NewNonceUri = EndpointPolicy.Require(directory.NewNonce, "newNonce URL of the directory");
    }

    /// <summary>What the server offers.</summary>
    public AcmeDirectory Directory { get; }

    /// <summary>The server's time, as its last answer told it: the local clock may be wrong.</summary>
    public DateTimeOffset ServerNow => _transport.ServerNow;

    /// <summary>Reads a server's directory and makes a client for it.</summary>
    /// <param name="directoryUrl">The directory's URL: https, or http to this machine.</param>
    /// <param name="options">How to talk to it; null: the defaults.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The client.</returns>
    /// <exception cref="AcmeConnectionException"><c>ServerUnreachable</c>, <c>ServerTimeout</c> or <c>ServerNotTrusted</c>.</exception>
    /// <exception cref="PoshAcmeException"><c>NotAnAcmeDirectory</c>, <c>InvalidUrl</c> or <c>InsecureUrl</c>.</exception>
    public static async Task<AcmeClient> ConnectAsync(string directoryUrl, AcmeOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new AcmeOptions();
        var uri = EndpointPolicy.Require(directoryUrl, EndpointPolicy.Directory);
        var transport = new AcmeTransport(uri, options);
        try
        {
            var requests = new AcmeRequests(transport, options);
            options.Reporter.Verbose($"Reading the ACME directory {uri}");
            var response = await requests.GetAsync(uri, cancellationToken).ConfigureAwait(false);
            return new AcmeClient(transport, requests, AcmeDirectory.Parse(response.Body, directoryUrl));
        }
        catch
        {
            transport.Dispose();
            throw;
        }
    }

    /// <summary>Makes a client from a directory that was read before; asks the server nothing.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="options">How to talk to the server; null: the defaults.</param>
    /// <returns>The client.</returns>
    public static AcmeClient FromDirectory(AcmeDirectory directory, AcmeOptions? options = null)
    {
        options ??= new AcmeOptions();
        var transport = new AcmeTransport(EndpointPolicy.Require(directory.Location, EndpointPolicy.Directory), options);
        return new AcmeClient(transport, new AcmeRequests(transport, options), directory);
    }

    /// <summary>Creates the account of a key, or finds it: the server answers with the one that exists (RFC 8555 section 7.3).</summary>
    /// <param name="key">The account's key; it stays the caller's.</param>
    /// <param name="options">Contacts, agreement, external binding.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The account, ready for orders.</returns>
    /// <exception cref="AcmeProblemException">Such as <c>AcmeProblem.userActionRequired</c> when the terms are not agreed to.</exception>
    public async Task<AcmeAccountClient> NewAccountAsync(AccountKey key, NewAccountOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new NewAccountOptions();
        var payload = new JObject();
        if (options.OnlyReturnExisting)
        {
            payload["onlyReturnExisting"] = true;
        }
        else
        {
            if (options.Contact.Count > 0)
            {
                payload["contact"] = new JArray(options.Contact);
            }

            if (options.TermsOfServiceAgreed)
            {
                payload["termsOfServiceAgreed"] = true;
            }

            if (options.ExternalAccount is { } binding)
            {
                payload["externalAccountBinding"] = Jws.BindExternalAccount(key, binding, Directory.NewAccount);
            }
        }

        AcmeResponse response;
        try
        {
            response = await _requests.PostAsync(
                Directory.NewAccount,
                new Signer(key, null),
                payload.ToString(Formatting.None),
                Repeat.Always,
                null,
                cancellationToken).ConfigureAwait(false);
        }
        catch (AcmeProblemException e) when (payload.ContainsKey("externalAccountBinding") && e.Problem.ShortType is ("unauthorized" or "malformed"))
        {
            throw e.WithAdvice("Check -ExtAcctKID and -ExtAcctHMACKey against the CA's account page; some CAs take a pair of them only once, so get a new one there.");
        }

        var location = response.Location?.AbsoluteUri ?? throw new PoshAcmeException(
            "UnexpectedResponse",
            ErrorKind.InvalidData,
            $"{response.RequestUri.Authority} answered newAccount without the account's URL (RFC 8555 section 7.3).",
            "Report it to the CA.");
        return new AcmeAccountClient(_requests, Directory, key, new AcmeAccount(ResourceReader.Object(response), location));
    }

    /// <summary>Goes on with an account that is known; asks the server nothing.</summary>
    /// <param name="key">The account's key; it stays the caller's.</param>
    /// <param name="accountUrl">The account's URL.</param>
    /// <param name="reporter">Where the steps of this account are told; null: where those of the client are.</param>
    /// <returns>The account, ready for orders.</returns>
    public AcmeAccountClient ForAccount(AccountKey key, string accountUrl, IReporter? reporter = null)
        => new(reporter is null ? _requests : _requests.With(reporter), Directory, key, new AcmeAccount([], accountUrl));

    /// <inheritdoc/>
    public void Dispose() => _transport.Dispose();
}
