using PoshAcmeSharp.Challenges;

namespace PoshAcmeSharp.PowerShell.ScriptPlugins;

/// <summary>
/// The plugin scripts in folders: those of a command or an order, those that the environment variable POSHACME_PLUGINS
/// names, separated as in PATH, and that of an installed Posh-ACME. Of two scripts with one name the first counts.
/// </summary>
/// <param name="session">Gives the session of PowerShell that they belong to, when it is needed.</param>
/// <param name="reporter">Where it is told what is left out.</param>
/// <param name="first">The full paths of the folders that are looked through first.</param>
internal sealed class ScriptPluginSource(Func<ScriptPluginSession> session, IReporter reporter, IReadOnlyList<string>? first = null) : IPluginSource
{
    private const string Variable = "POSHACME_PLUGINS";
    private const string Extension = ".ps1";

    /// <summary>Templates for authors, which lie among Posh-ACME's own.</summary>
    private const string ExamplePrefix = "_Example";

    /// <summary>The names of all scripts. None of them is opened.</summary>
    /// <param name="first">The full paths of the folders that are looked through first.</param>
    public static IEnumerable<string> ListNames(IReadOnlyList<string>? first = null)
        => new ScriptPluginSource(() => throw new NotSupportedException(), NullReporter.Instance, first).Listed().Select(NameOf);

    /// <inheritdoc/>
    public IReadOnlyList<PluginDescriptor> List()
    {
        var plugins = new Dictionary<string, PluginDescriptor>(StringComparer.OrdinalIgnoreCase);
        foreach (var file in Listed())
        {
            var name = NameOf(file);
            if (plugins.TryGetValue(name, out var first))
            {
                reporter.Verbose($"The plugin script '{file.FullName}' is hidden by '{first.Path}'.");
                continue;
            }

            try
            {
                plugins.Add(name, session().Read(file, reporter));
            }
            catch (PoshAcmeException e)
            {
                reporter.Warning($"{e.Message} It is left out.");
            }
        }

        return [.. plugins.Values];
    }

    /// <inheritdoc/>
    public PluginDescriptor? Find(string name)
    {
        if (Named(name).FirstOrDefault() is not { } file)
        {
            return null;
        }

        reporter.Verbose($"The plugin {name} is the script '{file.FullName}'.");
        return session().Read(file, reporter);
    }

    /// <inheritdoc/>
    /// <remarks>Without warnings: who asks has a plugin already.</remarks>
    public IReadOnlyList<string> Locate(string name) => [.. new ScriptPluginSource(session, NullReporter.Instance, first).Named(name).Select(f => f.FullName)];

    /// <inheritdoc/>
    public IPluginSource WithFolders(IReadOnlyList<string> folders) => new ScriptPluginSource(session, reporter, [.. folders, .. first ?? []]);

    private static string NameOf(FileInfo file) => Path.GetFileNameWithoutExtension(file.Name);

    private IEnumerable<FileInfo> Named(string name) => Scripts().Where(f => string.Equals(NameOf(f), name, StringComparison.OrdinalIgnoreCase));

    private IEnumerable<FileInfo> Listed() => Scripts().Where(f => !f.Name.StartsWith(ExamplePrefix, StringComparison.OrdinalIgnoreCase));

    private IEnumerable<FileInfo> Scripts() => Folders().SelectMany(folder =>
    {
        try
        {
            // Windows finds .ps1xml for *.ps1 too.
            return folder.GetFiles("*" + Extension)
                .Where(f => string.Equals(f.Extension, Extension, StringComparison.OrdinalIgnoreCase))
                .OrderBy(f => f.Name, StringComparer.OrdinalIgnoreCase);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            reporter.Warning($"The folder '{folder.FullName}' of plugin scripts cannot be read: {e.Message}");
            return Enumerable.Empty<FileInfo>();
        }
    });

    /// <summary>None twice; the later ones are not looked for before they are needed.</summary>
    private IEnumerable<DirectoryInfo> Folders()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var folder in OwnFolders().Concat(FoldersOfVariable()).Concat(InstalledPlugins.Find()))
        {
            if (seen.Add(folder.FullName.TrimEnd(Path.DirectorySeparatorChar)))
            {
                yield return folder;
            }
        }
    }

    private IEnumerable<DirectoryInfo> OwnFolders()
    {
        foreach (var path in first ?? [])
        {
            if (Directory.Exists(path))
            {
                yield return new DirectoryInfo(path);
            }
            else
            {
                reporter.Warning($"The folder '{path}' of plugin scripts, which is kept with the order, does not exist. Set-PAOrder -PluginPath gives it another one.");
            }
        }
    }

    private IEnumerable<DirectoryInfo> FoldersOfVariable()
    {
        var value = Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrWhiteSpace(value))
        {
            yield break;
        }

        // A name may have the separator in it.
        foreach (var path in Directory.Exists(value) ? [value] : value!.Split([Path.PathSeparator], StringSplitOptions.RemoveEmptyEntries))
        {
            if (Directory.Exists(path))
            {
                yield return new DirectoryInfo(path);
            }
            else
            {
                reporter.Warning($"The environment variable {Variable} names the folder '{path}', which does not exist. Its plugins are not used.");
            }
        }
    }
}
