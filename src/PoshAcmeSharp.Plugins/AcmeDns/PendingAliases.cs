namespace PoshAcmeSharp.Plugins.AcmeDns;

/// <summary>A record whose CNAME has not been looked at yet.</summary>
/// <param name="RecordName">The name of the record.</param>
/// <param name="Target">Where its CNAME has to lead.</param>
/// <param name="IsNew">Whether it has just been registered, so that nobody can have made the CNAME before.</param>
internal sealed record PendingAlias(string RecordName, string Target, bool IsNew);

/// <summary>The records that were published and whose CNAMEs have not been looked at yet, in the order in which they came.</summary>
internal sealed class PendingAliases
{
    private readonly List<PendingAlias> _aliases = [];

    /// <summary>Notes a record; one that is new stays so.</summary>
    /// <param name="alias">The record.</param>
    internal void Add(PendingAlias alias)
    {
        lock (_aliases)
        {
            var isNew = alias.IsNew || _aliases.Exists(a => a == alias with { IsNew = true });
            _aliases.RemoveAll(a => a.RecordName == alias.RecordName);
            _aliases.Add(alias with { IsNew = isNew });
        }
    }

    /// <summary>Forgets records.</summary>
    /// <param name="recordNames">Their names.</param>
    internal void Remove(params IReadOnlyCollection<string> recordNames)
    {
        lock (_aliases)
        {
            _aliases.RemoveAll(a => recordNames.Contains(a.RecordName));
        }
    }

    /// <summary>What there is.</summary>
    /// <returns>A copy.</returns>
    internal IReadOnlyList<PendingAlias> List()
    {
        lock (_aliases)
        {
            return [.. _aliases];
        }
    }
}
