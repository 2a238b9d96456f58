namespace PoshAcmeSharp.Challenges;

/// <summary>
/// What plugins keep in memory from one instance of theirs to the next: publishing, saving and removing by hand are
/// calls of their own. Safe for use from several threads at once.
/// </summary>
public sealed class PluginMemory
{
    private readonly Dictionary<string, object> _kept = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>What a plugin keeps.</summary>
    /// <typeparam name="T">The type of it, one for each plugin.</typeparam>
    /// <param name="plugin">The plugin's name.</param>
    /// <returns>The same object in all calls.</returns>
    public T Get<T>(string plugin)
        where T : class, new()
    {
        lock (_kept)
        {
            if (!_kept.TryGetValue(plugin, out var kept))
            {
                _kept.Add(plugin, kept = new T());
            }

            return (T)kept;
        }
    }
}
