using System.Globalization;

namespace PoshAcmeSharp.Dns;

/// <summary>Whether a zone is delegated to servers that all speak for it and have the same of it.</summary>
internal sealed class ZoneInspection(IDnsResolver resolver, ZoneFinder zones, DnsFindings findings)
{
    private const int MaxParentServers = 3;

    /// <summary>Finds the zone of a name and looks at its servers.</summary>
    /// <exception cref="PoshAcmeException">The zone or its servers cannot be found.</exception>
    public async Task<(string Zone, IReadOnlyList<DnsZoneServer> Servers)> RunAsync(string name, CancellationToken cancellationToken)
    {
        var zone = await zones.FindZoneAsync(name, cancellationToken).ConfigureAwait(false);
        await RequireRegistrationAsync(name, zone, cancellationToken).ConfigureAwait(false);
        var servers = await zones.FindServersOfAsync(zone, cancellationToken).ConfigureAwait(false);
        var asked = await Task.WhenAll(servers.Select(server => AskAsync(zone, server, cancellationToken))).ConfigureAwait(false);
        JudgeServers(zone, asked);
        JudgeSerials(zone, asked);
        if (Array.Find(asked, static server => server.Status == DnsZoneServerStatus.Authoritative) is { } speaker)
        {
            await CompareDelegationAsync(zone, NameServerEndpoint.Parse(speaker.Endpoint), cancellationToken).ConfigureAwait(false);
        }

        return (zone, asked);
    }

    // Of a domain that does not exist, the deepest zone that answers is the top-level one.
    private async Task RequireRegistrationAsync(string name, string zone, CancellationToken cancellationToken)
    {
        if (zone.IndexOf('.') >= 0 || zone == name)
        {
            return;
        }

        var labels = name.Split('.');
        var domain = labels[labels.Length - 2] + "." + zone;
        var response = await resolver.QueryAsync(new(domain, DnsRecordType.Soa), null, cancellationToken).ConfigureAwait(false);
        if (response.Code == DnsResponseCode.NXDomain)
        {
            throw new PoshAcmeException(
                "ZoneNotFound",
                ErrorKind.NotFound,
                $"The domain {domain} does not exist: {name} has no zone.",
                "Check the name, and that its domain is registered and delegated.");
        }
    }

    private async Task<DnsZoneServer> AskAsync(string zone, ZoneServer server, CancellationToken cancellationToken)
    {
        if (server.Endpoint is null)
        {
            return new(zone, server.Name, string.Empty, DnsZoneServerStatus.NoAddress, null);
        }

        try
        {
            var response = await resolver.QueryAsync(new(zone, DnsRecordType.Soa, RecursionDesired: false), server.Endpoint, cancellationToken).ConfigureAwait(false);
            var soa = response.IsAuthoritative ? response.Answers.FirstOrDefault(record => record.Type == DnsRecordType.Soa && record.Name == zone) : null;
            return soa is null
                ? new(zone, server.Name, server.Endpoint.ToString(), DnsZoneServerStatus.Lame, null)
                : new(zone, server.Name, server.Endpoint.ToString(), DnsZoneServerStatus.Authoritative, SoaData.Parse(soa.Data).Serial);
        }
        catch (PoshAcmeException e)
        {
            var status = e switch
            {
                { ErrorId: "DnsNoRoute" } => DnsZoneServerStatus.NoRoute,
                { Kind: ErrorKind.InvalidData } => DnsZoneServerStatus.Lame,
                _ => DnsZoneServerStatus.Silent,
            };
            return new(zone, server.Name, server.Endpoint.ToString(), status, null);
        }
    }

    private void JudgeServers(string zone, DnsZoneServer[] servers)
    {
        foreach (var server in servers.Where(static server => server.Status == DnsZoneServerStatus.NoAddress))
        {
            findings.Warning("ServerWithoutAddress", $"The name server {server.Name} of the zone {zone} has no address.", "Correct its name in the delegation, or give it an address.");
        }

        var reached = Array.FindAll(servers, static server => server.Status is DnsZoneServerStatus.Authoritative or DnsZoneServerStatus.Lame);
        if (reached.Length == 0)
        {
            findings.Warning(
                "ServersUnreachable",
                $"None of the name servers of the zone {zone} answers this machine: {Labels(servers)}.",
                "If port 53 is blocked here, name a server to ask with -DnsServer when you order, or use -DnsWait Fixed. If they answer nobody, repair them.");
            return;
        }

        if (Array.TrueForAll(reached, static server => server.Status == DnsZoneServerStatus.Lame))
        {
            findings.Error("ZoneLame", $"None of the name servers of the zone {zone} speaks for it: {Labels(reached)}.", "Set the zone up on these servers, or correct the delegation.");
            return;
        }

        foreach (var server in servers)
        {
            if (server.Status == DnsZoneServerStatus.Lame)
            {
                findings.Warning("LameServer", $"The name server {server.Label} does not speak for the zone {zone}.", "Set the zone up on it, or take it out of the delegation.");
            }
            else if (server.Status == DnsZoneServerStatus.Silent)
            {
                findings.Warning("ServerSilent", $"The name server {server.Label} of the zone {zone} does not answer.", "Repair it, or take it out of the delegation: a CA may ask any of the servers.");
            }
        }
    }

