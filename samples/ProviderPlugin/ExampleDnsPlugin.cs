using System.Globalization;
using System.Net.Http.Headers;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Dns;
using PoshAcmeSharp.Plugins.Http;

namespace PoshAcmeSharp.Plugins.ExampleDns;

/// <summary>Publishes TXT records at a provider that is made up, to show what a plugin consists of.</summary>
public sealed class ExampleDnsPlugin : IDnsChallengePlugin, IDisposable
{
    /// <summary>The name users give to -Plugin.</summary>
    public const string PluginName = "ExampleDns";

    private readonly ProviderHttp _http;

    /// <summary>Makes the plugin and checks its arguments; nothing is sent.</summary>
    /// <param name="options">The arguments.</param>
    /// <param name="handler">What sends; it must not follow redirects. Null makes one.</param>
    /// <exception cref="PoshAcmeException"><c>InvalidPluginArguments</c>, <c>InsecureBaseUri</c>.</exception>
    public ExampleDnsPlugin(ExampleDnsOptions options, HttpMessageHandler? handler = null)
    {
        var token = new Secret(options.EXToken!.Copy());
        if (!token.IsHeaderText())
        {
            throw new PoshAcmeException("InvalidPluginArguments", ErrorKind.InvalidArgument, "EXToken is no token.", "Copy EXToken again.");
        }

        _http = new ProviderHttp(
            new ProviderHttpOptions
            {
                ProviderName = PluginName,
                BaseUri = BaseUri.Parse(options.EXBaseUri ?? "https://api.dns.example/v1", nameof(options.EXBaseUri)),
                Authorization = () => new AuthenticationHeaderValue("Bearer", token.Reveal()),
                Secrets = [token],
            },
            handler);
    }

    /// <inheritdoc/>
    public string Name => PluginName;

    /// <inheritdoc/>
    public int MaxConcurrency => 4;

    /// <inheritdoc/>
    public async Task PublishAsync(TxtRecordSet records, PluginContext context, CancellationToken cancellationToken)
    {
        var name = DnsName.Normalize(records.RecordName);
        var existing = await ListAsync(name, context, cancellationToken).ConfigureAwait(false);
        foreach (var value in records.Values.Except(existing.Select(record => record.Value)))
        {
            var body = new JObject { ["name"] = name, ["value"] = value }.ToString(Formatting.None);
            await SendAsync(new ProviderRequest(HttpMethod.Post, "txt", body), name, context, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async Task UnpublishAsync(TxtRecordSet records, PluginContext context, CancellationToken cancellationToken)
    {
        var name = DnsName.Normalize(records.RecordName);
        var existing = await ListAsync(name, context, cancellationToken).ConfigureAwait(false);
        foreach (var record in existing.Where(record => records.Values.Contains(record.Value)))
        {
            await SendAsync(new ProviderRequest(HttpMethod.Delete, "txt/" + Uri.EscapeDataString(record.Id)), name, context, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<IReadOnlyList<(string Id, string Value)>> ListAsync(string name, PluginContext context, CancellationToken cancellationToken)
    {
        var path = "txt?name=" + Uri.EscapeDataString(name);
        var response = await SendAsync(new ProviderRequest(HttpMethod.Get, path), name, context, cancellationToken).ConfigureAwait(false);
        return ProviderJson.Read(response.Body) is JArray items
            ? [.. items.OfType<JObject>().Select(item => (ProviderJson.Text(item, "id")!, ProviderJson.Text(item, "value")!))]
            : throw new PoshAcmeException(
                "ExampleDns.UnexpectedAnswer",
                ErrorKind.InvalidData,
                $"ExampleDns answered the question for {name} with something that is no list of records: {_http.Show(response.Body, 200)}",
                "Check EXBaseUri.");
    }

    private async Task<ProviderResponse> SendAsync(ProviderRequest request, string name, PluginContext context, CancellationToken cancellationToken)
    {
        var response = await _http.SendAsync(request, context, cancellationToken).ConfigureAwait(false);
        var isGone = request.Method == HttpMethod.Delete && (int)response.Status == 404;
        if (response.IsSuccess || isGone)
        {
            return response;
        }

        var answer = ((int)response.Status).ToString(CultureInfo.InvariantCulture) + " " + _http.Show(response.Body);
        throw (int)response.Status switch
        {
            401 or 403 => new PoshAcmeException("ExampleDns.AccessDenied", ErrorKind.PermissionDenied, $"ExampleDns refused to change {name} ({answer}).", "Check EXToken and what it may do."),
            _ => new PoshAcmeException("ExampleDns.Refused", ErrorKind.InvalidOperation, $"ExampleDns refused to change {name} ({answer})."),
        };
    }
}
