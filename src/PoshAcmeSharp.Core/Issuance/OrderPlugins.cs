using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Issuance;

/// <summary>The plugins that an order names, and the arguments that are kept for them.</summary>
internal sealed class OrderPlugins
{
    /// <summary>What an order without plugins is validated with: somebody does by hand what it asks for.</summary>
    public const string Default = "Manual";

    private const string InvalidArguments = "InvalidPluginArguments";

    private readonly ProfileSession _session;
    private readonly StoredOrder _order;

    /// <summary>Makes it. No plugin is looked for before it is asked for.</summary>
    /// <param name="session">The profile at work.</param>
    /// <param name="order">The order.</param>
    /// <param name="folders">The folders of plugin scripts that it is to have; null: those that it has.</param>
    /// <param name="prefersScripts">Whether scripts come before plugins of the module; null: as the order has it.</param>
    /// <exception cref="PoshAcmeException"><c>PluginFolderNotFound</c>: one of <paramref name="folders"/>.</exception>
    public OrderPlugins(ProfileSession session, StoredOrder order, IReadOnlyList<string>? folders = null, bool? prefersScripts = null)
    {
        _session = session;
        _order = order;
        Folders = folders is null ? order.PluginPath : session.ResolvePluginFolders(folders);
        PrefersScripts = prefersScripts ?? order.PreferPluginScript;
        Catalog = session.Plugins.For(Folders, PrefersScripts);
    }

    /// <summary>The full paths of the order's own folders of plugin scripts.</summary>
    public IReadOnlyList<string> Folders { get; }

    /// <summary>Whether scripts come before plugins of the module.</summary>
    public bool PrefersScripts { get; }

    /// <summary>Where the order's plugins are looked for.</summary>
    public PluginCatalog Catalog { get; }

    private ProfileStore Store => _session.Store;

    /// <summary>A plugin.</summary>
    /// <exception cref="PoshAcmeException"><c>PluginNotFound</c>, or it cannot be used.</exception>
    public PluginDescriptor Require(string name) => Catalog.Require(name);

    /// <summary>The plugin of a name of the order.</summary>
    /// <exception cref="PoshAcmeException"><c>PluginNotFound</c>, or it cannot be used.</exception>
    public PluginDescriptor At(int position) => Require(Pick(_order.Plugin, position) ?? Default);

    /// <summary>The names under which plugins are kept with an order: their own, which other clients know, for an alias.</summary>
    /// <exception cref="PoshAcmeException"><c>PluginNotFound</c>.</exception>
    public IReadOnlyList<string>? Resolve(IReadOnlyList<string>? names)
        => names is null ? null : [.. names.Select(n => Require(n).Name)];

    /// <summary>
    /// Checks what an order will be validated with: the plugins, and their arguments, with those that are kept, by making
    /// them; nothing is published or sent.
    /// </summary>
    /// <param name="account">The account.</param>
    /// <param name="names">The names of the order.</param>
    /// <param name="plugins">The plugins, as <see cref="StoredOrder.Plugin"/> has them.</param>
    /// <param name="given">The arguments that are given, or null.</param>
    /// <param name="skipsMissing">Whether a plugin that is not there is no matter.</param>
    /// <exception cref="PoshAcmeException"><c>PluginNotFound</c>, <c>InvalidPluginArguments</c>, <c>PluginArgumentUnreadable</c>.</exception>
    public void Check(
        StoredAccount account, IReadOnlyList<string> names, IReadOnlyList<string> plugins, IReadOnlyDictionary<string, object?>? given, bool skipsMissing = false)
    {
        var found = plugins.Select(name => skipsMissing ? Catalog.Find(name) : Require(name)).ToList();
        var all = found.OfType<PluginDescriptor>().Distinct().ToList();
        var read = given is null ? null : ArgumentSets.Read(given, all, names);
        var sets = Merge(account, all, read);

        // More plugins than names are of no use, but what is said of them has to be right.
        var choices = new List<ArgumentChoice>();
        for (var i = 0; i < Math.Max(names.Count, found.Count); i++)
        {
            if (found.Count > 0 && found[Math.Min(i, found.Count - 1)] is { } plugin)
            {
                choices.Add(new ArgumentChoice(plugin, i < names.Count ? sets.KeyFor(names[i], plugin) : null));
            }
        }

        try
        {
            foreach (var choice in choices.Distinct())
            {
                (Make(choice, sets, _session.EnvironmentFor(account)) as IDisposable)?.Dispose();
            }
        }
        catch (PoshAcmeException e) when (e.ErrorId == InvalidArguments && read is not null && read.Unmatched.Concat(Foreign(read, all)).ToList() is { Count: > 0 } unused)
        {
            // What is missing is most often there under a wrong name.
            throw new PoshAcmeException(e.ErrorId, e.Kind, $"{e.Message} Given, but for no plugin or name of the order: {string.Join(", ", unused)}.", e.RecommendedAction, e);
        }
    }

