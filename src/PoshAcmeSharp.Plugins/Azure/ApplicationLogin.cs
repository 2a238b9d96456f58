using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Plugins.Http;

namespace PoshAcmeSharp.Plugins.Azure;

/// <summary>Gets tokens for an application by its client secret or its certificate (RFC 6749 section 4.4, RFC 7523).</summary>
internal sealed class ApplicationLogin : IAzureLogin
{
    private const string AssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    private readonly ProviderHttp _http;
    private readonly string _path;
    private readonly string _endpoint;
    private readonly string _scope;
    private readonly string _applicationId;
    private readonly Secret? _password;
    private readonly ClientCertificate? _certificate;

    private ApplicationLogin(AzureCloud cloud, string tenantId, string applicationId, Secret? password, ClientCertificate? certificate, HttpMessageHandler? handler)
    {
        _path = tenantId + "/oauth2/v2.0/token";
        _endpoint = cloud.Login.AbsoluteUri + _path;
        _scope = cloud.ResourceManager.AbsoluteUri + ".default";
        (_applicationId, _password, _certificate) = (applicationId, password, certificate);
        _http = new ProviderHttp(
            new ProviderHttpOptions { ProviderName = AzurePlugin.PluginName, BaseUri = cloud.Login, Secrets = password is null ? [] : [password] },
            handler);
    }

    /// <summary>A login by client secret.</summary>
    internal static ApplicationLogin By(Secret password, AzureCloud cloud, string tenantId, string applicationId, HttpMessageHandler? handler)
        => new(cloud, tenantId, applicationId, password, null, handler);

    /// <summary>A login by certificate.</summary>
    internal static ApplicationLogin By(ClientCertificate certificate, AzureCloud cloud, string tenantId, string applicationId, HttpMessageHandler? handler)
        => new(cloud, tenantId, applicationId, null, certificate, handler);

    /// <inheritdoc/>
    public async Task<AzureToken> GetTokenAsync(PluginContext context, CancellationToken cancellationToken)
    {
        context.Reporter.Verbose($"Getting a token for the application {_applicationId} of Azure.");
        var form = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = _applicationId,
            ["scope"] = _scope,
        };
        if (_password is not null)
        {
            form["client_secret"] = _password.Reveal();
        }
        else
        {
            form["client_assertion_type"] = AssertionType;
            form["client_assertion"] = _certificate!.SignAssertion(_applicationId, _endpoint, context.Clock.UtcNow);
        }

        var response = await _http.SendAsync(new ProviderRequest(HttpMethod.Post, _path) { Form = form, IsIdempotent = true }, context, cancellationToken).ConfigureAwait(false);
        return (response.IsSuccess ? AzureToken.FromAnswer(response.Body, context.Clock.UtcNow) : null) ?? throw new PoshAcmeException(
            "Azure.LoginFailed",
            (int)response.Status >= 500 ? ErrorKind.Connection : ErrorKind.PermissionDenied,
            $"Azure gave the application {_applicationId} no token ({AzureErrors.Describe(_http, response)}).",
            "Check tenant, application ID, and its secret or certificate, which may have expired.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _http.Dispose();
        _certificate?.Dispose();
    }
}