    private void JudgeSerials(string zone, DnsZoneServer[] servers)
    {
        var speaking = Array.FindAll(servers, static server => server.Serial is not null);
        if (speaking.Length == 0)
        {
            return;
        }

        var newest = speaking.Aggregate(static (left, right) => IsNewer(right.Serial!.Value, left.Serial!.Value) ? right : left).Serial!.Value;
        var behind = Array.FindAll(speaking, server => server.Serial != newest);
        if (behind.Length > 0)
        {
            findings.Warning(
                "StaleServer",
                $"The zone {zone} is at serial {Number(newest)}, but not at {string.Join(", ", behind.Select(static server => $"{server.Label} ({Number(server.Serial!.Value)})"))}.",
                "Check that the zone is transferred to these servers: a CA that asks them does not see a new record.");
        }
    }

    // RFC 1982: serial numbers are compared on a circle.
    private static bool IsNewer(long left, long right) => unchecked((int)((uint)left - (uint)right)) > 0;

    private async Task CompareDelegationAsync(string zone, NameServerEndpoint speaker, CancellationToken cancellationToken)
    {
        var parent = DnsAliases.Parent(zone);
        if (parent.Length == 0)
        {
            return;
        }

        try
        {
            var own = NamesIn(await resolver.QueryAsync(new(zone, DnsRecordType.NS, RecursionDesired: false), speaker, cancellationToken).ConfigureAwait(false), zone);
            if (await AskParentAsync(zone, parent, cancellationToken).ConfigureAwait(false) is { } response)
            {
                Compare(zone, own, NamesIn(response, zone));
            }
        }
        catch (PoshAcmeException)
        {
            // Those above cannot be asked from here, as in a network with zones of its own: nothing is known against the zone.
        }
    }

    private async Task<DnsResponse?> AskParentAsync(string zone, string parent, CancellationToken cancellationToken)
    {
        var servers = await zones.FindServersAsync(parent, cancellationToken).ConfigureAwait(false);
        foreach (var server in servers.Where(static server => server.Endpoint is not null).Take(MaxParentServers))
        {
            try
            {
                var response = await resolver.QueryAsync(new(zone, DnsRecordType.NS, RecursionDesired: false), server.Endpoint, cancellationToken).ConfigureAwait(false);
                if (response.Code is DnsResponseCode.NoError or DnsResponseCode.NXDomain)
                {
                    return response;
                }
            }
            catch (PoshAcmeException)
            {
                // Another one may answer.
            }
        }

        return null;
    }

    private void Compare(string zone, IReadOnlyList<string> own, IReadOnlyList<string> delegated)
    {
        if (delegated.Count == 0)
        {
            findings.Error(
                "NotDelegated",
                $"The zone {zone} answers, but the zone above does not delegate to it: others do not see it.",
                "Enter its name servers at the registrar, or in the zone above.");
        }
        else if (!new HashSet<string>(own, StringComparer.Ordinal).SetEquals(delegated))
        {
            findings.Warning(
                "DelegationDiffers",
                $"The zone {zone} is delegated to {string.Join(", ", delegated)}, but names {string.Join(", ", own)} itself.",
                "Enter the same name servers in both places: who follows the delegation asks others than this report.");
        }
    }

    // A referral has them in the authority section; a server that has both zones answers.
    private static IReadOnlyList<string> NamesIn(DnsResponse response, string zone)
        => [.. response.Answers.Concat(response.Authorities)
            .Where(record => record.Type == DnsRecordType.NS && record.Name == zone)
            .Select(static record => record.Data)
            .Distinct(StringComparer.Ordinal)
            .OrderBy(static name => name, StringComparer.Ordinal)];

    private static string Labels(IEnumerable<DnsZoneServer> servers) => string.Join(", ", servers.Select(static server => server.Label));

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
