using System.Collections;
using PoshAcmeSharp.Acme;
using PoshAcmeSharp.Challenges;

namespace PoshAcmeSharp.Issuance;

/// <summary>
/// The arguments of an order's plugins: those for all names, and those of some of the names, which are added to the others
/// or take their places. A name has the arguments that are given for itself, else those of the nearest zone that it is in.
/// A wildcard has those of the domain below it, as both have one TXT record.
/// </summary>
internal sealed class ArgumentSets
{
    /// <summary>The key of the arguments for all names.</summary>
    public const string DefaultKey = "default";

    private const string Wildcard = "*.";

    private readonly Dictionary<string, IReadOnlyDictionary<string, object?>> _merged = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Makes them.</summary>
    /// <param name="forAll">The arguments for all names.</param>
    /// <param name="forNames">The arguments of some names by their keys: a name, or <c>*.</c> and a zone.</param>
    public ArgumentSets(IReadOnlyDictionary<string, object?> forAll, IReadOnlyDictionary<string, IReadOnlyDictionary<string, object?>> forNames)
    {
        ForAll = forAll;
        ForNames = forNames;
    }

    /// <summary>The arguments for all names.</summary>
    public IReadOnlyDictionary<string, object?> ForAll { get; }

    /// <summary>What some names have of their own.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, object?>> ForNames { get; }

    /// <summary>The names of all arguments, whomever they are for.</summary>
    public IEnumerable<string> Arguments => ForAll.Keys.Concat(ForNames.Values.SelectMany(set => set.Keys)).Distinct(StringComparer.OrdinalIgnoreCase);

    /// <summary>The keys that fit no name of the order.</summary>
    public IReadOnlyList<string> Unmatched { get; private init; } = [];

    /// <summary>
    /// Reads what a user gives: a flat table of arguments, or a table of such tables by name. What a plugin takes is an
    /// argument, whatever it looks like: some arguments are tables themselves.
    /// </summary>
    /// <param name="given">The table.</param>
    /// <param name="plugins">The plugins of the order.</param>
    /// <param name="names">The names of the order. What fits none of them is left out and named in <see cref="Unmatched"/>.</param>
    /// <exception cref="PoshAcmeException"><c>InvalidPluginArguments</c>: it is a mixture of both, or a key is no name.</exception>
    public static ArgumentSets Read(IReadOnlyDictionary<string, object?> given, IReadOnlyList<PluginDescriptor> plugins, IReadOnlyList<string> names)
    {
        bool IsSet(KeyValuePair<string, object?> entry) => entry.Value is IDictionary && !plugins.Any(p => p.Takes(entry.Key)) && IsKey(entry.Key, names);

        if (!given.Any(IsSet))
        {
            return new ArgumentSets(given.ToDictionary(a => a.Key, a => a.Value, StringComparer.OrdinalIgnoreCase), NoSets());
        }

        if (given.Where(entry => !IsSet(entry)).Select(entry => entry.Key).FirstOrDefault() is { } odd)
        {
            throw new PoshAcmeException(
                "InvalidPluginArguments",
                ErrorKind.InvalidArgument,
                $"The plugin arguments are given by name, but '{odd}' among them is no table of arguments for a name of the order.",
                $"Put {odd} into the table of a name, of a zone such as *.example.com, or of '{DefaultKey}'.");
        }

        var forAll = Table(null);
        var forNames = NoSets();
        foreach (var entry in given)
        {
            var set = Table((IDictionary)entry.Value!);
            if (IsDefault(entry.Key))
            {
                forAll = set;
            }
            else
            {
                forNames[Normalize(entry.Key)] = set;
            }
        }

        var unmatched = forNames.Keys.Where(key => !names.Any(name => Fits(key, Bare(name)))).ToList();
        unmatched.ForEach(key => forNames.Remove(key));
        return new ArgumentSets(forAll, forNames) { Unmatched = unmatched };
    }

