using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Plugins.Http;
using PoshAcmeSharp.Plugins.Zones;

namespace PoshAcmeSharp.Plugins.GoDaddy;

/// <summary>
/// TXT records by version 3 of the API: each value is a record with an id, added by POST and taken away by DELETE.
/// PUT is never used: there it replaces the whole zone. A token may be allowed to write and not to read; then the ids
/// that POST answered with are what removal goes by, and they are noted for other instances.
/// </summary>
internal sealed class TokenRecords : IGoDaddyRecords
{
    private const string Root = "v3/domains/zones/";
    private const int PageSize = 100;
    private const int MaxPages = 100;

    private readonly ConcurrentDictionary<(string RecordName, string Value), RecordId> _ids = new();
    private readonly ProviderHttp _http;
    private readonly GoDaddyErrors _errors;
    private readonly RecordNotes? _notes;
    private readonly ZoneFinder _zones;

    /// <summary>Makes the client.</summary>
    /// <param name="http">Sends.</param>
    /// <param name="errors">Explains refusals.</param>
    /// <param name="notes">Where ids are kept that cannot be asked for; null: in this instance only.</param>
    internal TokenRecords(ProviderHttp http, GoDaddyErrors errors, RecordNotes? notes)
    {
        _notes = notes;
        _http = http;
        _errors = errors;
        _zones = new ZoneFinder(ProbeAsync);
    }

    /// <inheritdoc/>
    public async Task AddAsync(string recordName, IReadOnlyCollection<string> values, PluginContext context, CancellationToken cancellationToken)
    {
        var (zone, unreadable) = await _zones.FindAsync(recordName, context, cancellationToken).ConfigureAwait(false);
        if (zone is null)
        {
            await AddUnseenAsync(recordName, unreadable, values, context, cancellationToken).ConfigureAwait(false);
            return;
        }

        var existing = await ListAsync(recordName, zone, context, cancellationToken).ConfigureAwait(false);
        foreach (var value in values.Where(value => existing?.All(record => record.Data != value) ?? true))
        {
            if (await PostAsync(recordName, zone, value, existing is not null, context, cancellationToken).ConfigureAwait(false) is { } refusal)
            {
                throw _errors.ToException(refusal, "to add a value to the TXT record " + recordName);
            }
        }
    }

    /// <inheritdoc/>
    public async Task RemoveAsync(string recordName, IReadOnlyCollection<string> values, PluginContext context, CancellationToken cancellationToken)
    {
        var (zone, unreadable) = await _zones.FindAsync(recordName, context, cancellationToken).ConfigureAwait(false);
        if (zone is null && unreadable.Count == 0)
        {
            throw ZoneFinder.NotFound(recordName);
        }

        var existing = zone is null ? null : await ListAsync(recordName, zone, context, cancellationToken).ConfigureAwait(false);
        var gone = new List<string>();
        foreach (var value in values)
        {
            var found = existing is null
                ? [Known(recordName, value, context)]
                : existing.Where(record => record.Data == value).Select(record => record.Id is null ? null : new RecordId(zone!, record.Id)).ToList();
            foreach (var record in found.OfType<RecordId>())
            {
                await DeleteAsync(recordName, record, context, cancellationToken).ConfigureAwait(false);
            }

            if (!found.Contains(null))
            {
                gone.Add(value);
            }

            _ids.TryRemove((recordName, value), out _);
        }

        if (existing is null && _notes is not null && gone.Count > 0)
        {
            await _notes.ForgetAsync(recordName, gone, context.Reporter, cancellationToken).ConfigureAwait(false);
        }

        if (gone.Count < values.Count)
        {
            throw LeftBehind(recordName, values.Except(gone, StringComparer.Ordinal));
        }
    }

    // Where nothing can be read, the zone is the first suffix that takes a record.
    private async Task AddUnseenAsync(string recordName, IReadOnlyList<string> candidates, IReadOnlyCollection<string> values, PluginContext context, CancellationToken cancellationToken)
    {
        ProviderResponse? telling = null;
        foreach (var candidate in candidates)
        {
            var refusal = await PostAsync(recordName, candidate, values.First(), isReadable: false, context, cancellationToken).ConfigureAwait(false);
            if (refusal is null)
            {
                _zones.Remember(candidate);
                if (values.Count > 1)
                {
                    await AddAsync(recordName, values.Skip(1).ToList(), context, cancellationToken).ConfigureAwait(false);
                }

                return;
            }

            if (refusal.Status != HttpStatusCode.NotFound && telling?.Status != HttpStatusCode.Forbidden)
            {
                telling = refusal;
            }
        }

        throw telling is null ? ZoneFinder.NotFound(recordName) : _errors.ToException(telling, "to add a value to the TXT record " + recordName);
    }

