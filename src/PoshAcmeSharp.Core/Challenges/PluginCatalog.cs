namespace PoshAcmeSharp.Challenges;

/// <summary>The plugins that can be named. Of two with one name the first counts.</summary>
public sealed class PluginCatalog
{
    private readonly IReadOnlyList<PluginDescriptor> _builtIn;
    private readonly IPluginSource? _others;

    /// <summary>Makes a catalogue.</summary>
    /// <param name="builtIn">The plugins that are part of the program.</param>
    /// <param name="others">Further ones, such as scripts; asked only for a list, or for one that is not built in.</param>
    public PluginCatalog(IReadOnlyList<PluginDescriptor> builtIn, IPluginSource? others = null)
    {
        _builtIn = builtIn;
        _others = others;
    }

    /// <summary>A catalogue without plugins.</summary>
    public static PluginCatalog Empty { get; } = new([]);

    /// <summary>All plugins by name.</summary>
    /// <returns>The plugins; none twice.</returns>
    public IReadOnlyList<PluginDescriptor> List()
        => [.. _builtIn.Concat(Others().Where(o => !_builtIn.Any(b => b.IsNamed(o.Name)))).OrderBy(p => p.Name, StringComparer.OrdinalIgnoreCase)];

    /// <summary>Looks for a plugin.</summary>
    /// <param name="name">Its name or an alias; upper and lower case alike.</param>
    /// <returns>The plugin, or null.</returns>
    /// <exception cref="PoshAcmeException">It is there but cannot be used.</exception>
    public PluginDescriptor? Find(string name)
        => _builtIn.FirstOrDefault(p => p.IsNamed(name)) ?? _others?.Find(name);

    /// <summary>The plugin of a name.</summary>
    /// <param name="name">Its name or an alias; upper and lower case alike.</param>
    /// <returns>The plugin.</returns>
    /// <exception cref="PoshAcmeException"><c>PluginNotFound</c>: there is none; or it is there but cannot be used.</exception>
    public PluginDescriptor Require(string name) => Find(name) ?? throw new PoshAcmeException(
        "PluginNotFound",
        ErrorKind.NotFound,
        $"There is no plugin '{name}'.",
        "Get-PAPlugin lists the plugins; POSHACME_PLUGINS names a folder with more of them.");

    private IReadOnlyList<PluginDescriptor> Others() => _others?.List() ?? [];
}
