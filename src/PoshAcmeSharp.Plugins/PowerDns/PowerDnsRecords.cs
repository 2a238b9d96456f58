using System.Collections.Concurrent;
using System.Globalization;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Json;
using PoshAcmeSharp.Plugins.Http;

namespace PoshAcmeSharp.Plugins.PowerDns;

/// <summary>
/// TXT records by the API, which replaces all values of a name at once: they are read, changed, written and read back.
/// </summary>
internal sealed class PowerDnsRecords
{
    private const int NewTtl = 60;
    private const int MaxWrites = 3;
    private static readonly HttpMethod Patch = new("PATCH");

    private readonly ConcurrentDictionary<string, string> _answers = new(StringComparer.Ordinal);
    private readonly ProviderHttp _http;
    private readonly PowerDnsErrors _errors;
    private readonly KeyedLock _locks;
    private readonly string _lockPrefix;
    private readonly Secret _key;

    /// <summary>Makes the client.</summary>
    /// <param name="http">Sends; its base is the server within its API.</param>
    /// <param name="errors">Explains refusals.</param>
    /// <param name="key">The key of the API.</param>
    /// <param name="locks">Keeps those apart who change the same record.</param>
    /// <param name="lockPrefix">What tells this server from others there.</param>
    internal PowerDnsRecords(ProviderHttp http, PowerDnsErrors errors, Secret key, KeyedLock locks, string lockPrefix)
    {
        _http = http;
        _errors = errors;
        _key = key;
        _locks = locks;
        _lockPrefix = lockPrefix;
    }

    /// <summary>Adds values that are not there, or removes those that are.</summary>
    /// <param name="name">The full name of the record.</param>
    /// <param name="values">The values.</param>
    /// <param name="isRemoval">Whether they are removed.</param>
    /// <param name="context">Where to report and how to wait.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>A task that ends when the server shows the change.</returns>
    internal async Task ChangeAsync(string name, IReadOnlyCollection<string> values, bool isRemoval, PluginContext context, CancellationToken cancellationToken)
    {
        var zone = await FindZoneAsync(name, context, cancellationToken).ConfigureAwait(false);
        using var entered = await _locks.EnterAsync(_lockPrefix + name, cancellationToken).ConfigureAwait(false);
        for (var writes = 0; ; writes++)
        {
            var current = await ReadAsync(zone, name, context, cancellationToken).ConfigureAwait(false);
            if (isRemoval ? !current.Records.Any(record => values.Contains(record.Value)) : values.All(current.Has))
            {
                context.Reporter.Verbose(writes == 0 ? $"The TXT record {name} of PowerDNS is as it should be." : $"PowerDNS shows the change of the TXT record {name}.");
                return;
            }

            if (writes == MaxWrites)
            {
                throw new PoshAcmeException(
                    PowerDnsPlugin.PluginName + ".NotStored",
                    ErrorKind.ResourceBusy,
                    $"The PowerDNS server accepted the TXT record {name} {MaxWrites} times, but reading it back shows other values.",
                    "See whether another program writes the same record, then try again.");
            }

            await WriteAsync(zone, name, current.Change(values, isRemoval), context, cancellationToken).ConfigureAwait(false);
        }
    }

    // The longest suffix that the server has as a zone. Some keys see a few zones only, and 403 for all others. Old
    // servers answer 422 for a zone that they do not have.
    private async Task<string> FindZoneAsync(string name, PluginContext context, CancellationToken cancellationToken)
    {
        var tried = new List<string>();
        for (var candidate = name; ; candidate = candidate.Substring(candidate.IndexOf('.') + 1))
        {
            if (!_answers.TryGetValue(candidate, out var answer))
            {
                var response = await SendAsync(HttpMethod.Get, $"zones/{candidate}?rrsets=false", null, context, cancellationToken).ConfigureAwait(false);
                answer = response.IsSuccess
                    ? string.Empty
                    : (int)response.Status is 403 or 404 or 422
                        ? ((int)response.Status).ToString(CultureInfo.InvariantCulture)
                        : throw _errors.ToException(response, "to look for the zone " + candidate);
                _answers[candidate] = answer;
            }

            if (answer.Length == 0)
            {
                context.Reporter.Verbose($"{name} belongs to the zone {candidate} of PowerDNS.");
                return candidate;
            }

            tried.Add($"{candidate} ({answer})");
            if (candidate.IndexOf('.') < 0)
            {
                throw PowerDnsErrors.ZoneNotFound(name, tried);
            }
        }
    }

