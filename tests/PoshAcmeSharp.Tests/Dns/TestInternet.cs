using PoshAcmeSharp.Dns;

namespace PoshAcmeSharp.Tests.Dns;

/// <summary>
/// Real questions to real servers, but the addresses of the authoritative ones are changed on the way, as they
/// cannot have port 53 here. Its recursive server knows the zones that were added.
/// </summary>
internal sealed class TestInternet : IDnsResolver, IDisposable
{
    private readonly DnsResolver resolver;
    private readonly ScriptedDnsServer recursive;
    private readonly Dictionary<string, ScriptedDnsServer> authoritative = [];
    private readonly Dictionary<string, (string Server, string Address)[]> zones = [];

    public TestInternet()
    {
        recursive = ScriptedDnsServer.Answering(AnswerRecursively);
        resolver = new(new DnsResolverOptions { Timeout = TimeSpan.FromSeconds(2), Attempts = 1, SystemServers = [recursive.Endpoint] });
    }

    /// <summary>What the recursive server says instead of the usual; null means the usual.</summary>
    public Func<DnsQuery, DnsPacket?> Recursive { get; set; } = _ => null;

    public IEnumerable<DnsQuery> RecursiveQueries => recursive.Queries;

    public void AddZone(string zone, params (string Server, string Address)[] servers) => zones[zone] = servers;

    /// <summary>Starts a server, in the place of the one that has the address already.</summary>
    public ScriptedDnsServer AddServer(string address, Func<DnsQuery, DnsPacket?> answer)
    {
        if (authoritative.TryGetValue(address, out var former))
        {
            former.Dispose();
        }

        return authoritative[address] = ScriptedDnsServer.Answering(answer);
    }

    public Task<DnsResponse> QueryAsync(DnsQuestion question, NameServerEndpoint? server, CancellationToken cancellationToken)
    {
        if (server is null)
        {
            return resolver.QueryAsync(question, null, cancellationToken);
        }

        if (!authoritative.TryGetValue(server.Host, out var real))
        {
            throw new PoshAcmeException("DnsNoRoute", ErrorKind.Connection, $"This machine has no way to the name server {server}.");
        }

        Assert53(server);
        return resolver.QueryAsync(question, real.Endpoint, cancellationToken);
    }

    public void Dispose()
    {
        recursive.Dispose();
        foreach (var server in authoritative.Values)
        {
            server.Dispose();
        }
    }

    private static void Assert53(NameServerEndpoint server) => Xunit.Assert.Equal(53, server.Port);

    private DnsPacket AnswerRecursively(DnsQuery query)
    {
        if (Recursive(query) is { } scripted)
        {
            return scripted;
        }

        var packet = new DnsPacket(query);
        var addresses = zones.Values.SelectMany(servers => servers).Where(entry => entry.Server == query.Name).Select(entry => entry.Address).Distinct().ToList();
        if (addresses.Count > 0 && query.Type is (1 or 28))
        {
            addresses.FindAll(address => address.Contains(':', StringComparison.Ordinal) == (query.Type == 28)).ForEach(address => packet.Address(query.Name, address));
            return packet;
        }

        var zone = zones.Keys.Where(name => query.Name == name || query.Name.EndsWith("." + name, StringComparison.Ordinal)).MaxBy(name => name.Length);
        if (zone is null)
        {
            return new DnsPacket(query, 3);
        }

        if (query.Type == 6)
        {
            return packet.Soa(zone, inAuthority: query.Name != zone);
        }

        if (query.Type == 2 && query.Name == zone)
        {
            foreach (var server in zones[zone].Select(entry => entry.Server).Distinct())
            {
                packet.NS(zone, server);
            }
        }

        return packet;
    }
}
