namespace PoshAcmeSharp.Challenges;

/// <summary>The plugins that can be named. Of two with one name the first counts.</summary>
public sealed class PluginCatalog
{
    private readonly IReadOnlyList<PluginDescriptor> _builtIn;
    private readonly Lazy<IReadOnlyList<PluginDescriptor>> _others;

    /// <summary>Makes a catalogue.</summary>
    /// <param name="builtIn">The plugins that are part of the program.</param>
    /// <param name="others">Gives further ones, such as scripts; asked only when one is looked for that is not built in.</param>
    public PluginCatalog(IReadOnlyList<PluginDescriptor> builtIn, Func<IReadOnlyList<PluginDescriptor>>? others = null)
    {
        _builtIn = builtIn;
        _others = new Lazy<IReadOnlyList<PluginDescriptor>>(others ?? (static () => []));
    }

    /// <summary>A catalogue without plugins.</summary>
    public static PluginCatalog Empty { get; } = new([]);

    /// <summary>All plugins by name.</summary>
    /// <returns>The plugins; none twice.</returns>
    public IReadOnlyList<PluginDescriptor> List()
        => [.. _builtIn.Concat(_others.Value.Where(o => !_builtIn.Any(b => b.IsNamed(o.Name)))).OrderBy(p => p.Name, StringComparer.OrdinalIgnoreCase)];

    /// <summary>Looks for a plugin.</summary>
    /// <param name="name">Its name or an alias; upper and lower case alike.</param>
    /// <returns>The plugin, or null.</returns>
    public PluginDescriptor? Find(string name)
        => _builtIn.FirstOrDefault(p => p.IsNamed(name)) ?? _others.Value.FirstOrDefault(p => p.IsNamed(name));

    /// <summary>The plugin of a name.</summary>
    /// <param name="name">Its name or an alias; upper and lower case alike.</param>
    /// <returns>The plugin.</returns>
    /// <exception cref="PoshAcmeException"><c>PluginNotFound</c>: there is none.</exception>
    public PluginDescriptor Require(string name) => Find(name) ?? throw new PoshAcmeException(
        "PluginNotFound",
        ErrorKind.NotFound,
        $"There is no plugin '{name}'.",
        "Get-PAPlugin lists the plugins; POSHACME_PLUGINS names a folder with more of them.");
}
