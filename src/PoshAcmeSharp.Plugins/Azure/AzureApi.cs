using System.Net;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Plugins.Http;

namespace PoshAcmeSharp.Plugins.Azure;

/// <summary>Speaks to Azure's resource manager, with a token that is renewed in time.</summary>
internal sealed class AzureApi : IDisposable
{
    private const string Version = "api-version=2018-05-01";

    private readonly IAzureLogin _login;
    private readonly ProviderHttp _http;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private AzureToken? _token;

    /// <summary>Makes a client; nothing is sent.</summary>
    /// <param name="cloud">Where to send.</param>
    /// <param name="login">Gives tokens; is disposed of with this.</param>
    /// <param name="handler">What sends; null makes one.</param>
    internal AzureApi(AzureCloud cloud, IAzureLogin login, HttpMessageHandler? handler)
    {
        Root = cloud.ResourceManager;
        _login = login;
        _http = new ProviderHttp(new ProviderHttpOptions { ProviderName = AzurePlugin.PluginName, BaseUri = cloud.ResourceManager }, handler);
    }

    /// <summary>The base of all paths.</summary>
    internal Uri Root { get; }

    /// <summary>Sends a request.</summary>
    /// <param name="method">The HTTP method.</param>
    /// <param name="path">The path, percent-encoded; without a query it gets the version of the API.</param>
    /// <param name="body">The body, or null.</param>
    /// <param name="condition">A header that makes it conditional, or null.</param>
    /// <param name="context">Where to report and how to wait.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The answer, whatever it says.</returns>
    internal async Task<ProviderResponse> SendAsync(
        HttpMethod method,
        string path,
        string? body,
        KeyValuePair<string, string>? condition,
        PluginContext context,
        CancellationToken cancellationToken)
    {
        var token = await GetTokenAsync(context, cancellationToken).ConfigureAwait(false);
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["Authorization"] = "Bearer " + token.Reveal() };
        if (condition is { } given)
        {
            headers[given.Key] = given.Value;
        }

        var whole = path.IndexOf('?') < 0 ? $"{path}?{Version}" : path;
        return await _http.SendAsync(new ProviderRequest(method, whole, body) { Headers = headers, Secrets = [token] }, context, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes an error of a refusal.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="action">What was tried, such as <c>to read the TXT record a.example.com</c>.</param>
    /// <returns>The error.</returns>
    internal PoshAcmeException ToException(ProviderResponse response, string action)
    {
        var answer = AzureErrors.Describe(_http, response);
        return response.Status switch
        {
            HttpStatusCode.Unauthorized => new("Azure.Unauthorized", ErrorKind.PermissionDenied, $"Azure does not take the token {action} ({answer}).", "Check that the token belongs to the tenant of the subscription and to the cloud of AZEnvironment."),
            HttpStatusCode.Forbidden => new("Azure.AccessDenied", ErrorKind.PermissionDenied, $"Azure refused {action} ({answer}).", "Give the application or identity the role DNS Zone Contributor for the zone or its resource group, and Reader for the subscription."),
            >= HttpStatusCode.InternalServerError => new("Azure.ServerError", ErrorKind.Connection, $"Azure failed {action} ({answer}).", "Try again later."),
            _ when response.IsSuccess => new(
                "Azure.UnexpectedAnswer",
                ErrorKind.InvalidData,
                $"Azure's answer to the attempt {action} is not one of its API: {_http.Show(response.Body, 200)}",
                "Check AZEnvironment, and whether a proxy stands in between."),
            _ => new("Azure.Refused", ErrorKind.InvalidOperation, $"Azure refused {action} ({answer})."),
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _http.Dispose();
        _login.Dispose();
        _gate.Dispose();
    }

    private async Task<Secret> GetTokenAsync(PluginContext context, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_token?.IsFresh(context.Clock.UtcNow) != true)
            {
                _token = await _login.GetTokenAsync(context, cancellationToken).ConfigureAwait(false);
            }

            return _token.Secret;
        }
        finally
        {
            _gate.Release();
        }
    }
}
