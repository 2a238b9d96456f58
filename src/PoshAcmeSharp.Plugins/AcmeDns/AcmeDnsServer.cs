using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Plugins.Http;

namespace PoshAcmeSharp.Plugins.AcmeDns;

/// <summary>The two calls of an acme-dns server.</summary>
internal sealed class AcmeDnsServer : IDisposable
{
    private const string Provider = "AcmeDns";
    private static readonly string[] Members = ["subdomain", "username", "password", "fulldomain"];

    private readonly ProviderHttp _http;
    private readonly IReadOnlyList<string> _allowFrom;
    private readonly string _host;

    /// <summary>Makes a client; nothing is sent.</summary>
    /// <param name="options">The arguments.</param>
    /// <param name="reporter">Where it is told that the connection is not encrypted.</param>
    /// <param name="handler">What sends; null makes one.</param>
    /// <exception cref="PoshAcmeException"><c>InvalidPluginArguments</c>.</exception>
    internal AcmeDnsServer(AcmeDnsOptions options, IReporter reporter, HttpMessageHandler? handler)
    {
        var (baseUri, credential) = ReadAddress(options);
        if (baseUri.Scheme == Uri.UriSchemeHttp && !baseUri.IsLoopback)
        {
            reporter.Warning($"The acme-dns server {baseUri.Host} is spoken to by plain http: whoever listens can publish TXT records for the names that are registered there.");
        }

        _allowFrom = options.ACMEAllowFrom;
        _host = baseUri.Authority;
        _http = new ProviderHttp(
            new ProviderHttpOptions
            {
                ProviderName = Provider,
                BaseUri = baseUri,
                Authorization = credential is { } given ? () => Basic(given.UserName, given.Password) : null,
                Secrets = credential is { } secret ? [secret.Password, new Secret(Basic(secret.UserName, secret.Password).Parameter)] : [],
            },
            handler);
    }

    /// <summary>Registers a new name at the server.</summary>
    /// <param name="recordName">What it is for, for errors.</param>
    /// <param name="context">Where to report and how to wait.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The registration.</returns>
    /// <exception cref="PoshAcmeException"><c>AcmeDns.NotRegistered</c> and others that begin so.</exception>
    internal async Task<Registration> RegisterAsync(string recordName, PluginContext context, CancellationToken cancellationToken)
    {
        context.Reporter.Verbose($"Registering {recordName} at the acme-dns server {_host}.");
        var body = _allowFrom.Count == 0 ? [] : new JObject { ["allowfrom"] = new JArray(_allowFrom) };

        // One registration too many does no harm: nobody knows of it.
        var request = new ProviderRequest(HttpMethod.Post, "register", body.ToString(Formatting.None)) { IsIdempotent = true };
        var response = await _http.SendAsync(request, context, cancellationToken).ConfigureAwait(false);
        if (!response.IsSuccess)
        {
            throw new PoshAcmeException(
                Provider + ".NotRegistered",
                KindOf(response),
                $"The acme-dns server {_host} refused to register {recordName} ({Describe(response)}).",
                response.Status switch
                {
                    HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => "Give the user name and password that the server asks for with ACMECredential.",
                    HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed => "Check the address. Where the server takes no registrations, ask the one who runs it for one and give it with ACMERegistration.",
                    HttpStatusCode.BadRequest => "Check ACMEAllowFrom: networks in CIDR notation.",
                    _ => "Try again later.",
                });
        }

        var json = ProviderJson.ReadObject(response.Body) ?? [];
        return Registration.From(Members.Select(member => ProviderJson.Text(json, member)).ToArray())
            ?? throw new PoshAcmeException(
                Provider + ".UnexpectedAnswer",
                ErrorKind.InvalidData,
                $"What {_host} answered to the registration of {recordName} is no registration: {_http.Show(response.Body, 200)}",
                "Check that the address is that of an acme-dns server, and whether a proxy stands in between.");
    }

