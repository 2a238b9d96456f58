using System.Globalization;
using System.Net;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Plugins.Http;
using PoshAcmeSharp.Plugins.Zones;

namespace PoshAcmeSharp.Plugins.GoDaddy;

/// <summary>
/// TXT records by versions 1 and 2 of the API, which know no single value: a record is read, changed and written as a
/// whole. Only <c>.../records/TXT/{name}</c> is ever written. PUT one level up replaces every TXT record of the zone,
/// two levels up the zone itself.
/// </summary>
internal sealed class ClassicRecords : IGoDaddyRecords
{
    /// <summary>The lowest TTL that GoDaddy takes, in seconds.</summary>
    internal const int MinTtl = 600;

    private const int MaxWrites = 2;
    private static readonly TimeSpan SettleTime = TimeSpan.FromSeconds(2);

    private readonly KeyedLock _locks = new();
    private readonly ProviderHttp _http;
    private readonly GoDaddyErrors _errors;
    private readonly ZoneFinder _zones;
    private readonly string _root;

    /// <summary>Makes the client.</summary>
    /// <param name="http">Sends.</param>
    /// <param name="errors">Explains refusals.</param>
    /// <param name="customerId">The customer id of a corporate account, which uses version 2; else null.</param>
    internal ClassicRecords(ProviderHttp http, GoDaddyErrors errors, string? customerId)
    {
        _http = http;
        _errors = errors;
        _zones = new ZoneFinder(ProbeAsync);
        _root = customerId is null ? "v1/domains/" : $"v2/customers/{customerId}/domains/";
    }

    /// <inheritdoc/>
    public Task AddAsync(string recordName, IReadOnlyCollection<string> values, PluginContext context, CancellationToken cancellationToken)
        => ChangeAsync(
            recordName,
            current => values.All(value => current.Any(record => record.Data == value)),
            current => current.Concat(values.Where(value => current.All(record => record.Data != value)).Select(value => new Record(value, MinTtl))),
            context,
            cancellationToken);

    /// <inheritdoc/>
    public Task RemoveAsync(string recordName, IReadOnlyCollection<string> values, PluginContext context, CancellationToken cancellationToken)
        => ChangeAsync(
            recordName,
            current => !current.Any(record => values.Contains(record.Data)),
            current => current.Where(record => !values.Contains(record.Data)),
            context,
            cancellationToken);

    private async Task ChangeAsync(
        string recordName,
        Func<IReadOnlyList<Record>, bool> isDone,
        Func<IReadOnlyList<Record>, IEnumerable<Record>> change,
        PluginContext context,
        CancellationToken cancellationToken)
    {
        var (zone, _) = await _zones.FindAsync(recordName, context, cancellationToken).ConfigureAwait(false);
        if (zone is null)
        {
            throw ZoneFinder.NotFound(recordName);
        }

        var path = $"{_root}{zone}/records/TXT/{ZoneNames.RelativeName(recordName, zone)}";
        using var entered = await _locks.EnterAsync(path, cancellationToken).ConfigureAwait(false);

        // Reading comes first and last: what is there already is not written, and what was written is read back.
        for (var writes = 0; ; writes++)
        {
            var current = await ReadAsync(path, recordName, context, cancellationToken).ConfigureAwait(false);
            if (writes > 0 && !isDone(current))
            {
                await context.Clock.DelayAsync(SettleTime, cancellationToken).ConfigureAwait(false);
                current = await ReadAsync(path, recordName, context, cancellationToken).ConfigureAwait(false);
            }

            if (isDone(current))
            {
                context.Reporter.Verbose(writes == 0 ? $"GoDaddy's TXT record {recordName} is as it should be." : $"GoDaddy shows the change of the TXT record {recordName}.");
                return;
            }

            if (writes == MaxWrites)
            {
                throw new PoshAcmeException(
                    "GoDaddy.NotStored",
                    ErrorKind.ResourceBusy,
                    $"GoDaddy accepted the TXT record {recordName} {MaxWrites} times, but reading it back shows other values.",
                    "See whether another program writes the same record, then try again.");
            }

            await WriteAsync(path, recordName, change(current).ToList(), context, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<IReadOnlyList<Record>> ReadAsync(string path, string recordName, PluginContext context, CancellationToken cancellationToken)
    {
        var action = "to read the TXT record " + recordName;
        var response = await _http.SendAsync(new ProviderRequest(HttpMethod.Get, path), context, cancellationToken).ConfigureAwait(false);
        if (response.Status == HttpStatusCode.NotFound)
        {
            return [];
        }

        if (!response.IsSuccess)
        {
            throw _errors.ToException(response, action);
        }

        // Anything but a list must not be taken for an empty record: the next PUT would drop what was there.
        if (ProviderJson.Read(response.Body) is not JArray items || items.Any(item => item is not JObject))
        {
            throw GoDaddyJson.Unexpected(_http, response, action);
        }

        // Removals by older scripts leave records with empty data behind; a PUT with them is refused.
        return items.Cast<JObject>()
            .Select(item => new Record(ProviderJson.Text(item, "data") ?? string.Empty, GoDaddyJson.Ttl(item)))
            .Where(record => record.Data.Length > 0)
            .ToList();
    }

    private async Task WriteAsync(string path, string recordName, IReadOnlyList<Record> records, PluginContext context, CancellationToken cancellationToken)
    {
        ProviderRequest request;
        if (records.Count == 0)
        {
            context.Reporter.Verbose($"Deleting GoDaddy's TXT record {recordName}.");
            request = new ProviderRequest(HttpMethod.Delete, path);
        }
        else
        {
            context.Reporter.Verbose($"Writing GoDaddy's TXT record {recordName} with {records.Count.ToString(CultureInfo.InvariantCulture)} value(s).");
            var body = new JArray(records.Select(record => new JObject { ["data"] = record.Data, ["ttl"] = Math.Max(record.Ttl, MinTtl) }));
            request = new ProviderRequest(HttpMethod.Put, path, body.ToString(Formatting.None));
        }

        var response = await _http.SendAsync(request, context, cancellationToken).ConfigureAwait(false);
        var isGone = request.Method == HttpMethod.Delete && response.Status == HttpStatusCode.NotFound;
        if (!response.IsSuccess && !isGone)
        {
            throw _errors.ToException(response, $"to {(records.Count == 0 ? "delete" : "write")} the TXT record {recordName}");
        }
    }

    private async Task<ZoneAnswer> ProbeAsync(string candidate, PluginContext context, CancellationToken cancellationToken)
    {
        var response = await _http.SendAsync(new ProviderRequest(HttpMethod.Get, $"{_root}{candidate}/records/NS"), context, cancellationToken).ConfigureAwait(false);
        if (response.IsSuccess)
        {
            return ZoneAnswer.Yes;
        }

        return (int)response.Status is 404 or 422 || GoDaddyErrors.CodeOf(response) == "UNKNOWN_DOMAIN"
            ? ZoneAnswer.No
            : throw _errors.ToException(response, "to look for the zone " + candidate);
    }

    private sealed record Record(string Data, long Ttl);
}
