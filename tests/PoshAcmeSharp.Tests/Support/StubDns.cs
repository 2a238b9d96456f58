using System.Collections.Concurrent;
using PoshAcmeSharp.Challenges;

namespace PoshAcmeSharp.Tests.Support;

/// <summary>TXT records in memory: a plugin writes them, and a server that really checks reads them.</summary>
internal sealed class StubDns : IDnsChallengePlugin
{
    private readonly ConcurrentDictionary<string, List<string>> _records = new(StringComparer.OrdinalIgnoreCase);

    public string Name => "StubDns";

    public int MaxConcurrency => 4;

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
