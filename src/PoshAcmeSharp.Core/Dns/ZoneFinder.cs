using System.Collections.Concurrent;

namespace PoshAcmeSharp.Dns;

/// <summary>One address of an authoritative server; no endpoint when its name has no address.</summary>
internal sealed record ZoneServer(string Name, NameServerEndpoint? Endpoint);

/// <summary>
/// Finds the zone of a name and all addresses of its servers, asking the machine's name servers. What was found is
/// kept for the life of the object: one wait. Failures are not kept.
/// </summary>
internal sealed class ZoneFinder(IDnsResolver resolver)
{
    private readonly ConcurrentDictionary<string, Lazy<Task<string>>> _zones = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Lazy<Task<IReadOnlyList<ZoneServer>>>> _servers = new(StringComparer.Ordinal);

    /// <exception cref="PoshAcmeException">Nobody can be asked, <c>ZoneNotFound</c>, <c>ZoneWithoutServers</c>.</exception>
    public async Task<IReadOnlyList<ZoneServer>> FindServersAsync(string name, CancellationToken cancellationToken)
    {
        var zone = await FindZoneAsync(name, cancellationToken).ConfigureAwait(false);
        return await FindServersOfAsync(zone, cancellationToken).ConfigureAwait(false);
    }

    /// <exception cref="PoshAcmeException">Nobody can be asked, <c>ZoneNotFound</c>.</exception>
    public Task<string> FindZoneAsync(string name, CancellationToken cancellationToken)
        => ShareAsync(_zones, name, () => LookForZoneAsync(name, cancellationToken));

    /// <exception cref="PoshAcmeException">Nobody can be asked, <c>ZoneWithoutServers</c>.</exception>
    public Task<IReadOnlyList<ZoneServer>> FindServersOfAsync(string zone, CancellationToken cancellationToken)
        => ShareAsync(_servers, zone, () => FindServersOfZoneAsync(zone, cancellationToken));

    // The deepest zone is the one whose SOA answers: for the name itself, or beside "there is no such record".
    private async Task<string> LookForZoneAsync(string name, CancellationToken cancellationToken)
    {
        for (var candidate = name; candidate.Length > 0; candidate = DnsAliases.Parent(candidate))
        {
            var response = await AskAsync(candidate, DnsRecordType.Soa, cancellationToken).ConfigureAwait(false);
            if (response.Answers.Any(record => record.Type == DnsRecordType.Soa && IsSame(record.Name, candidate)))
            {
                return candidate;
            }

            // Behind a CNAME the SOA is that of the target's zone, which may be a parent of this one.
            var soa = response.Answers.Count == 0
                ? response.Authorities.FirstOrDefault(record => record.Type == DnsRecordType.Soa && IsSameOrParent(record.Name, candidate))
                : null;
            if (soa is not null && soa.Name.Length > 0)
            {
                return soa.Name;
            }
        }

        throw new PoshAcmeException(
            "ZoneNotFound",
            ErrorKind.NotFound,
            $"No zone was found for '{name}'.",
            "Check the name, and that its domain is registered and delegated.");
    }

    private async Task<IReadOnlyList<ZoneServer>> FindServersOfZoneAsync(string zone, CancellationToken cancellationToken)
    {
        var response = await AskAsync(zone, DnsRecordType.NS, cancellationToken).ConfigureAwait(false);
        var names = response.Answers
            .Where(record => record.Type == DnsRecordType.NS && IsSame(record.Name, zone))
            .Select(static record => record.Data)
            .Distinct(StringComparer.Ordinal)
            .OrderBy(static name => name, StringComparer.Ordinal)
            .ToList();
        if (names.Count == 0)
        {
            throw new PoshAcmeException(
                "ZoneWithoutServers",
                ErrorKind.NotFound,
                $"No name servers were found for the zone '{zone}'.",
                "Name the servers to ask.");
        }

        var found = await Task.WhenAll(names.Select(name => FindAddressesAsync(name, cancellationToken))).ConfigureAwait(false);
        return [.. found.SelectMany(static list => list)];
    }

    private async Task<IReadOnlyList<ZoneServer>> FindAddressesAsync(string name, CancellationToken cancellationToken)
    {
        var responses = await Task.WhenAll(
            AskAsync(name, DnsRecordType.A, cancellationToken),
            AskAsync(name, DnsRecordType.Aaaa, cancellationToken)).ConfigureAwait(false);
        var found = responses
            .SelectMany(static response => response.Answers)
            .Where(static record => record.Type is DnsRecordType.A or DnsRecordType.Aaaa)
            .Select(record => new ZoneServer(name, new(record.Data)))
            .Distinct()
            .ToList();
        return found.Count > 0 ? found : [new(name, null)];
    }

    private async Task<DnsResponse> AskAsync(string name, DnsRecordType type, CancellationToken cancellationToken)
    {
        var response = await resolver.QueryAsync(new(name, type), null, cancellationToken).ConfigureAwait(false);
        return response.Code is DnsResponseCode.NoError or DnsResponseCode.NXDomain
            ? response
            : throw new PoshAcmeException(
                "DnsQueryFailed",
                ErrorKind.Connection,
                $"The recursive name servers answered {response.Code} for {type} of '{name}'.",
                "Name the servers to ask.");
    }

    private static async Task<T> ShareAsync<T>(ConcurrentDictionary<string, Lazy<Task<T>>> known, string key, Func<Task<T>> find)
    {
        var shared = known.GetOrAdd(key, _ => new(find));
        try
        {
            return await shared.Value.ConfigureAwait(false);
        }
        catch
        {
            known.TryRemove(key, out _);
            throw;
        }
    }

    private static bool IsSame(string left, string right) => string.Equals(left, right, StringComparison.Ordinal);

    private static bool IsSameOrParent(string zone, string name)
        => zone.Length == 0 || IsSame(zone, name) || name.EndsWith("." + zone, StringComparison.Ordinal);
}