    private async Task<ProviderResponse?> PostAsync(string recordName, string zone, string value, bool isReadable, PluginContext context, CancellationToken cancellationToken)
    {
        context.Reporter.Verbose($"Adding a value to GoDaddy's TXT record {recordName}.");
        var body = new JObject
        {
            ["name"] = ZoneNames.RelativeName(recordName, zone),
            ["type"] = "TXT",
            ["data"] = value,
            ["ttl"] = ClassicRecords.MinTtl,
        };

        // An exact duplicate is refused, so that sending twice stores one record.
        var request = new ProviderRequest(HttpMethod.Post, RecordsOf(zone), body.ToString(Formatting.None)) { IsIdempotent = true };
        var response = await _http.SendAsync(request, context, cancellationToken).ConfigureAwait(false);
        if (response.IsSuccess)
        {
            if (ProviderJson.ReadObject(response.Body) is { } record && IdOf(record) is { } id)
            {
                var made = _ids[(recordName, value)] = new RecordId(zone, id);
                if (_notes is not null && !isReadable)
                {
                    await _notes.KeepAsync(recordName, value, made, context.Reporter, cancellationToken).ConfigureAwait(false);
                }
            }

            return null;
        }

        return GoDaddyErrors.HasCode(response, "DUPLICATE_RECORD") ? null : response;
    }

    private RecordId? Known(string recordName, string value, PluginContext context)
        => _ids.TryGetValue((recordName, value), out var known) ? known : _notes?.Find(recordName, value, context.Reporter);

    private async Task DeleteAsync(string recordName, RecordId record, PluginContext context, CancellationToken cancellationToken)
    {
        context.Reporter.Verbose($"Removing a value from GoDaddy's TXT record {recordName}.");
        var request = new ProviderRequest(HttpMethod.Delete, $"{RecordsOf(record.Zone)}/{Uri.EscapeDataString(record.Id)}");
        var response = await _http.SendAsync(request, context, cancellationToken).ConfigureAwait(false);
        if (!response.IsSuccess && response.Status != HttpStatusCode.NotFound)
        {
            throw _errors.ToException(response, "to remove a value from the TXT record " + recordName);
        }
    }

    private async Task<IReadOnlyList<Record>?> ListAsync(string recordName, string zone, PluginContext context, CancellationToken cancellationToken)
    {
        var action = "to read the TXT record " + recordName;
        var name = ZoneNames.RelativeName(recordName, zone);
        var records = new List<Record>();
        for (var page = 1; page <= MaxPages; page++)
        {
            var query = $"?type=TXT&name={Uri.EscapeDataString(name)}&page={Number(page)}&pageSize={Number(PageSize)}";
            var response = await _http.SendAsync(new ProviderRequest(HttpMethod.Get, RecordsOf(zone) + query), context, cancellationToken).ConfigureAwait(false);
            if (response.Status == HttpStatusCode.Forbidden)
            {
                context.Reporter.Verbose("The GoDaddy token may not read records.");
                return null;
            }

            if (response.Status == HttpStatusCode.NotFound)
            {
                break;
            }

            if (!response.IsSuccess)
            {
                throw _errors.ToException(response, action);
            }

            var json = ProviderJson.Read(response.Body);
            var items = (json as JArray ?? (json as JObject)?["items"] as JArray ?? throw GoDaddyJson.Unexpected(_http, response, action)).OfType<JObject>().ToList();

            // The filters are repeated here: a server that ignores them must not make us delete other records.
            records.AddRange(items
                .Where(item => string.Equals(ProviderJson.Text(item, "type"), "TXT", StringComparison.OrdinalIgnoreCase))
                .Where(item => ProviderJson.Text(item, "name") is { } itemName
                    && (string.Equals(itemName, name, StringComparison.OrdinalIgnoreCase) || string.Equals(itemName.TrimEnd('.'), recordName, StringComparison.OrdinalIgnoreCase)))
                .Select(item => new Record(IdOf(item), ProviderJson.Text(item, "data") ?? string.Empty)));
            if (items.Count == 0 || (items.Count < PageSize && !HasNext(json)))
            {
                break;
            }
        }

        return records;
    }

    private async Task<ZoneAnswer> ProbeAsync(string candidate, PluginContext context, CancellationToken cancellationToken)
    {
        var response = await _http.SendAsync(new ProviderRequest(HttpMethod.Get, RecordsOf(candidate) + "?type=NS"), context, cancellationToken).ConfigureAwait(false);
        if (response.IsSuccess)
        {
            return ZoneAnswer.Yes;
        }

        return (int)response.Status switch
        {
            400 or 404 or 422 => ZoneAnswer.No,
            403 => ZoneAnswer.Unreadable,
            _ => throw _errors.ToException(response, "to look for the zone " + candidate),
        };
    }

    private static bool HasNext(JToken? json) => (json as JObject)?["links"] switch
    {
        JArray links => links.OfType<JObject>().Any(link => ProviderJson.Text(link, "rel") == "next"),
        JObject links => links["next"] is { Type: not JTokenType.Null },
        _ => false,
    };

    private static string? IdOf(JObject record) => ProviderJson.Text(record, "recordId") is { Length: > 0 } id ? id : null;

    private static string RecordsOf(string zone) => $"{Root}{zone}/dns-records";

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static PoshAcmeException LeftBehind(string recordName, IEnumerable<string> values) => new(
        "GoDaddy.RecordLeftBehind",
        ErrorKind.PermissionDenied,
        $"The TXT record {recordName} still has {string.Join(", ", values)}: the GoDaddy token may not read records, and their ids are not known any more.",
        "Delete the values by hand, or give the token the right to read DNS records. They do no harm to the certificate.");

    private sealed record Record(string? Id, string Data);
}
