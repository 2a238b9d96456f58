using System.Collections.Concurrent;
using Newtonsoft.Json.Linq;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Plugins.Http;
using PoshAcmeSharp.Plugins.Zones;

namespace PoshAcmeSharp.Plugins.Cloudflare;

/// <summary>Finds the zone that holds a name: the longest suffix of it that is one. Remembers what it learned.</summary>
internal sealed class CloudflareZones(CloudflareApi api)
{
    // No zone is an empty id.
    private readonly ConcurrentDictionary<string, string> _ids = new(StringComparer.Ordinal);

    /// <summary>Finds the zone.</summary>
    /// <param name="recordName">The full name of the record in lower case.</param>
    /// <param name="context">Where to report and how to wait.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The zone's id, percent-encoded for paths.</returns>
    /// <exception cref="PoshAcmeException"><c>Cloudflare.ZoneNotFound</c>: the credential sees no zone that holds it.</exception>
    internal async Task<string> FindAsync(string recordName, PluginContext context, CancellationToken cancellationToken)
    {
        foreach (var candidate in ZoneNames.Candidates(recordName))
        {
            if (!_ids.TryGetValue(candidate, out var id))
            {
                _ids[candidate] = id = await AskAsync(candidate, context, cancellationToken).ConfigureAwait(false);
            }

            if (id.Length > 0)
            {
                context.Reporter.Verbose($"{recordName} belongs to Cloudflare's zone {candidate}.");
                return id;
            }
        }

        throw new PoshAcmeException(
            "Cloudflare.ZoneNotFound",
            ErrorKind.NotFound,
            $"The Cloudflare credential sees no zone that holds {recordName}; tried: {string.Join(", ", ZoneNames.Candidates(recordName).DefaultIfEmpty("none"))}.",
            "Check that the domain's DNS is hosted in the account, and that an API token has the permission Zone:Read for the zone.");
    }

    private async Task<string> AskAsync(string candidate, PluginContext context, CancellationToken cancellationToken)
    {
        var action = "to look for the zone " + candidate;
        var json = await api.SendAsync(HttpMethod.Get, "zones?name=" + Uri.EscapeDataString(candidate), null, action, context, cancellationToken).ConfigureAwait(false);
        if (json!["result"] is not JArray zones)
        {
            throw api.Unexpected(json.ToString(), action);
        }

        // The filter is repeated here: a server that ignores it must not make us change another zone. One name may be a
        // zone of several accounts, but only one of them is in use.
        var found = zones.OfType<JObject>()
            .Where(zone => ZoneNames.AreSame(ProviderJson.Text(zone, "name"), candidate))
            .OrderBy(zone => ProviderJson.Text(zone, "status") == "active" ? 0 : 1)
            .FirstOrDefault();
        return found is null ? string.Empty : Uri.EscapeDataString(ProviderJson.Text(found, "id") ?? throw api.Unexpected(json.ToString(), action));
    }
}
