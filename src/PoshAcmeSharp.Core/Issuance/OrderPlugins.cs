using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Issuance;

/// <summary>The plugins that orders name, and the arguments that are kept for them.</summary>
internal sealed class OrderPlugins(ProfileSession session)
{
    /// <summary>What an order without plugins is validated with: somebody does by hand what it asks for.</summary>
    public const string Default = "Manual";

    private ProfileStore Store => session.Store;

    /// <summary>The names under which plugins are kept with an order: their own, which other clients know, for an alias.</summary>
    /// <exception cref="PoshAcmeException"><c>PluginNotFound</c>.</exception>
    public IReadOnlyList<string>? Resolve(IReadOnlyList<string>? names)
        => names is null ? null : [.. names.Select(n => session.Plugins.Require(n).Name)];

    /// <summary>The plugins of an order that can be found; each once.</summary>
    public IReadOnlyList<PluginDescriptor> Find(IEnumerable<string> names)
        => [.. names.Select(session.Plugins.Find).OfType<PluginDescriptor>().Distinct()];

    /// <summary>Checks arguments, with those that are kept, by making the plugins; nothing is published or sent.</summary>
    /// <param name="account">The account.</param>
    /// <param name="order">The order, or null when there is none yet.</param>
    /// <param name="names">The plugins.</param>
    /// <param name="given">The arguments that are given, or null.</param>
    /// <exception cref="PoshAcmeException"><c>PluginNotFound</c>, <c>InvalidPluginArguments</c>, <c>PluginArgumentUnreadable</c>.</exception>
    public void Check(StoredAccount account, StoredOrder order, IReadOnlyList<string> names, IReadOnlyDictionary<string, object?>? given)
    {
        var plugins = names.Distinct(StringComparer.OrdinalIgnoreCase).Select(session.Plugins.Require).Distinct().ToList();
        var arguments = Merge(account, order, plugins, given);
        foreach (var plugin in plugins)
        {
            (plugin.Create(arguments, session.EnvironmentFor(account)) as IDisposable)?.Dispose();
        }
    }

    /// <summary>Checks what an order will be validated with: the plugins, their arguments, and whether they can do the names.</summary>
    /// <exception cref="PoshAcmeException"><c>PluginNotFound</c>, <c>InvalidPluginArguments</c>, <c>PluginArgumentUnreadable</c>, <c>PluginCannotValidate</c>.</exception>
    public void Check(StoredAccount account, StoredOrder order, OrderPlan plan, NewOrderRequest request)
    {
        var names = request.Plugin ?? [Default];
        for (var i = 0; i < plan.Identifiers.Count; i++)
        {
            var plugin = session.Plugins.Require(Pick(names, i) ?? Default);
            if (plan.Identifiers[i].Value.StartsWith("*.", StringComparison.Ordinal) && plugin.ChallengeType != ChallengeType.Dns01)
            {
                throw new PoshAcmeException(
                    "PluginCannotValidate",
                    ErrorKind.InvalidArgument,
                    $"The plugin {plugin.Name} answers {plugin.ChallengeType}, but the wildcard {plan.Identifiers[i].Value} can be validated by DNS only.",
                    "Use a plugin for DNS; with several values, -Plugin takes one for each name.");
            }
        }

        Check(account, order, names, request.PluginArgs);
    }

    /// <summary>Of a list for all names, which may be shorter: then the last one repeats.</summary>
    public static string? Pick(IReadOnlyList<string> values, int index) => values.Count == 0 ? null : values[Math.Min(index, values.Count - 1)];

    /// <summary>The arguments that are kept for these plugins; what belongs to others need not be readable.</summary>
    /// <exception cref="PoshAcmeException"><c>PluginArgumentUnreadable</c>, <c>CorruptProfileFile</c>.</exception>
    public IReadOnlyDictionary<string, object?> Read(StoredAccount account, StoredOrder order, IReadOnlyList<PluginDescriptor> plugins)
        => Merge(account, order, plugins, null);

    /// <summary>
    /// Keeps arguments with an order. A plugin that is given any loses the former ones, as they may not go together;
    /// what belongs to no plugin of the order is not kept, and a warning says so. Paths are kept as full ones: a renewal may
    /// run in another folder.
    /// </summary>
    /// <exception cref="PoshAcmeException"><c>InvalidPluginArguments</c>, <c>PluginArgumentNotStorable</c>, <c>ProfileWriteFailed</c>.</exception>
    public void Save(StoredAccount account, StoredOrder order, IReadOnlyList<string> names, IReadOnlyDictionary<string, object?> given)
    {
        var plugins = Find(names);
        var foreign = given.Keys.Where(k => !plugins.Any(p => p.Takes(k))).ToList();
        if (foreign.Count > 0)
        {
            session.Reporter.Warning($"No plugin of the order '{order.Name}' takes these arguments, so they are not kept: {string.Join(", ", foreign)}.");
        }

        Store.SavePluginArguments(
            account,
            order,
            Addressed(plugins, given).SelectMany(p => p.Parameters).Select(p => p.Name).Distinct(StringComparer.OrdinalIgnoreCase),
            plugins.Aggregate(given.Where(a => !foreign.Contains(a.Key)), (kept, plugin) => plugin.WithFullPaths(kept, session.CurrentFolder)));
    }

    private Dictionary<string, object?> Merge(StoredAccount account, StoredOrder order, IReadOnlyList<PluginDescriptor> plugins, IReadOnlyDictionary<string, object?>? given)
    {
        var addressed = Addressed(plugins, given);
        var kept = Store.ReadPluginArguments(account, order, name => plugins.Any(p => p.Takes(name)) && !addressed.Any(p => p.Takes(name)));
        var merged = new Dictionary<string, object?>(kept, StringComparer.OrdinalIgnoreCase);
        foreach (var argument in given ?? new Dictionary<string, object?>())
        {
            merged[argument.Key] = argument.Value;
        }

        return merged;
    }

    private static List<PluginDescriptor> Addressed(IReadOnlyList<PluginDescriptor> plugins, IReadOnlyDictionary<string, object?>? given)
        => given is null ? [] : [.. plugins.Where(p => given.Keys.Any(p.Takes))];
}
