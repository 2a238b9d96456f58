using System.Diagnostics;

namespace PoshAcmeSharp.Dns;

/// <summary>
/// One record that is waited for. Each round asks the servers that are not done yet; what they said before is kept.
/// </summary>
internal sealed class RecordCheck(
    string recordName,
    IReadOnlyList<string> values,
    IReadOnlyList<NameServerEndpoint> nameServers,
    IDnsResolver resolver,
    ZoneFinder zones)
{
    /// <summary>What the name servers of this machine are called among the others.</summary>
    private const string SystemName = "the name servers of this machine";

    private static readonly TimeSpan SystemInterval = TimeSpan.FromSeconds(10);

    private readonly Dictionary<(string Name, ZoneServer Server), DnsServerResult> _known = [];
    private readonly HashSet<string> _answered = new(StringComparer.Ordinal);
    private DnsServerResult? _system;
    private DateTimeOffset _nextSystemQuestion;
    private long _negativeSeconds;

    public string RecordName { get; } = recordName;

    public string ResolvedName { get; private set; } = recordName;

    public IReadOnlyList<string> Values { get; } = values;

    public IReadOnlyList<DnsServerResult> Servers { get; private set; } = [];

    /// <summary>How many servers were asked, an address of its own or several.</summary>
    public int ServersTotal { get; private set; }

    /// <summary>How many of them have what is expected of them.</summary>
    public int ServersDone { get; private set; }

    public bool Found { get; private set; }

    /// <summary>Why the servers could not be found or asked, as a sentence.</summary>
    public string? Problem { get; private set; }

    /// <summary>When it was found.</summary>
    public TimeSpan Elapsed { get; set; }

    /// <summary>Whether no authoritative server has said anything so far: port 53 may be blocked.</summary>
    public bool IsUnanswered { get; private set; }

    /// <summary>Whether the name servers of this machine say nothing about it either, or were not asked.</summary>
    public bool IsUnknown => !Found && IsUnanswered && _system is not { IsSilent: false };

    public async Task RunRoundAsync(CancellationToken cancellationToken)
    {
        Problem = null;
        ServersTotal = 0;
        ServersDone = 0;
        IsUnanswered = false;
        try
        {
            await (nameServers.Count > 0 ? AskGivenServersAsync(cancellationToken) : AskAuthoritativeServersAsync(cancellationToken)).ConfigureAwait(false);
        }
        catch (PoshAcmeException e)
        {
            Problem = e.Message;

            // That there is no such zone is an answer.
            IsUnanswered = e.ErrorId != "ZoneNotFound" && !_answered.Contains(ResolvedName);
        }

        Found = Problem is null && ServersTotal > 0 && ServersDone == ServersTotal;
    }

    /// <summary>
    /// Asks the name servers of this machine instead of the authoritative ones. They keep an answer, also that there is no
    /// record, so they are not asked again before it may have changed (RFC 2308 section 5).
    /// </summary>
    public async Task AskSystemServersAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (_system is null || now >= _nextSystemQuestion)
        {
            _negativeSeconds = 0;
            _system = await AskRecursivelyAsync(SystemName, null, cancellationToken).ConfigureAwait(false);
            _nextSystemQuestion = now + TimeSpan.FromSeconds(Math.Max(_negativeSeconds, SystemInterval.TotalSeconds));
        }

        Servers = [.. Servers.Where(static server => server.Name != SystemName), _system];
        Found = _system.IsDone;
        Problem = Found || !_system.IsSilent ? null : Problem;
    }

    // The CNAMEs are read from the authoritative servers as well: a recursive one may still have yesterday's answer.
    private async Task AskAuthoritativeServersAsync(CancellationToken cancellationToken)
    {
        var all = new List<DnsServerResult>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var name = RecordName; seen.Add(name) && !DnsAliases.IsTooLong(seen);)
        {
            ResolvedName = name;
            var results = await AskZoneAsync(name, cancellationToken).ConfigureAwait(false);
            all.AddRange(results);
            Servers = all;
            Count(results);
            if (!results.All(static result => result.IsSilent))
            {
                _answered.Add(name);
            }

            IsUnanswered = !_answered.Contains(name);
            var target = results.FirstOrDefault(static result => result.Status == DnsServerStatus.Alias)?.Values[0];
            if (target is null)
            {
                return;
            }

            name = target;
        }

        Problem = DnsAliases.DescribeLoop(RecordName, seen);
    }

    private void Count(IReadOnlyList<DnsServerResult> results)
    {
        var groups = results.GroupBy(static result => result.Name, StringComparer.Ordinal).ToList();
        ServersTotal += groups.Count;

        // Where this machine has a way to none of them, nothing is known.
        ServersDone += results.Any(static result => result.IsDone) ? groups.Count(IsSatisfied) : 0;
    }

    private async Task<IReadOnlyList<DnsServerResult>> AskZoneAsync(string name, CancellationToken cancellationToken)
    {
        var servers = await zones.FindServersAsync(name, cancellationToken).ConfigureAwait(false);
        var open = servers
            .GroupBy(static server => server.Name, StringComparer.Ordinal)
            .Where(group => !IsSettled(group.Select(server => Known(name, server)).ToList()))
            .SelectMany(static group => group)
            .Where(server => Known(name, server) is not { IsDone: true })
            .ToList();
        var answers = await Task.WhenAll(open.Select(server => AskAsync(name, server, cancellationToken))).ConfigureAwait(false);
        for (var i = 0; i < open.Count; i++)
        {
            _known[(name, open[i])] = answers[i];
        }

        var results = servers.Select(server => _known[(name, server)]).ToList();
        var target = results.Find(static result => result.Status == DnsServerStatus.Alias)?.Values[0];
        if (target is null || results.TrueForAll(result => HasAlias(result, target) || result.HasNoAnswer))
        {
            return results;
        }

        // The servers do not agree, so a CNAME comes or goes: whoever has one is asked again.
        foreach (var server in servers.Where(server => _known[(name, server)].Status == DnsServerStatus.Alias))
        {
            _known.Remove((name, server));
        }

        return [.. results.Select(result => HasAlias(result, target) ? result : result with { Status = result.IsDone ? DnsServerStatus.Missing : result.Status })];
    }

    private DnsServerResult? Known(string name, ZoneServer server)
        => _known.TryGetValue((name, server), out var result) ? result : null;

    private async Task<DnsServerResult> AskAsync(string name, ZoneServer server, CancellationToken cancellationToken)
    {
        if (server.Endpoint is null)
        {
            return new(server.Name, string.Empty, DnsServerStatus.Unreachable, [], TimeSpan.Zero);
        }

        return await JudgeAsync(server.Name, server.Endpoint.ToString(), async () =>
        {
            var response = await resolver.QueryAsync(new(name, DnsRecordType.Txt, RecursionDesired: false), server.Endpoint, cancellationToken).ConfigureAwait(false);
            var target = response.FindAlias(name);
            return target is null ? Judge(response, name) : (DnsServerStatus.Alias, [target]);
        }).ConfigureAwait(false);
    }

    private async Task AskGivenServersAsync(CancellationToken cancellationToken)
    {
        Servers = await Task.WhenAll(nameServers.Select((server, i) => Servers.Count > i && Servers[i].IsDone
            ? Task.FromResult(Servers[i])
            : AskRecursivelyAsync(server.Host, server, cancellationToken))).ConfigureAwait(false);
        IsUnanswered = Servers.All(static server => server.IsSilent);
        ServersTotal = Servers.Count;
        ServersDone = Servers.Count(static server => server.IsDone);
    }

    // A recursive server answers with the whole chain; a server of a test may answer link by link.
    private Task<DnsServerResult> AskRecursivelyAsync(string serverName, NameServerEndpoint? server, CancellationToken cancellationToken)
        => JudgeAsync(serverName, server?.ToString() ?? serverName, async () =>
        {
            var seen = new HashSet<string>(StringComparer.Ordinal) { RecordName };
            var name = RecordName;
            while (true)
            {
                var asked = name;
                var response = await resolver.QueryAsync(new(name, DnsRecordType.Txt), server, cancellationToken).ConfigureAwait(false);
                while (response.FindAlias(name) is { } target)
                {
                    name = target;
                    if (!seen.Add(name) || DnsAliases.IsTooLong(seen))
                    {
                        Problem = DnsAliases.DescribeLoop(RecordName, seen);
                        return (DnsServerStatus.Missing, []);
                    }
                }

                ResolvedName = name;
                _negativeSeconds = response.NegativeSeconds();
                var judged = Judge(response, name);
                if (judged.Status != DnsServerStatus.Missing || judged.Values.Count > 0 || string.Equals(asked, name, StringComparison.Ordinal))
                {
                    return judged;
                }
            }
        });

    private (DnsServerStatus Status, IReadOnlyList<string> Values) Judge(DnsResponse response, string name)
    {
        switch (response.Code)
        {
            case DnsResponseCode.NoError:
            case DnsResponseCode.NXDomain:
                IReadOnlyList<string> found = [.. response.Answers
                    .Where(record => record.Type == DnsRecordType.Txt && string.Equals(record.Name, name, StringComparison.Ordinal))
                    .Select(static record => record.Data)];
                return (found.Count > 0 && Values.All(value => found.Contains(value, StringComparer.Ordinal)) ? DnsServerStatus.Found : DnsServerStatus.Missing, found);
            case DnsResponseCode.ServFail:
                return (DnsServerStatus.ServFail, []);
            case DnsResponseCode.Refused:
                return (DnsServerStatus.Refused, []);
            default:
                return (DnsServerStatus.Invalid, []);
        }
    }

    private static async Task<DnsServerResult> JudgeAsync(
        string name,
        string endpoint,
        Func<Task<(DnsServerStatus Status, IReadOnlyList<string> Values)>> ask)
    {
        var watch = Stopwatch.StartNew();
        try
        {
            var (status, values) = await ask().ConfigureAwait(false);
            return new(name, endpoint, status, values, watch.Elapsed);
        }
        catch (PoshAcmeException e)
        {
            var status = e.ErrorId switch
            {
                "DnsNoRoute" => DnsServerStatus.NoRoute,
                _ when e.Kind == ErrorKind.Timeout => DnsServerStatus.Timeout,
                _ when e.Kind == ErrorKind.InvalidData => DnsServerStatus.Invalid,
                _ => DnsServerStatus.Unreachable,
            };
            return new(name, endpoint, status, [], watch.Elapsed);
        }
    }

    // A CA that cannot reach one address takes another one of the same server, so a silent address does not count
    // beside one that has the values. An address that this machine has no way to says nothing about the server.
    private static bool IsSatisfied(IEnumerable<DnsServerResult?> addresses)
    {
        var list = addresses.ToList();
        return list.TrueForAll(static result => result is { Status: DnsServerStatus.NoRoute })
            || (list.Exists(static result => result is { IsDone: true }) && list.TrueForAll(static result => result is { IsDone: true } or { HasNoAnswer: true }));
    }

    // Where there is no way today, there may be one in the next round, and asking costs nothing.
    private static bool IsSettled(IReadOnlyCollection<DnsServerResult?> addresses)
        => addresses.Any(static result => result is { IsDone: true }) && IsSatisfied(addresses);

    private static bool HasAlias(DnsServerResult result, string target)
        => result.Status == DnsServerStatus.Alias && string.Equals(result.Values[0], target, StringComparison.Ordinal);
}
