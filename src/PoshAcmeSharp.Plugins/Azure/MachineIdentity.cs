using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Plugins.Http;

namespace PoshAcmeSharp.Plugins.Azure;

/// <summary>Gets tokens for the managed identity of an Azure machine, or of a service that names an endpoint of its own.</summary>
internal sealed class MachineIdentity : IAzureLogin
{
    private const string Endpoint = "http://169.254.169.254/metadata/identity/oauth2/token";
    private const string DefaultVersion = "2021-02-01";
    private const string EndpointVariable = "IDENTITY_ENDPOINT";
    private const string HeaderVariable = "IDENTITY_HEADER";

    private readonly HttpClientHandler? _ownHandler;
    private readonly ProviderHttp _http;
    private readonly ProviderRequest _request;

    /// <summary>Makes a client; nothing is sent.</summary>
    /// <param name="cloud">Where the token is used.</param>
    /// <param name="version">The version of the endpoint; null for the usual one.</param>
    /// <param name="handler">What sends; null makes one.</param>
    /// <param name="getVariable">Reads a variable of the environment.</param>
    /// <exception cref="PoshAcmeException"><c>InvalidPluginArguments</c>: the environment names no usable endpoint.</exception>
    internal MachineIdentity(AzureCloud cloud, string? version, HttpMessageHandler? handler, Func<string, string?> getVariable)
    {
        var named = getVariable(EndpointVariable);
        if (!Uri.TryCreate(string.IsNullOrWhiteSpace(named) ? Endpoint : named, UriKind.Absolute, out var endpoint) || endpoint.Scheme is not ("http" or "https"))
        {
            throw new PoshAcmeException("InvalidPluginArguments", ErrorKind.InvalidArgument, $"The environment variable {EndpointVariable} is no address.", "Correct it, or take it away.");
        }

        var headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["Metadata"] = "true" };
        var secrets = new List<Secret>();
        if (!string.IsNullOrWhiteSpace(named) && getVariable(HeaderVariable) is { Length: > 0 } header)
        {
            headers["X-IDENTITY-HEADER"] = header;
            secrets.Add(new Secret(header));
        }

        var folder = new Uri(endpoint, ".");
        _request = new ProviderRequest(
            HttpMethod.Get,
            $"{endpoint.AbsolutePath.Substring(folder.AbsolutePath.Length)}?api-version={Uri.EscapeDataString(version ?? DefaultVersion)}&resource={Uri.EscapeDataString(cloud.ResourceManager.AbsoluteUri)}")
        {
            Headers = headers,
        };

        // The endpoint is on the machine or its host: no proxy leads there.
        _ownHandler = handler is null ? new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false } : null;
        _http = new ProviderHttp(
            new ProviderHttpOptions { ProviderName = AzurePlugin.PluginName, BaseUri = folder, Secrets = secrets, RequestTimeout = TimeSpan.FromSeconds(10), MaxAttempts = 3 },
            handler ?? _ownHandler);
    }

    /// <inheritdoc/>
    public async Task<AzureToken> GetTokenAsync(PluginContext context, CancellationToken cancellationToken)
    {
        context.Reporter.Verbose("Getting a token for the managed identity of this machine.");
        var response = await AskAsync(context, cancellationToken).ConfigureAwait(false);
        return (response.IsSuccess ? AzureToken.FromAnswer(response.Body, context.Clock.UtcNow) : null) ?? throw new PoshAcmeException(
            "Azure.LoginFailed",
            (int)response.Status >= 500 ? ErrorKind.Connection : ErrorKind.PermissionDenied,
            $"Azure gave the managed identity of this machine no token ({AzureErrors.Describe(_http, response)}).",
            (int)response.Status == 401
                ? "The agent of Azure Arc asks for proof from a file of its own, which this plugin does not give but Posh-ACME's script of the same name does: use that with -PreferPluginScript, or an application."
                : "Check that the machine has a managed identity.");
    }

    // Elsewhere nobody has this address: neither a proxy nor the base of an API is what to look at.
    private async Task<ProviderResponse> AskAsync(PluginContext context, CancellationToken cancellationToken)
    {
        try
        {
            return await _http.SendAsync(_request, context, cancellationToken).ConfigureAwait(false);
        }
        catch (PoshAcmeException e) when (e.Kind is ErrorKind.Connection or ErrorKind.Timeout)
        {
            throw new PoshAcmeException(
                "Azure.LoginFailed",
                e.Kind,
                $"The endpoint that gives tokens for the managed identity of this machine is silent: {e.Message}",
                "AZUseIMDS is for machines in Azure with a managed identity; elsewhere give an application.",
                e);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _http.Dispose();
        _ownHandler?.Dispose();
    }
}
