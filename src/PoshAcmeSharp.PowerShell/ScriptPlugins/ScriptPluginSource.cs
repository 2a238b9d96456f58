using PoshAcmeSharp.Challenges;

namespace PoshAcmeSharp.PowerShell.ScriptPlugins;

/// <summary>
/// The plugin scripts in the folders that the environment variable POSHACME_PLUGINS names, separated as in PATH. Of two
/// scripts with one name the first counts.
/// </summary>
/// <param name="session">Gives the session of PowerShell that they belong to, when it is needed.</param>
/// <param name="reporter">Where it is told what is left out.</param>
internal sealed class ScriptPluginSource(Func<ScriptPluginSession> session, IReporter reporter) : IPluginSource
{
    private const string Variable = "POSHACME_PLUGINS";
    private const string Extension = ".ps1";

    /// <summary>Templates for authors, which lie among Posh-ACME's own.</summary>
    private const string ExamplePrefix = "_Example";

    /// <summary>The names of all scripts. None of them is opened.</summary>
    public static IEnumerable<string> ListNames() => Listed(NullReporter.Instance).Select(NameOf);

    /// <inheritdoc/>
    public IReadOnlyList<PluginDescriptor> List()
    {
        var plugins = new Dictionary<string, PluginDescriptor>(StringComparer.OrdinalIgnoreCase);
        foreach (var file in Listed(reporter))
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
        => Scripts(reporter).FirstOrDefault(f => string.Equals(NameOf(f), name, StringComparison.OrdinalIgnoreCase)) is { } file
            ? session().Read(file, reporter)
            : null;

    private static string NameOf(FileInfo file) => Path.GetFileNameWithoutExtension(file.Name);

    private static IEnumerable<FileInfo> Listed(IReporter reporter)
        => Scripts(reporter).Where(f => !f.Name.StartsWith(ExamplePrefix, StringComparison.OrdinalIgnoreCase));

    private static IEnumerable<FileInfo> Scripts(IReporter reporter) => Folders(reporter).SelectMany(folder =>
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
            reporter.Warning($"The folder '{folder.FullName}' of {Variable} cannot be read: {e.Message}");
            return Enumerable.Empty<FileInfo>();
        }
    });

    private static IEnumerable<DirectoryInfo> Folders(IReporter reporter)
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
