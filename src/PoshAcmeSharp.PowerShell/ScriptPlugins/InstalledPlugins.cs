using System.Text.RegularExpressions;

namespace PoshAcmeSharp.PowerShell.ScriptPlugins;

/// <summary>The plugin scripts of a Posh-ACME that is installed on the module path. The module itself is not loaded.</summary>
internal static class InstalledPlugins
{
    private const string Module = "Posh-ACME";
    private const string Manifest = Module + ".psd1";

    /// <summary>The folder of the newest version; nothing when none is installed.</summary>
    public static IEnumerable<DirectoryInfo> Find()
        => (Environment.GetEnvironmentVariable("PSModulePath") ?? string.Empty)
            .Split([Path.PathSeparator], StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(VersionsIn)
            .OrderByDescending(found => found.Version)
            .Select(found => found.Plugins)
            .Take(1);

    private static IEnumerable<(Version Version, DirectoryInfo Plugins)> VersionsIn(string modulePath)
    {
        try
        {
            // As PowerShell installs it, each version in a folder of its own; or as one copies it, without that.
            var module = new DirectoryInfo(Path.Combine(modulePath.Trim(), Module));
            return module.Exists ? [.. module.GetDirectories().Prepend(module).Select(Look).OfType<(Version, DirectoryInfo)>()] : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return [];
        }
    }

    private static (Version Version, DirectoryInfo Plugins)? Look(DirectoryInfo folder)
    {
        var manifest = Path.Combine(folder.FullName, Manifest);
        var plugins = new DirectoryInfo(Path.Combine(folder.FullName, "Plugins"));
        if (!plugins.Exists || !File.Exists(manifest))
        {
            return null;
        }

        if (!Version.TryParse(folder.Name, out var version))
        {
            var match = Regex.Match(File.ReadAllText(manifest), @"^\s*ModuleVersion\s*=\s*['""](?<version>[\d.]+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, TimeSpan.FromSeconds(1));
            version = match.Success && Version.TryParse(match.Groups["version"].Value, out var stated) ? stated : new Version(0, 0);
        }

        return (version, plugins);
    }
}