    private async Task<TxtRecords> ReadAsync(string zone, string name, PluginContext context, CancellationToken cancellationToken)
    {
        var action = $"to read the TXT record {name}";
        var response = await SendAsync(HttpMethod.Get, $"zones/{zone}?rrset_name={name}.&rrset_type=TXT", null, context, cancellationToken).ConfigureAwait(false);
        if (!response.IsSuccess)
        {
            throw _errors.ToException(response, action);
        }

        // Anything but a list must not be taken for an empty record: the next write would drop what is there.
        return RecordsOf(response.Body, name) ?? throw _errors.Unexpected(response, action);
    }

    // Servers of old do not look at the name in the query and send the whole zone. Those that do leave out disabled
    // values, which go with the next write; but the whole zone may have millions of records.
    private static TxtRecords? RecordsOf(string body, string name)
    {
        try
        {
            if (JsonText.Parse(body) is not JObject zone || JsonText.Get(zone, "rrsets") is not JArray sets || sets.Any(set => set is not JObject))
            {
                return null;
            }

            var own = sets.Cast<JObject>().FirstOrDefault(set =>
                string.Equals(JsonText.GetString(set, "name")?.TrimEnd('.'), name, StringComparison.OrdinalIgnoreCase)
                && JsonText.GetString(set, "type") == "TXT");
            return own is null
                ? new(NewTtl, [])
                : JsonText.Get(own, "records") is JArray records && records.All(record => record is JObject json && JsonText.GetString(json, "content") is not null)
                    ? new(JsonText.GetInt32(own, "ttl") ?? NewTtl, [.. records.Cast<JObject>().Select(TxtRecord.Of)])
                    : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private async Task WriteAsync(string zone, string name, TxtRecords wanted, PluginContext context, CancellationToken cancellationToken)
    {
        var set = new JObject { ["name"] = name + ".", ["type"] = "TXT" };
        if (wanted.Records.Count == 0)
        {
            context.Reporter.Verbose($"Deleting the TXT record {name} of PowerDNS.");
            set["changetype"] = "DELETE";
        }
        else
        {
            context.Reporter.Verbose($"Writing the TXT record {name} of PowerDNS with {wanted.Records.Count.ToString(CultureInfo.InvariantCulture)} value(s).");
            set["changetype"] = "REPLACE";
            set["ttl"] = wanted.Ttl;
            set["records"] = new JArray(wanted.Records.Select(record => new JObject { ["content"] = record.Content, ["disabled"] = record.IsDisabled }));
        }

        var body = new JObject { ["rrsets"] = new JArray(set) }.ToString(Formatting.None);
        var response = await SendAsync(Patch, "zones/" + zone, body, context, cancellationToken).ConfigureAwait(false);
        if (!response.IsSuccess)
        {
            throw _errors.ToException(response, $"to {(wanted.Records.Count == 0 ? "delete" : "write")} the TXT record {name}");
        }
    }

    // A zone in a path has no dot at its end: frameworks of old take it away, and servers do without. To replace twice does no harm.
    private Task<ProviderResponse> SendAsync(HttpMethod method, string path, string? body, PluginContext context, CancellationToken cancellationToken)
        => _http.SendAsync(
            new ProviderRequest(method, path, body) { IsIdempotent = true, Headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["X-API-Key"] = _key.Reveal() } },
            context,
            cancellationToken);
}
