using System.Net;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Plugins.Http;
using PoshAcmeSharp.Plugins.Zones;

namespace PoshAcmeSharp.Plugins.Azure;

/// <summary>
/// TXT record sets. A set is read, changed and written as a whole, under the condition that nobody has changed it since.
/// </summary>
internal sealed class AzureRecords(AzureApi api)
{
    private const int NewTtl = 60;
    private const int MaxRounds = 6;
    private const int MaxString = 255;

    /// <summary>Changes a set.</summary>
    /// <param name="zone">The zone.</param>
    /// <param name="recordName">The full name of the record in lower case.</param>
    /// <param name="change">Makes the values that it shall have of those that it has; the same number means that nothing is to be done.</param>
    /// <param name="context">Where to report and how to wait.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>A task that ends when it is stored.</returns>
    /// <exception cref="PoshAcmeException"><c>Azure.Conflict</c>: others change it all the time. And what a refusal is.</exception>
    internal async Task ChangeAsync(
        AzureZone zone,
        string recordName,
        Func<IReadOnlyList<string>, IReadOnlyList<string>> change,
        PluginContext context,
        CancellationToken cancellationToken)
    {
        var path = $"{zone.Path}/TXT/{Uri.EscapeDataString(ZoneNames.RelativeName(recordName, zone.Name))}";
        for (var round = 1; round <= MaxRounds; round++)
        {
            var set = await ReadAsync(path, recordName, context, cancellationToken).ConfigureAwait(false);
            var wanted = change(set.Values);
            if (wanted.Count == set.Values.Count)
            {
                context.Reporter.Verbose($"Azure's TXT record {recordName} is as it should be.");
                return;
            }

            var response = await WriteAsync(path, set, wanted, context, cancellationToken).ConfigureAwait(false);
            if (response.IsSuccess || (wanted.Count == 0 && response.Status == HttpStatusCode.NotFound))
            {
                context.Reporter.Verbose($"Azure's TXT record {recordName} has been changed.");
                return;
            }

            if (response.Status is not (HttpStatusCode.PreconditionFailed or HttpStatusCode.Conflict))
            {
                throw api.ToException(response, "to change the TXT record " + recordName);
            }

            context.Reporter.Verbose($"Somebody else has changed Azure's TXT record {recordName}; reading it again.");
            await context.Clock.DelayAsync(TimeSpan.FromSeconds(round), cancellationToken).ConfigureAwait(false);
        }

        throw new PoshAcmeException(
            "Azure.Conflict",
            ErrorKind.ResourceBusy,
            $"Azure's TXT record {recordName} was changed by somebody else each time before it could be written.",
            "See which other program writes the same record, then try again.");
    }

    private async Task<RecordSet> ReadAsync(string path, string recordName, PluginContext context, CancellationToken cancellationToken)
    {
        var action = "to read the TXT record " + recordName;
        var response = await api.SendAsync(HttpMethod.Get, path, null, null, context, cancellationToken).ConfigureAwait(false);
        if (response.Status == HttpStatusCode.NotFound && AzureErrors.CodeOf(response) is not ("ResourceGroupNotFound" or "ParentResourceNotFound" or "SubscriptionNotFound"))
        {
            return new RecordSet(null, new JObject(), [], []);
        }

        // Anything but a record set must not be taken for an empty one: the next PUT would drop what was there.
        if (!response.IsSuccess
            || ProviderJson.ReadObject(response.Body) is not { } json
            || ProviderJson.Text(json, "etag") is not { Length: > 0 } etag
            || json["properties"] is not JObject properties)
        {
            throw api.ToException(response, action);
        }

        var records = properties.Property("TXTRecords", StringComparison.OrdinalIgnoreCase)?.Value as JArray ?? [];
        if (records.Any(record => record is not JObject one || one["value"] is not JArray parts || parts.Any(part => part.Type != JTokenType.String)))
        {
            throw api.ToException(response, action);
        }

        return new RecordSet(etag, properties, [.. records], [.. records.Select(record => string.Concat(record["value"]!.Select(part => (string?)part)))]);
    }

    private Task<ProviderResponse> WriteAsync(string path, RecordSet set, IReadOnlyList<string> values, PluginContext context, CancellationToken cancellationToken)
    {
        var condition = set.ETag is null ? new KeyValuePair<string, string>("If-None-Match", "*") : new KeyValuePair<string, string>("If-Match", set.ETag);
        if (values.Count == 0)
        {
            return api.SendAsync(HttpMethod.Delete, path, null, condition, context, cancellationToken);
        }

        var properties = new JObject
        {
            ["TTL"] = set.Properties.Property("TTL", StringComparison.OrdinalIgnoreCase)?.Value ?? NewTtl,
            ["TXTRecords"] = new JArray(values.Select(value => set.Find(value) ?? new JObject { ["value"] = new JArray(Split(value)) })),
        };
        if (set.Properties["metadata"] is JObject { HasValues: true } metadata)
        {
            properties["metadata"] = metadata;
        }

        return api.SendAsync(HttpMethod.Put, path, new JObject { ["properties"] = properties }.ToString(Formatting.None), condition, context, cancellationToken);
    }

    private static IEnumerable<string> Split(string value)
        => Enumerable.Range(0, Math.Max(1, (value.Length + MaxString - 1) / MaxString)).Select(i => value.Substring(i * MaxString, Math.Min(MaxString, value.Length - (i * MaxString))));

    private sealed record RecordSet(string? ETag, JObject Properties, IReadOnlyList<JToken> Records, IReadOnlyList<string> Values)
    {
        // What is there stays in the strings in which somebody has written it.
        internal JToken? Find(string value) => Records.Where((_, i) => Values[i] == value).FirstOrDefault();
    }
}
