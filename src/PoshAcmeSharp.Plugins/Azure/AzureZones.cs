using Newtonsoft.Json.Linq;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Plugins.Http;
using PoshAcmeSharp.Plugins.Zones;

namespace PoshAcmeSharp.Plugins.Azure;

/// <summary>A DNS zone of the subscription.</summary>
/// <param name="Name">The name in lower case.</param>
/// <param name="Path">The path of the resource, percent-encoded.</param>
/// <param name="IsTagged">Whether it has the tag that tells it from other copies.</param>
internal sealed record AzureZone(string Name, string Path, bool IsTagged);

/// <summary>Finds the zone that holds a name among all public zones of a subscription, which are listed once.</summary>
internal sealed class AzureZones(AzureApi api, string subscriptionId) : IDisposable
{
    /// <summary>The tag that Posh-ACME looks at where one name is a zone in several resource groups.</summary>
    private const string Tag = "poshacme";

    private const int MaxPages = 500;

    private readonly SemaphoreSlim _gate = new(1, 1);
    private ILookup<string, AzureZone>? _zones;

    /// <summary>Finds the zone: the longest suffix of a name that is one.</summary>
    /// <param name="recordName">The full name of the record in lower case.</param>
    /// <param name="context">Where to report and how to wait.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The zone.</returns>
    /// <exception cref="PoshAcmeException"><c>Azure.ZoneNotFound</c>, <c>Azure.ZoneAmbiguous</c>.</exception>
    internal async Task<AzureZone> FindAsync(string recordName, PluginContext context, CancellationToken cancellationToken)
    {
        var zones = await GetAsync(context, cancellationToken).ConfigureAwait(false);
        foreach (var candidate in ZoneNames.Candidates(recordName).Where(zones.Contains))
        {
            var copies = zones[candidate].ToList();
            var meant = copies.Count == 1 ? copies : copies.FindAll(zone => zone.IsTagged);
            return meant.Count == 1 ? meant[0] : throw new PoshAcmeException(
                "Azure.ZoneAmbiguous",
                ErrorKind.InvalidOperation,
                $"The subscription has several zones {candidate}, and {(meant.Count == 0 ? "none" : "more than one")} of them has the tag {Tag}: {string.Join(", ", copies.Select(zone => zone.Path))}.",
                $"Give the tag {Tag} to the one that the name servers of the domain serve, and to no other.");
        }

        throw new PoshAcmeException(
            "Azure.ZoneNotFound",
            ErrorKind.NotFound,
            $"No public DNS zone of the Azure subscription that can be seen holds {recordName}; tried: {string.Join(", ", ZoneNames.Candidates(recordName).DefaultIfEmpty("none"))}.",
            "Check AZSubscriptionId, and that the application or identity may read the zone.");
    }

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    private async Task<ILookup<string, AzureZone>> GetAsync(PluginContext context, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return _zones ??= (await ListAsync(context, cancellationToken).ConfigureAwait(false)).ToLookup(zone => zone.Name, StringComparer.Ordinal);
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<IReadOnlyList<AzureZone>> ListAsync(PluginContext context, CancellationToken cancellationToken)
    {
        const string Action = "to list the DNS zones of the subscription";
        var zones = new List<AzureZone>();
        var path = $"subscriptions/{subscriptionId}/providers/Microsoft.Network/dnszones";
        for (var page = 0; path is not null && page < MaxPages; page++)
        {
            var response = await api.SendAsync(HttpMethod.Get, path, null, null, context, cancellationToken).ConfigureAwait(false);
            if (!response.IsSuccess || ProviderJson.ReadObject(response.Body) is not { } json || json["value"] is not JArray items)
            {
                throw api.ToException(response, Action);
            }

            zones.AddRange(items.OfType<JObject>()
                .Where(zone => (zone["properties"] as JObject is not { } properties ? null : ProviderJson.Text(properties, "zoneType")) is null or "Public")
                .Select(zone => new AzureZone(
                    ProviderJson.Text(zone, "name")?.TrimEnd('.').ToLowerInvariant() ?? throw api.ToException(response, Action),
                    PathOf(ProviderJson.Text(zone, "id") ?? throw api.ToException(response, Action)),
                    zone["tags"] is JObject tags && tags.Property(Tag, StringComparison.OrdinalIgnoreCase) is not null)));
            path = ProviderJson.Text(json, "nextLink") is { Length: > 0 } next ? PathBelowRoot(next) ?? throw api.ToException(response, Action) : null;
        }

        context.Reporter.Verbose($"The Azure subscription has {zones.Count} public DNS zone(s).");
        return zones;
    }

    /// <summary>The token goes nowhere but to the resource manager: a link to another host is not followed.</summary>
    private string? PathBelowRoot(string link)
        => Uri.TryCreate(link, UriKind.Absolute, out var uri) && string.Equals(uri.Authority, api.Root.Authority, StringComparison.OrdinalIgnoreCase) && uri.Scheme == api.Root.Scheme
            ? uri.PathAndQuery.TrimStart('/')
            : null;

    private static string PathOf(string id) => string.Join("/", id.Trim('/').Split('/').Select(Uri.EscapeDataString));
}
