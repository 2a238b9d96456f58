using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Dns;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Issuance;

/// <summary>The plugins that validate one order: one for each set of arguments, made when it is first asked for.</summary>
/// <param name="session">The profile at work.</param>
/// <param name="resolver">Who asks the DNS; null: a resolver of the system's network.</param>
/// <param name="account">The account.</param>
/// <param name="order">The order.</param>
internal sealed class MadePlugins(ProfileSession session, IDnsResolver? resolver, StoredAccount account, StoredOrder order) : IDisposable
{
    private readonly OrderPlugins _plugins = new(session, order);
    private readonly Dictionary<ArgumentChoice, IChallengePlugin> _made = [];
    private readonly Dictionary<PluginDescriptor, ArgumentSets> _sets = [];

    /// <summary>Who answers for names of the order.</summary>
    /// <param name="positions">The positions of the names in the order.</param>
    /// <exception cref="PoshAcmeException"><c>PluginNotFound</c>, <c>PluginArgumentUnreadable</c>, <c>CorruptProfileFile</c>.</exception>
    public IReadOnlyList<ArgumentChoice> Choose(IReadOnlyList<int> positions)
    {
        var plugins = positions.Select(_plugins.At).Distinct().ToList();
        var sets = _plugins.Read(account, plugins);
        foreach (var plugin in plugins)
        {
            _sets[plugin] = sets;
        }

        return _plugins.Choose(sets, positions);
    }

    /// <summary>The plugin of a choice.</summary>
    /// <exception cref="PoshAcmeException"><c>InvalidPluginArguments</c>.</exception>
    public IChallengePlugin Get(ArgumentChoice choice)
    {
        if (!_sets.TryGetValue(choice.Plugin, out var sets))
        {
            _sets.Add(choice.Plugin, sets = _plugins.Read(account, [choice.Plugin]));
        }

        // Arguments that are kept no more: those of all names may do.
        var present = choice.Key is { } key && sets.ForNames.ContainsKey(key) ? choice : choice with { Key = null };
        if (!_made.TryGetValue(present, out var made))
        {
            _made.Add(present, made = OrderPlugins.Make(present, sets, session.EnvironmentFor(account) with { Resolver = resolver }));
        }

        return made;
    }

    /// <summary>The plugin of a name, with the arguments that it had.</summary>
    /// <exception cref="PoshAcmeException"><c>PluginNotFound</c>, <c>InvalidPluginArguments</c>, <c>PluginArgumentUnreadable</c>.</exception>
    public IChallengePlugin Get(string plugin, string? key) => Get(new ArgumentChoice(_plugins.Require(plugin), key));

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var plugin in _made.Values.OfType<IDisposable>())
        {
            plugin.Dispose();
        }
    }
}