    /// <summary>As the other, and whether the plugins can do the names.</summary>
    /// <exception cref="PoshAcmeException"><c>PluginNotFound</c>, <c>InvalidPluginArguments</c>, <c>PluginArgumentUnreadable</c>, <c>PluginCannotValidate</c>.</exception>
    public void Check(StoredAccount account, OrderPlan plan, NewOrderRequest request)
    {
        var plugins = request.Plugin ?? [Default];
        for (var i = 0; i < plan.Identifiers.Count; i++)
        {
            var plugin = Require(Pick(plugins, i) ?? Default);
            if (plan.Identifiers[i].Value.StartsWith("*.", StringComparison.Ordinal) && plugin.ChallengeType != ChallengeType.Dns01)
            {
                throw new PoshAcmeException(
                    "PluginCannotValidate",
                    ErrorKind.InvalidArgument,
                    $"The plugin {plugin.Name} answers {plugin.ChallengeType}, but the wildcard {plan.Identifiers[i].Value} can be validated by DNS only.",
                    "Use a plugin for DNS; with several values, -Plugin takes one for each name.");
            }
        }

        Check(account, plan.Names, plugins, request.PluginArgs);
    }

    /// <summary>Of a list for all names, which may be shorter: then the last one repeats.</summary>
    public static string? Pick(IReadOnlyList<string> values, int index) => values.Count == 0 ? null : values[Math.Min(index, values.Count - 1)];

    /// <summary>
    /// Who answers for names of the order. A record that several names are delegated to is published with one set of
    /// arguments: that of the first of them.
    /// </summary>
    /// <param name="sets">The arguments.</param>
    /// <param name="positions">The positions of the names in the order.</param>
    /// <exception cref="PoshAcmeException"><c>PluginNotFound</c>.</exception>
    public IReadOnlyList<ArgumentChoice> Choose(ArgumentSets sets, IReadOnlyList<int> positions) => [.. positions.Select(position =>
    {
        var plugin = At(position);
        var first = Pick(_order.DnsAlias, position) is { Length: > 0 } alias
            ? Enumerable.Range(0, _order.Names.Count).FirstOrDefault(i => string.Equals(Pick(_order.DnsAlias, i), alias, StringComparison.OrdinalIgnoreCase))
            : position;
        return new ArgumentChoice(plugin, sets.KeyFor(_order.Names[Math.Min(first, _order.Names.Count - 1)], plugin));
    })];

    /// <summary>Makes a plugin.</summary>
    /// <exception cref="PoshAcmeException"><c>InvalidPluginArguments</c>: it says whose they are.</exception>
    public static IChallengePlugin Make(ArgumentChoice choice, ArgumentSets sets, PluginEnvironment environment)
    {
        try
        {
            return choice.Plugin.Create(sets.For(choice.Key), environment with { IsOneOfSeveral = sets.ForNames.Count > 0 });
        }
        catch (PoshAcmeException e) when (e.ErrorId == InvalidArguments)
        {
            var named = sets.Named(e, choice.Key);
            if (ReferenceEquals(named, e))
            {
                throw;
            }

            throw named;
        }
    }

    /// <summary>The arguments that are kept for these plugins; what belongs to others need not be readable.</summary>
    /// <exception cref="PoshAcmeException"><c>PluginArgumentUnreadable</c>, <c>CorruptProfileFile</c>.</exception>
    public ArgumentSets Read(StoredAccount account, IReadOnlyList<PluginDescriptor> plugins)
        => Merge(account, plugins, null);

