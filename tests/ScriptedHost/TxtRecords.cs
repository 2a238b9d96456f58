using System.Collections.Concurrent;

namespace PoshAcmeSharp.ScriptedHost;

/// <summary>TXT records in memory. Names count without regard to case and to a dot at the end.</summary>
internal sealed class TxtRecords
{
    private readonly ConcurrentDictionary<string, ConcurrentQueue<string>> values = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The values at a name.</summary>
    public IReadOnlyList<string> LookUp(string name) => values.TryGetValue(name.TrimEnd('.'), out var found) ? [.. found] : [];

    /// <summary>Adds a value.</summary>
    public void Add(string name, string value) => values.GetOrAdd(name.TrimEnd('.'), _ => new()).Enqueue(value);

    /// <summary>Takes all values of a name away.</summary>
    public void Clear(string name) => values.TryRemove(name.TrimEnd('.'), out _);
}
