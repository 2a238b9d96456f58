namespace PoshAcmeSharp.PowerShell.Infrastructure;

/// <summary>
/// The newest state of every line of progress. Updates come from any thread as fast as they like; drawing happens when
/// <see cref="Draw"/> is called. The first line is the root of the tree, the others hang below it.
/// </summary>
/// <param name="draw">Draws one line: its id, the id of its parent or -1, and what it says.</param>
internal sealed class ProgressBoard(Action<int, int, ProgressUpdate> draw)
{
    // Away from the small numbers that scripts use, so that a script's own progress and this one do not overwrite each other.
    private const int FirstId = 8555;
    private const int NoParent = -1;

    private readonly object _gate = new();
    private readonly Dictionary<string, Line> _lines = new(StringComparer.Ordinal);
    private Line? _root;

    /// <summary>Takes an update. Any thread.</summary>
    /// <param name="update">The update.</param>
    public void Update(ProgressUpdate update)
    {
        lock (_gate)
        {
            if (!_lines.TryGetValue(update.Activity, out var line))
            {
                line = new Line(FirstId + _lines.Count, update);
                _lines.Add(update.Activity, line);
            }

            if (!update.IsCompleted && (_root is null || _root.Newest.IsCompleted))
            {
                _root = line;
            }

            line.Parent = ReferenceEquals(line, _root) || _root is null ? NoParent : _root.Id;
            line.Newest = update;
            line.IsDirty = true;
        }
    }

    /// <summary>Draws what changed since the last time.</summary>
    public void Draw()
    {
        foreach (var (id, parent, update) in TakeChanges())
        {
            draw(id, parent, update);
        }
    }

    /// <summary>Takes every line away that is still shown.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            foreach (var line in _lines.Values.Where(l => !l.Newest.IsCompleted))
            {
                line.Newest = line.Newest with { IsCompleted = true };
                line.IsDirty = true;
            }
        }

        Draw();
    }

    private List<(int Id, int Parent, ProgressUpdate Update)> TakeChanges()
    {
        var changes = new List<(int, int, ProgressUpdate)>();
        lock (_gate)
        {
            foreach (var line in _lines.Values.Where(l => l.IsDirty).OrderBy(l => l.Id))
            {
                line.IsDirty = false;

                // A line that came and went between two drawings was never seen and need not be taken away.
                if (!line.Newest.IsCompleted || line.IsShown)
                {
                    line.IsShown = !line.Newest.IsCompleted;
                    changes.Add((line.Id, line.Parent, line.Newest));
                }
            }
        }

        return changes;
    }

    private sealed class Line(int id, ProgressUpdate newest)
    {
        public int Id { get; } = id;

        public int Parent { get; set; } = NoParent;

        public ProgressUpdate Newest { get; set; } = newest;

        public bool IsDirty { get; set; }

        public bool IsShown { get; set; }
    }
}