    /// <summary>The key of the arguments that a plugin has for a name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="plugin">The plugin; sets without arguments of its do not count.</param>
    /// <returns>The key; null for those of all names.</returns>
    public string? KeyFor(string name, PluginDescriptor plugin)
    {
        var bare = Bare(name);
        return ForNames.Where(set => Fits(set.Key, bare) && set.Value.Keys.Any(plugin.Takes)).Select(set => set.Key)
            .OrderBy(key => key.StartsWith(Wildcard, StringComparison.Ordinal)).ThenByDescending(key => key.Length).FirstOrDefault();
    }

    /// <summary>All arguments that go with a key.</summary>
    /// <param name="key">The key; null, or one that is not there, for those of all names.</param>
    /// <returns>The same object in all calls.</returns>
    public IReadOnlyDictionary<string, object?> For(string? key)
    {
        if (key is null || !ForNames.TryGetValue(key, out var own))
        {
            return ForAll;
        }

        if (!_merged.TryGetValue(key, out var merged))
        {
            var table = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
            foreach (var argument in ForAll.Concat(own))
            {
                table[argument.Key] = argument.Value;
            }

            _merged.Add(key, merged = table);
        }

        return merged;
    }

    /// <summary>As they are given to commands: flat, or by name where some names have arguments of their own.</summary>
    public IReadOnlyDictionary<string, object?> ToTable()
    {
        if (ForNames.Count == 0)
        {
            return ForAll;
        }

        var table = ForNames.ToDictionary(set => set.Key, set => (object?)ToHashtable(set.Value), StringComparer.OrdinalIgnoreCase);
        if (ForAll.Count > 0)
        {
            table.Add(DefaultKey, ToHashtable(ForAll));
        }

        return table;
    }

    /// <summary>An error of arguments, with whose they are where there are several sets.</summary>
    public PoshAcmeException Named(PoshAcmeException error, string? key)
        => ForNames.Count == 0 ? error : new PoshAcmeException(error.ErrorId, error.Kind, $"In the arguments of '{key ?? DefaultKey}': {error.Message}", error.RecommendedAction, error);

    private static bool IsDefault(string key) => string.Equals(key, DefaultKey, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether it is a name, and not an argument that no plugin knows: those have neither dots nor colons.</summary>
    private static bool IsKey(string key, IReadOnlyList<string> names)
        => IsDefault(key) || key.IndexOfAny(['.', ':', '*']) >= 0 || names.Contains(key, StringComparer.OrdinalIgnoreCase);

    private static string Normalize(string key)
    {
        try
        {
            return AcmeIdentifier.Parse(key).Value;
        }
        catch (PoshAcmeException e)
        {
            throw new PoshAcmeException(
                "InvalidPluginArguments",
                ErrorKind.InvalidArgument,
                $"The plugin arguments of '{key}' are for no name: {e.Message}",
                $"Use a name of the order, a zone such as *.example.com, or '{DefaultKey}'.",
                e);
        }
    }

    private static bool Fits(string key, string bareName)
        => key.StartsWith(Wildcard, StringComparison.Ordinal)
            ? string.Equals(key.Substring(Wildcard.Length), bareName, StringComparison.OrdinalIgnoreCase) || bareName.EndsWith(key.Substring(1), StringComparison.OrdinalIgnoreCase)
            : string.Equals(key, bareName, StringComparison.OrdinalIgnoreCase);

    private static string Bare(string name)
    {
        var value = AcmeIdentifier.Parse(name).Value;
        return value.StartsWith(Wildcard, StringComparison.Ordinal) ? value.Substring(Wildcard.Length) : value;
    }

    private static Dictionary<string, IReadOnlyDictionary<string, object?>> NoSets() => new(StringComparer.OrdinalIgnoreCase);

    private static Dictionary<string, object?> Table(IDictionary? given)
    {
        var table = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
        foreach (DictionaryEntry argument in given ?? new Hashtable())
        {
            table[argument.Key.ToString()!] = argument.Value;
        }

        return table;
    }

    private static Hashtable ToHashtable(IEnumerable<KeyValuePair<string, object?>> arguments)
    {
        var table = new Hashtable(StringComparer.OrdinalIgnoreCase);
        foreach (var argument in arguments)
        {
            table[argument.Key] = argument.Value;
        }

        return table;
    }
}