    /// <summary>
    /// Keeps arguments with the order. A plugin that is given any loses the former ones, of all names, as they may not go
    /// together; what belongs to no plugin of the order, or to no name, is not kept, and a warning says so. Paths are kept
    /// as full ones: a renewal may run in another folder.
    /// </summary>
    /// <exception cref="PoshAcmeException"><c>InvalidPluginArguments</c>, <c>PluginArgumentNotStorable</c>, <c>ProfileWriteFailed</c>.</exception>
    public void Save(StoredAccount account, IReadOnlyDictionary<string, object?> given)
    {
        var plugins = _order.Plugin.Select(Catalog.Find).OfType<PluginDescriptor>().Distinct().ToList();
        var sets = ArgumentSets.Read(given, plugins, _order.Names);
        if (sets.Unmatched.Count > 0)
        {
            _session.Reporter.Warning($"The order '{_order.Name}' has no name that these plugin arguments are for, so they are not kept: {string.Join(", ", sets.Unmatched)}.");
        }

        var foreign = Foreign(sets, plugins);
        if (foreign.Count > 0)
        {
            _session.Reporter.Warning($"No plugin of the order '{_order.Name}' takes these arguments, so they are not kept: {string.Join(", ", foreign)}.");
        }

        IReadOnlyDictionary<string, object?> Kept(IEnumerable<KeyValuePair<string, object?>> arguments)
            => plugins.Aggregate(
                arguments.Where(a => plugins.Any(p => p.Takes(a.Key))),
                (IEnumerable<KeyValuePair<string, object?>> kept, PluginDescriptor plugin) => plugin.WithFullPaths(kept, _session.CurrentFolder))
                .ToDictionary(a => a.Key, a => a.Value, StringComparer.OrdinalIgnoreCase);

        Store.SavePluginArguments(
            account,
            _order,
            [.. Addressed(plugins, sets).SelectMany(p => p.Parameters).Select(p => p.Name).Distinct(StringComparer.OrdinalIgnoreCase)],
            Kept(sets.ForAll),
            sets.ForNames.ToDictionary(set => set.Key, set => Kept(set.Value), StringComparer.OrdinalIgnoreCase));
    }

    private ArgumentSets Merge(StoredAccount account, IReadOnlyList<PluginDescriptor> plugins, ArgumentSets? given)
    {
        var addressed = Addressed(plugins, given);
        bool IsKept(string name) => plugins.Any(p => p.Takes(name)) && !addressed.Any(p => p.Takes(name));

        var forAll = new Dictionary<string, object?>(Store.ReadPluginArguments(account, _order, IsKept), StringComparer.OrdinalIgnoreCase);
        var forNames = Store.ReadNamedPluginArguments(account, _order, IsKept)
            .ToDictionary(set => set.Key, set => new Dictionary<string, object?>(set.Value, StringComparer.OrdinalIgnoreCase), StringComparer.OrdinalIgnoreCase);
        if (given is not null)
        {
            Add(forAll, given.ForAll);
            foreach (var set in given.ForNames)
            {
                if (!forNames.TryGetValue(set.Key, out var own))
                {
                    forNames.Add(set.Key, own = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase));
                }

                Add(own, set.Value);
            }
        }

        return new ArgumentSets(forAll, forNames.ToDictionary(set => set.Key, set => (IReadOnlyDictionary<string, object?>)set.Value, StringComparer.OrdinalIgnoreCase));
    }

    private static void Add(Dictionary<string, object?> arguments, IReadOnlyDictionary<string, object?> more)
    {
        foreach (var argument in more)
        {
            arguments[argument.Key] = argument.Value;
        }
    }

    private static List<string> Foreign(ArgumentSets sets, IReadOnlyList<PluginDescriptor> plugins)
        => [.. sets.Arguments.Where(name => !plugins.Any(p => p.Takes(name)))];

    private static List<PluginDescriptor> Addressed(IReadOnlyList<PluginDescriptor> plugins, ArgumentSets? given)
        => given is null ? [] : [.. plugins.Where(p => given.Arguments.Any(p.Takes))];
}
