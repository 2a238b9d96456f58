using PoshAcmeSharp.Challenges;

namespace PoshAcmeSharp.Plugins.Manual;

/// <summary>The records that the user has not been told of yet, in the order in which they came.</summary>
internal sealed class ManualChanges
{
    private readonly object _gate = new();
    private readonly List<KeyValuePair<string, string>> _toCreate = [];
    private readonly List<KeyValuePair<string, string>> _toRemove = [];
    private readonly HashSet<KeyValuePair<string, string>> _told = [];

    /// <summary>Whether there are records to create.</summary>
    internal bool HasRecordsToCreate
    {
        get
        {
            lock (_gate)
            {
                return _toCreate.Count > 0;
            }
        }
    }

    /// <summary>Notes what is to be created.</summary>
    /// <param name="records">The record.</param>
    internal void Create(TxtRecordSet records)
    {
        lock (_gate)
        {
            foreach (var record in Pairs(records))
            {
                _toRemove.Remove(record);
                if (!_toCreate.Contains(record))
                {
                    _toCreate.Add(record);
                }
            }
        }
    }

    /// <summary>Notes what is to be removed. Of a record that nobody was told to create there is nothing to remove.</summary>
    /// <param name="records">The record.</param>
    /// <param name="mayBeOthers">Whether somebody may have been told elsewhere; else only what was told here counts.</param>
    internal void Remove(TxtRecordSet records, bool mayBeOthers)
    {
        lock (_gate)
        {
            foreach (var record in Pairs(records))
            {
                if (!_toCreate.Remove(record) && !_toRemove.Contains(record) && (mayBeOthers || _told.Contains(record)))
                {
                    _toRemove.Add(record);
                }
            }
        }
    }

    /// <summary>What is to be created; it counts as told from now on.</summary>
    /// <returns>Record names and values.</returns>
    internal IReadOnlyList<KeyValuePair<string, string>> TakeToCreate()
    {
        lock (_gate)
        {
            _told.UnionWith(_toCreate);
            return Take(_toCreate);
        }
    }

    /// <summary>What is to be removed; it counts as told from now on.</summary>
    /// <returns>Record names and values.</returns>
    internal IReadOnlyList<KeyValuePair<string, string>> TakeToRemove() => Take(_toRemove);

    private KeyValuePair<string, string>[] Take(List<KeyValuePair<string, string>> records)
    {
        lock (_gate)
        {
            var taken = records.ToArray();
            records.Clear();
            return taken;
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> Pairs(TxtRecordSet records)
        => records.Values.Select(value => new KeyValuePair<string, string>(records.RecordName, value));
}
