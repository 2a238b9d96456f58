namespace PoshAcmeSharp.Challenges;

/// <summary>The plugins that can be named. Of two with one name the first counts.</summary>
public sealed class PluginCatalog
{
    private readonly IReadOnlyList<PluginDescriptor> _builtIn;
    private readonly IPluginSource? _others;
    private readonly bool _prefersOthers;

    /// <summary>Makes a catalogue.</summary>
    /// <param name="builtIn">The plugins that are part of the program.</param>
    /// <param name="others">Further ones, such as scripts; asked only for a list, or for one that is not built in.</param>
    /// <param name="prefersOthers">Whether the others come first; then they are asked for every plugin.</param>
    public PluginCatalog(IReadOnlyList<PluginDescriptor> builtIn, IPluginSource? others = null, bool prefersOthers = false)
    {
        _builtIn = builtIn;
        _others = others;
        _prefersOthers = prefersOthers;
    }

    /// <summary>A catalogue without plugins.</summary>
    public static PluginCatalog Empty { get; } = new([]);

    /// <summary>The same catalogue for somebody who wants something of their own.</summary>
    /// <param name="folders">The full paths of folders of plugins that are looked through first among the others.</param>
    /// <param name="prefersOthers">Whether the others come before what is built in.</param>
    /// <returns>The catalogue.</returns>
    public PluginCatalog For(IReadOnlyList<string> folders, bool prefersOthers)
        => folders.Count == 0 && prefersOthers == _prefersOthers
            ? this
            : new PluginCatalog(_builtIn, folders.Count == 0 ? _others : _others?.WithFolders(folders), prefersOthers);

    /// <summary>All plugins by name.</summary>
    /// <returns>The plugins; none twice.</returns>
    public IReadOnlyList<PluginDescriptor> List()
    {
        var others = _others?.List() ?? [];
        var all = _prefersOthers
            ? others.Concat(_builtIn.Where(b => !others.Any(o => b.IsNamed(o.Name))))
            : _builtIn.Concat(others.Where(o => !_builtIn.Any(b => b.IsNamed(o.Name))));
        return [.. all.OrderBy(p => p.Name, StringComparer.OrdinalIgnoreCase)];
    }

    /// <summary>Looks for a plugin.</summary>
    /// <param name="name">Its name or an alias; upper and lower case alike.</param>
    /// <returns>The plugin, or null.</returns>
    /// <exception cref="PoshAcmeException">It is there but cannot be used.</exception>
    public PluginDescriptor? Find(string name)
    {
        var builtIn = _builtIn.FirstOrDefault(p => p.IsNamed(name));
        if (!_prefersOthers)
        {
            return builtIn ?? _others?.Find(name);
        }

        // By an alias, its own name is meant.
        return _others?.Find(builtIn?.Name ?? name) ?? builtIn;
    }

    /// <summary>The plugin of a name.</summary>
    /// <param name="name">Its name or an alias; upper and lower case alike.</param>
    /// <returns>The plugin.</returns>
    /// <exception cref="PoshAcmeException"><c>PluginNotFound</c>: there is none; or it is there but cannot be used.</exception>
    public PluginDescriptor Require(string name) => Find(name) ?? throw new PoshAcmeException(
        "PluginNotFound",
        ErrorKind.NotFound,
        $"There is no plugin '{name}'.",
        "Get-PAPlugin lists the plugins; -PluginPath or POSHACME_PLUGINS names a folder with more of them.");

    /// <summary>Where plugins lie that have the name of one and do not count.</summary>
    /// <param name="plugin">The one that counts.</param>
    /// <returns>The full paths of their files; null stands for one that is built in.</returns>
    public IReadOnlyList<string?> FindHidden(PluginDescriptor plugin)
    {
        var files = (_others?.Locate(plugin.Name) ?? []).Where(path => path != plugin.Path);
        return plugin.Path is not null && _builtIn.Any(b => b.IsNamed(plugin.Name)) ? [null, .. files] : [.. files];
    }
}