    /// <summary>Publishes a value. The server keeps the last two of a registration.</summary>
    /// <param name="recordName">What it is for, for errors.</param>
    /// <param name="registration">The registration.</param>
    /// <param name="value">The value.</param>
    /// <param name="context">Where to report and how to wait.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>A task that ends when it is published.</returns>
    /// <exception cref="PoshAcmeException"><c>AcmeDns.Unauthorized</c>, <c>AcmeDns.Refused</c> and others that begin so.</exception>
    internal async Task UpdateAsync(string recordName, Registration registration, string value, PluginContext context, CancellationToken cancellationToken)
    {
        var body = new JObject { ["subdomain"] = registration.Subdomain, ["txt"] = value };
        var request = new ProviderRequest(HttpMethod.Post, "update", body.ToString(Formatting.None))
        {
            Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["X-Api-User"] = registration.UserName, ["X-Api-Key"] = registration.Password },
            Secrets = [new Secret(registration.Password)],
        };
        var response = await _http.SendAsync(request, context, cancellationToken).ConfigureAwait(false);
        if (response.IsSuccess)
        {
            return;
        }

        var isRefused = response.Status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden;
        throw new PoshAcmeException(
            Provider + (isRefused ? ".Unauthorized" : (int)response.Status >= 500 ? ".ServerError" : ".Refused"),
            KindOf(response),
            $"The acme-dns server {_host} refused a value for {recordName} ({Describe(response)})"
                + (isRefused ? ": it does not know the registration, or its allowed networks leave this machine out." : "."),
            isRefused
                ? $"Check that the registration of {recordName} was made at {_host} and from where it may be used; take it out of ACMEReg in pluginvars.json to register anew, which needs a new CNAME."
                : "Check that the address is that of an acme-dns server.");
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static (Uri BaseUri, (string UserName, Secret Password)? Credential) ReadAddress(AcmeDnsOptions options)
    {
        (string, Secret)? credential = options.ACMECredential is { } given ? (given.UserName, new Secret(given.Password.Copy())) : null;
        if (options.ACMEUri is not { } address)
        {
            var server = options.ACMEServer ?? string.Empty;
            return Uri.TryCreate("https://" + server, UriKind.Absolute, out var uri) && uri.AbsolutePath == "/" && uri.UserInfo.Length + uri.Query.Length + uri.Fragment.Length == 0 && server.IndexOf('/') < 0
                ? (uri, credential)
                : throw Invalid("ACMEServer is no host name.", "Give ACMEServer such as auth.acme-dns.io, or a whole address with ACMEUri.");
        }

        if (!address.IsAbsoluteUri || address.Scheme is not ("https" or "http") || address.Query.Length + address.Fragment.Length > 0)
        {
            // It is not repeated: a password may be in it.
            throw Invalid("ACMEUri is not the address of a server.", "Give ACMEUri such as https://auth.example.com:8443, without query or fragment.");
        }

        if (address.UserInfo.Length > 0)
        {
            var parts = address.UserInfo.Split([':'], 2);
            credential = (Uri.UnescapeDataString(parts[0]), new Secret(Uri.UnescapeDataString(parts.Length > 1 ? parts[1] : string.Empty)));
        }

        var bare = new UriBuilder(address) { UserName = string.Empty, Password = string.Empty };
        bare.Path = bare.Path.TrimEnd('/') + "/";
        return (bare.Uri, credential);
    }

    private static AuthenticationHeaderValue Basic(string userName, Secret password)
        => new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(userName + ":" + password.Reveal())));

    private static ErrorKind KindOf(ProviderResponse response) => (int)response.Status switch
    {
        401 or 403 => ErrorKind.PermissionDenied,
        >= 500 => ErrorKind.Connection,
        _ => ErrorKind.InvalidOperation,
    };

    private string Describe(ProviderResponse response)
    {
        var said = ProviderJson.ReadObject(response.Body) is { } json ? ProviderJson.Text(json, "error") : response.Body;
        return _http.Show(((int)response.Status).ToString(CultureInfo.InvariantCulture) + " " + said, 200);
    }

    private static PoshAcmeException Invalid(string message, string action) => new("InvalidPluginArguments", ErrorKind.InvalidArgument, message, action);
}
