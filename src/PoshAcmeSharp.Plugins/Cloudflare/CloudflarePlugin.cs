using System.Globalization;
using Newtonsoft.Json.Linq;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Plugins.Http;
using PoshAcmeSharp.Plugins.Zones;

namespace PoshAcmeSharp.Plugins.Cloudflare;

/// <summary>Publishes TXT records in zones that Cloudflare hosts. Each value is a record of its own.</summary>
public sealed class CloudflarePlugin : IDnsChallengePlugin, IDisposable
{
    /// <summary>The name users give to -Plugin.</summary>
    public const string PluginName = "Cloudflare";

    /// <summary>The lowest TTL of all plans, in seconds.</summary>
    private const int Ttl = 60;

    private const int PageSize = 100;
    private const int MaxPages = 20;

    private const int RecordExists = 81057;
    private const int IdenticalRecordExists = 81058;
    private const int RecordDoesNotExist = 81044;

    private readonly CloudflareApi _api;
    private readonly CloudflareZones _zones;
    private readonly Func<string, CancellationToken, Task<string>>? _resolveAlias;

    /// <summary>Makes the plugin and checks its arguments; nothing is sent.</summary>
    /// <param name="options">The arguments.</param>
    /// <param name="handler">What sends; it must not follow redirects and stays the caller's to dispose. Null makes one.</param>
    /// <param name="resolveAlias">Gives the name at the end of the CNAMEs of a record name, or the name itself; null follows none.</param>
    /// <exception cref="PoshAcmeException">
    /// <c>InvalidPluginArguments</c>: not exactly one usable credential. <c>InsecureBaseUri</c>: plain http to another machine.
    /// </exception>
    public CloudflarePlugin(CloudflareOptions options, HttpMessageHandler? handler = null, Func<string, CancellationToken, Task<string>>? resolveAlias = null)
    {
        _api = new CloudflareApi(options ?? throw new ArgumentNullException(nameof(options)), handler);
        _zones = new CloudflareZones(_api);
        _resolveAlias = resolveAlias;
    }

    /// <inheritdoc/>
    public string Name => PluginName;

    /// <inheritdoc/>
    public int MaxConcurrency => 4;

    /// <inheritdoc/>
    /// <exception cref="PoshAcmeException">
    /// <c>Cloudflare.AccessDenied</c>, <c>Cloudflare.Unauthorized</c>, <c>Cloudflare.ZoneNotFound</c>,
    /// <c>Cloudflare.RateLimited</c> and others that begin so.
    /// </exception>
    public async Task PublishAsync(TxtRecordSet records, PluginContext context, CancellationToken cancellationToken)
    {
        var (name, zone) = await LocateAsync(records, context, cancellationToken).ConfigureAwait(false);
        var existing = await ListAsync(zone, name, context, cancellationToken).ConfigureAwait(false);
        foreach (var value in records.Values.Distinct(StringComparer.Ordinal).Where(value => existing.All(record => record.Value != value)))
        {
            context.Reporter.Verbose($"Adding a value to Cloudflare's TXT record {name}.");
            var record = new JObject { ["type"] = "TXT", ["name"] = name, ["content"] = TxtContent.Write(value), ["ttl"] = Ttl };
            await _api.SendAsync(HttpMethod.Post, RecordsOf(zone), record, "to add a value to the TXT record " + name, context, cancellationToken, RecordExists, IdenticalRecordExists)
                .ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="PoshAcmeException">As for publishing.</exception>
    public async Task UnpublishAsync(TxtRecordSet records, PluginContext context, CancellationToken cancellationToken)
    {
        var (name, zone) = await LocateAsync(records, context, cancellationToken).ConfigureAwait(false);
        var existing = await ListAsync(zone, name, context, cancellationToken).ConfigureAwait(false);
        foreach (var record in existing.Where(record => records.Values.Contains(record.Value)))
        {
            context.Reporter.Verbose($"Removing a value from Cloudflare's TXT record {name}.");
            await _api.SendAsync(HttpMethod.Delete, $"{RecordsOf(zone)}/{record.Id}", null, "to remove a value from the TXT record " + name, context, cancellationToken, RecordDoesNotExist)
                .ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _api.Dispose();

    private async Task<(string Name, string Zone)> LocateAsync(TxtRecordSet records, PluginContext context, CancellationToken cancellationToken)
    {
        var target = await RecordAlias.FollowAsync(records.RecordName, _resolveAlias, context, cancellationToken).ConfigureAwait(false);
        return (target, await _zones.FindAsync(target, context, cancellationToken).ConfigureAwait(false));
    }

    private async Task<IReadOnlyList<Record>> ListAsync(string zone, string name, PluginContext context, CancellationToken cancellationToken)
    {
        var action = "to read the TXT record " + name;
        var records = new List<Record>();
        for (var page = 1; page <= MaxPages; page++)
        {
            var query = $"{RecordsOf(zone)}?type=TXT&name={Uri.EscapeDataString(name)}&per_page={Number(PageSize)}&page={Number(page)}";
            var json = await _api.SendAsync(HttpMethod.Get, query, null, action, context, cancellationToken).ConfigureAwait(false);
            if (json!["result"] is not JArray items)
            {
                throw _api.Unexpected(json.ToString(), action);
            }

            // The filters are repeated here: a server that ignores them must not make us delete other records.
            records.AddRange(items.OfType<JObject>()
                .Where(item => ProviderJson.Text(item, "type") == "TXT" && ZoneNames.AreSame(ProviderJson.Text(item, "name"), name))
                .Select(item => new Record(
                    Uri.EscapeDataString(ProviderJson.Text(item, "id") ?? throw _api.Unexpected(json.ToString(), action)),
                    ValueOf(ProviderJson.Text(item, "content") ?? string.Empty))));
            if (items.Count < PageSize)
            {
                break;
            }
        }

        return records;
    }

    // Older records are kept without quotes.
    private static string ValueOf(string content) => content.StartsWith("\"", StringComparison.Ordinal) ? TxtContent.Read(content) : content;

    private static string RecordsOf(string zone) => $"zones/{zone}/dns_records";

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private sealed record Record(string Id, string Value);
}
