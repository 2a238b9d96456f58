using System.Globalization;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Plugins.Http;
using PoshAcmeSharp.Plugins.Zones;

namespace PoshAcmeSharp.Plugins.PowerDns;

/// <summary>Publishes TXT records by the HTTP API of an authoritative PowerDNS server.</summary>
public sealed class PowerDnsPlugin : IDnsChallengePlugin, IDisposable
{
    /// <summary>The name that users give to -Plugin.</summary>
    public const string PluginName = "PowerDNS";

    private readonly ProviderHttp _http;
    private readonly PowerDnsRecords _records;
    private readonly Func<string, CancellationToken, Task<string>>? _resolveAlias;
    private readonly string? _warning;
    private int _warned;

    /// <summary>Makes the plugin and checks its arguments; nothing is sent.</summary>
    /// <param name="options">The arguments.</param>
    /// <param name="handler">What sends; it must not follow redirects and stays the caller's to dispose. Null makes one.</param>
    /// <param name="resolveAlias">Gives the name at the end of the CNAMEs of a record name, or the name itself; null follows none.</param>
    /// <param name="shared">What instances share that are at work at the same time; null: nothing.</param>
    /// <exception cref="PoshAcmeException"><c>InvalidPluginArguments</c>: host, port, server name or key cannot be used.</exception>
    public PowerDnsPlugin(
        PowerDnsOptions options,
        HttpMessageHandler? handler = null,
        Func<string, CancellationToken, Task<string>>? resolveAlias = null,
        PluginMemory? shared = null)
    {
        var baseUri = BaseUriOf(options ?? throw new ArgumentNullException(nameof(options)));
        var key = KeyOf(options);
        _resolveAlias = resolveAlias;
        _warning = baseUri.Scheme == Uri.UriSchemeHttps || baseUri.IsLoopback
            ? null
            : $"The key of PowerDNS's API travels unencrypted to {baseUri.Host}: PowerDNSUseTLS with a proxy before the API keeps it secret.";
        _http = new ProviderHttp(new ProviderHttpOptions { ProviderName = PluginName, BaseUri = baseUri, Secrets = [key] }, handler);
        _records = new PowerDnsRecords(_http, new PowerDnsErrors(_http), key, shared?.Get<KeyedLock>(PluginName) ?? new KeyedLock(), baseUri.AbsoluteUri);
    }

    /// <inheritdoc/>
    public string Name => PluginName;

    /// <inheritdoc/>
    public int MaxConcurrency => 4;

    /// <inheritdoc/>
    /// <exception cref="PoshAcmeException">
    /// <c>PowerDNS.Unauthorized</c>, <c>PowerDNS.ZoneNotFound</c>, <c>PowerDNS.Refused</c> and others that begin so.
    /// </exception>
    public Task PublishAsync(TxtRecordSet records, PluginContext context, CancellationToken cancellationToken)
        => ApplyAsync(records, isRemoval: false, context, cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="PoshAcmeException">As for publishing.</exception>
    public Task UnpublishAsync(TxtRecordSet records, PluginContext context, CancellationToken cancellationToken)
        => ApplyAsync(records, isRemoval: true, context, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task ApplyAsync(TxtRecordSet records, bool isRemoval, PluginContext context, CancellationToken cancellationToken)
    {
        var values = records.Values.Distinct(StringComparer.Ordinal).ToList();
        if (values.Count == 0)
        {
            return;
        }

        if (_warning is not null && Interlocked.Exchange(ref _warned, 1) == 0)
        {
            context.Reporter.Warning(_warning);
        }

        var name = await RecordAlias.FollowAsync(records.RecordName, _resolveAlias, context, cancellationToken).ConfigureAwait(false);
        await _records.ChangeAsync(name, values, isRemoval, context, cancellationToken).ConfigureAwait(false);
    }

    // Plain http is what the server itself speaks, and what arguments of old have: it is warned of, not refused.
    private static Uri BaseUriOf(PowerDnsOptions options)
    {
        var host = options.PowerDNSApiHost?.Trim().Trim('[', ']') ?? string.Empty;
        if (Uri.CheckHostName(host) is UriHostNameType.Unknown or UriHostNameType.Basic)
        {
            // It is not repeated: a password may be in it.
            throw Invalid("PowerDNSApiHost is not a host name or an address.", "Give the host alone, and the port as PowerDNSPort.");
        }

        if (options.PowerDNSPort is < 1 or > 65535)
        {
            throw Invalid($"PowerDNSPort {options.PowerDNSPort.ToString(CultureInfo.InvariantCulture)} is not a port.", "Give a number from 1 to 65535, or leave it out for 8081.");
        }

        var server = string.IsNullOrWhiteSpace(options.PowerDNSServerName) ? "localhost" : options.PowerDNSServerName!.Trim();
        if (server.Trim('.').Length == 0)
        {
            throw Invalid($"PowerDNSServerName '{server}' is not the id of a server.", "Leave it out for localhost.");
        }

        return new UriBuilder(options.PowerDNSUseTLS ? Uri.UriSchemeHttps : Uri.UriSchemeHttp, host, options.PowerDNSPort, $"api/v1/servers/{Uri.EscapeDataString(server)}/").Uri;
    }

    private static Secret KeyOf(PowerDnsOptions options)
        => options.PowerDNSApiKey is { Length: > 0 } secure && new Secret(secure.Copy()) is var key && key.IsHeaderText()
            ? key
            : throw Invalid("PowerDNSApiKey is empty, or holds characters that no key can have.", "Give the key as it stands in the server's configuration (api-key).");

    private static PoshAcmeException Invalid(string message, string action) => new("InvalidPluginArguments", ErrorKind.InvalidArgument, message, action);
}
