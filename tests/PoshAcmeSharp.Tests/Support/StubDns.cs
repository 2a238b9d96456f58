using System.Collections.Concurrent;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Dns;

namespace PoshAcmeSharp.Tests.Support;

/// <summary>TXT records in memory: a plugin writes them, and a server or a client that really checks reads them.</summary>
internal sealed class StubDns : IDnsChallengePlugin, IDnsResolver
{
    private readonly ConcurrentDictionary<string, List<string>> _records = new(StringComparer.OrdinalIgnoreCase);

    public string Name => "StubDns";

    public int MaxConcurrency => 4;

    /// <summary>Makes a check ask here only.</summary>
    public static NameServerEndpoint Endpoint { get; } = NameServerEndpoint.Parse("127.0.0.1:53");

    /// <summary>All names that ever had a record.</summary>
    public ConcurrentQueue<string> Published { get; } = new();

    public IReadOnlyList<string> LookUp(string name)
    {
        var values = _records.GetValueOrDefault(name, []);
        lock (values)
        {
            return [.. values];
        }
    }

    public Task<DnsResponse> QueryAsync(DnsQuestion question, NameServerEndpoint? server, CancellationToken cancellationToken)
        => Task.FromResult(new DnsResponse(
            DnsResponseCode.NoError,
            IsAuthoritative: true,
            [.. LookUp(question.Name).Select(v => new DnsRecord(question.Name, DnsRecordType.Txt, 60, v))],
            [],
            []));

    public void Add(string name, string value)
    {
        var values = _records.GetOrAdd(name, _ => []);
        lock (values)
        {
            values.Add(value);
        }
    }

    public Task PublishAsync(TxtRecordSet records, PluginContext context, CancellationToken cancellationToken)
    {
        Published.Enqueue(records.RecordName);
        foreach (var value in records.Values)
        {
            Add(records.RecordName, value);
        }

        return Task.CompletedTask;
    }

    public Task UnpublishAsync(TxtRecordSet records, PluginContext context, CancellationToken cancellationToken)
    {
        var values = _records.GetOrAdd(records.RecordName, _ => []);
        lock (values)
        {
            values.RemoveAll(records.Values.Contains);
        }

        return Task.CompletedTask;
    }
}
