using System.Collections.Concurrent;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Dns;

namespace PoshAcmeSharp.Plugins.Rfc2136;

/// <summary>
/// Finds the zone of a name and the server that takes its updates: by the zones that are given, else by questions for
/// the SOA record, to the server itself where one is given.
/// </summary>
internal sealed class UpdateZones
{
    private readonly ConcurrentDictionary<string, UpdateTarget> _known = new(StringComparer.Ordinal);
    private readonly UpdateClient _client;
    private readonly IDnsResolver _resolver;
    private readonly NameServerEndpoint? _server;
    private readonly int _port;
    private readonly IReadOnlyList<string> _zones;

    /// <summary>Makes a finder.</summary>
    /// <param name="client">Asks the server that is given.</param>
    /// <param name="resolver">Asks for the primary server where none is given.</param>
    /// <param name="server">The server that takes updates, or null.</param>
    /// <param name="port">The port of a server that is found.</param>
    /// <param name="zones">The zones that are given.</param>
    internal UpdateZones(UpdateClient client, IDnsResolver resolver, NameServerEndpoint? server, int port, IReadOnlyList<string> zones)
    {
        _client = client;
        _resolver = resolver;
        _server = server;
        _port = port;
        _zones = [.. zones.OrderByDescending(static zone => zone.Length)];
    }

    /// <summary>Finds zone and server.</summary>
    /// <param name="recordName">The full name of the record.</param>
    /// <param name="context">Where to report, and the time.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>Both.</returns>
    /// <exception cref="PoshAcmeException"><c>RFC2136.ZoneNotFound</c>, a key that is not accepted, and what no answer means.</exception>
    internal async Task<UpdateTarget> FindAsync(string recordName, PluginContext context, CancellationToken cancellationToken)
    {
        if (!_known.TryGetValue(recordName, out var target))
        {
            target = await SearchAsync(recordName, context, cancellationToken).ConfigureAwait(false);
            _known[recordName] = target;
            context.Reporter.Verbose($"{recordName} belongs to the zone {target.Zone} of the name server {target.Server}.");
        }

        return target;
    }

    private async Task<UpdateTarget> SearchAsync(string recordName, PluginContext context, CancellationToken cancellationToken)
    {
        var given = _zones.FirstOrDefault(zone => IsSameOrParent(zone, recordName));
        if (given is not null && _server is not null)
        {
            return new(given, _server);
        }

        var tried = new List<string>();
        for (var candidate = given ?? recordName; candidate.Length > 0; candidate = DnsAliases.Parent(candidate))
        {
            var (soa, answer) = _server is not null
                ? await AskServerAsync(_server, candidate, context, cancellationToken).ConfigureAwait(false)
                : await AskResolverAsync(candidate, cancellationToken).ConfigureAwait(false);
            var primary = soa?.Data.Split(' ')[0];
            if (soa is not null && (_server is not null || primary!.Length > 0))
            {
                return new(given ?? soa.Name, _server ?? new(primary!, _port));
            }

            // A zone may name the root, which is nobody: an empty host would be this machine.
            tried.Add($"{candidate} ({(primary is null ? answer : "names no primary server")})");
        }

        throw new PoshAcmeException(
            Rfc2136Plugin.PluginName + ".ZoneNotFound",
            ErrorKind.NotFound,
            _server is null
                ? $"The name servers of this machine know no zone that holds {recordName}; tried: {string.Join(", ", tried)}."
                : $"The name server {_server} speaks for no zone that holds {recordName}; tried: {string.Join(", ", tried)}.",
            _server is null ? "Name the zone's primary server with DDNSNameserver." : "Check DDNSNameserver, or name the zone with DDNSZone.");
    }

    private async Task<(DnsRecord? Soa, string Answer)> AskServerAsync(NameServerEndpoint server, string name, PluginContext context, CancellationToken cancellationToken)
    {
        var question = new DnsQuestion(name, DnsRecordType.Soa, RecursionDesired: false);
        var id = DnsResolver.NewId();
        var query = DnsMessage.WriteQuery(id, question, withEdns: false);
        var answer = await _client.SendAsync(server, query, message => DnsMessage.IsAnswerTo(message, id, question), context, cancellationToken).ConfigureAwait(false);
        if (Rfc2136Errors.OfKey(answer, _client.KeyName, context.Clock.UtcNow) is { } error)
        {
            throw error;
        }

        try
        {
            var response = DnsMessage.Read(answer.Message);
            return response.IsAuthoritative || answer.Code is not (UpdateCode.NoError or UpdateCode.NXDomain)
                ? (SoaOf(response, name), answer.Code == UpdateCode.NoError ? "no SOA record" : Rfc2136Errors.NameOf(answer.Code))
                : (null, "not authoritative");
        }
        catch (FormatException e)
        {
            throw Rfc2136Errors.Invalid(answer.Server, e);
        }
    }

    private async Task<(DnsRecord? Soa, string Answer)> AskResolverAsync(string name, CancellationToken cancellationToken)
    {
        var response = await _resolver.QueryAsync(new(name, DnsRecordType.Soa), null, cancellationToken).ConfigureAwait(false);
        return (SoaOf(response, name), Rfc2136Errors.NameOf((UpdateCode)(int)response.Code));
    }

    // The zone's own name answers with the record; a name in it shows the record beside "there is none". Behind a CNAME
    // it is the record of another zone.
    private static DnsRecord? SoaOf(DnsResponse response, string name)
        => response.Code is not (DnsResponseCode.NoError or DnsResponseCode.NXDomain)
            ? null
            : response.Answers.FirstOrDefault(record => record.Type == DnsRecordType.Soa && record.Name == name)
                ?? (response.Answers.Count > 0
                    ? null
                    : response.Authorities.FirstOrDefault(record => record.Type == DnsRecordType.Soa && record.Name.Length > 0 && IsSameOrParent(record.Name, name)));

    private static bool IsSameOrParent(string zone, string name) => name == zone || name.EndsWith("." + zone, StringComparison.Ordinal);
}

/// <summary>Where an update goes.</summary>
/// <param name="Zone">The zone, without a trailing dot.</param>
/// <param name="Server">The server that takes its updates.</param>
internal sealed record UpdateTarget(string Zone, NameServerEndpoint Server);
