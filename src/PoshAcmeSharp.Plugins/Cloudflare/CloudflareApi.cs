using System.Globalization;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Plugins.Http;

namespace PoshAcmeSharp.Plugins.Cloudflare;

/// <summary>Speaks version 4 of Cloudflare's API: every answer says whether it succeeded, and if not, why.</summary>
internal sealed class CloudflareApi : IDisposable
{
    private const string Production = "https://api.cloudflare.com/client/v4/";

    /// <summary>The codes of a credential that is not known or has no right form.</summary>
    private static readonly HashSet<int> UnknownCredential = [6003, 9103];

    /// <summary>The codes of a credential without the right.</summary>
    private static readonly HashSet<int> NoRight = [9109, 10000];

    private readonly CloudflareCredential _credential;
    private readonly ProviderHttp _http;

    /// <summary>Makes a client and checks the arguments; nothing is sent.</summary>
    /// <param name="options">The arguments.</param>
    /// <param name="handler">What sends; null makes one.</param>
    /// <exception cref="PoshAcmeException"><c>InvalidPluginArguments</c>, <c>InsecureBaseUri</c>.</exception>
    internal CloudflareApi(CloudflareOptions options, HttpMessageHandler? handler)
    {
        _credential = CloudflareCredential.From(options);
        _http = new ProviderHttp(
            new ProviderHttpOptions
            {
                ProviderName = CloudflarePlugin.PluginName,
                BaseUri = BaseUri.Parse(options.CFBaseUri ?? Production, nameof(options.CFBaseUri)),
                Authorization = _credential.Authorization,
                Secrets = [_credential.Secret],
            },
            handler);
    }

    /// <summary>Sends a request.</summary>
    /// <param name="method">The HTTP method.</param>
    /// <param name="path">Path and query below the base of the API.</param>
    /// <param name="body">The body, or null.</param>
    /// <param name="action">What is tried, such as <c>to read the TXT record a.example.com</c>.</param>
    /// <param name="context">Where to report and how to wait.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <param name="acceptedCodes">Codes of errors that mean that the work is done.</param>
    /// <returns>The answer; null after an error that was accepted.</returns>
    /// <exception cref="PoshAcmeException"><c>Cloudflare.AccessDenied</c>, <c>Cloudflare.Refused</c> and others that begin so.</exception>
    internal async Task<JObject?> SendAsync(
        HttpMethod method,
        string path,
        JObject? body,
        string action,
        PluginContext context,
        CancellationToken cancellationToken,
        params IReadOnlyCollection<int> acceptedCodes)
    {
        // A record that is created twice is refused the second time, so that all requests may be sent again.
        var request = new ProviderRequest(method, path, body?.ToString(Formatting.None)) { Headers = _credential.ToHeaders(), IsIdempotent = true };
        var response = await _http.SendAsync(request, context, cancellationToken).ConfigureAwait(false);
        var json = ProviderJson.ReadObject(response.Body);
        var errors = (json?["errors"] as JArray ?? []).OfType<JObject>().ToList();
        if (response.IsSuccess && json is not null && json["success"] is JValue { Value: true })
        {
            return json;
        }

        if (errors.Exists(error => acceptedCodes.Contains(CodeOf(error))))
        {
            return null;
        }

        if (response.IsSuccess && errors.Count == 0)
        {
            throw Unexpected(response.Body, action);
        }

        throw ToException(response, errors, action);
    }

    /// <summary>The error for an answer that is not what the API describes.</summary>
    /// <param name="body">The answer.</param>
    /// <param name="action">What was tried.</param>
    /// <returns>The error.</returns>
    internal PoshAcmeException Unexpected(string body, string action) => new(
        "Cloudflare.UnexpectedAnswer",
        ErrorKind.InvalidData,
        $"Cloudflare's answer to the attempt {action} is not one of its API: {_http.Show(body, 200)}",
        "Check the base URL of the API, and whether a proxy stands in between.");

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private PoshAcmeException ToException(ProviderResponse response, IReadOnlyList<JObject> errors, string action)
    {
        var answer = Describe(response, errors);
        var codes = errors.SelectMany(WithChain).Select(CodeOf).ToList();
        var credential = _credential.IsToken ? "token" : "global key or its e-mail address";
        return (int)response.Status switch
        {
            >= 500 => new("Cloudflare.ServerError", ErrorKind.Connection, $"Cloudflare failed {action} ({answer}).", "Try again later."),
            _ when codes.Exists(UnknownCredential.Contains) => new(
                "Cloudflare.Unauthorized",
                ErrorKind.PermissionDenied,
                $"Cloudflare does not know the {credential} ({answer}).",
                _credential.IsToken ? "Copy the token again; CFToken takes API tokens, global keys go with CFAuthEmail." : "Check CFAuthEmail and the key; API tokens go with CFToken."),
            401 or 403 => Denied(),
            _ when codes.Exists(NoRight.Contains) => Denied(),
            _ => new("Cloudflare.Refused", ErrorKind.InvalidOperation, $"Cloudflare refused {action} ({answer})."),
        };

        PoshAcmeException Denied() => new(
            "Cloudflare.AccessDenied",
            ErrorKind.PermissionDenied,
            $"Cloudflare refused {action} ({answer}): the {credential} is not valid (any more), lacks a permission, does not cover the zone, or may not be used from this address.",
            _credential.IsToken ? "Give the API token the permissions Zone:Read and DNS:Edit for the zone, and look at its expiry and its IP filter." : "Check the key, and that the account may edit DNS of the zone.");
    }

    private string Describe(ProviderResponse response, IReadOnlyList<JObject> errors)
    {
        var text = ((int)response.Status).ToString(CultureInfo.InvariantCulture);
        return errors.Count == 0
            ? _http.Show(text + " " + response.Body)
            : _http.Show(text + " " + string.Join("; ", errors.SelectMany(WithChain).Select(error => $"{ProviderJson.Text(error, "code")}: {ProviderJson.Text(error, "message")}")));
    }

    private static IEnumerable<JObject> WithChain(JObject error) => [error, .. (error["error_chain"] as JArray ?? []).OfType<JObject>()];

    private static int CodeOf(JObject error)
        => int.TryParse(ProviderJson.Text(error, "code"), NumberStyles.None, CultureInfo.InvariantCulture, out var code) ? code : 0;
}
