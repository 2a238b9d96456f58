namespace PoshAcmeSharp.Challenges;

/// <summary>Makes full paths of the values of arguments that name files or folders.</summary>
internal static class ArgumentPath
{
    private const string Home = "~";

    private static readonly char[] Separators = [Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar];

    /// <summary>Makes a path, or each of several, a full one.</summary>
    /// <param name="plugin">The plugin's name, for the error.</param>
    /// <param name="name">The argument's name, for the error.</param>
    /// <param name="value">The value; what is no text stays as it is.</param>
    /// <param name="currentFolder">The full path where relative paths begin; null: the current folder of the process.</param>
    /// <exception cref="PoshAcmeException"><c>InvalidPluginArguments</c>: it cannot be a path.</exception>
    public static object? ToFull(string plugin, string name, object? value, string? currentFolder)
    {
        try
        {
            return value switch
            {
                string path => ToFull(path, currentFolder),
                IEnumerable<string> paths => paths.Select(p => ToFull(p, currentFolder)).ToArray(),
                object?[] values => Array.ConvertAll(values, v => v is string path ? ToFull(path, currentFolder) : v),
                _ => value,
            };
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException or PathTooLongException)
        {
            throw new PoshAcmeException(
                "InvalidPluginArguments",
                ErrorKind.InvalidArgument,
                $"The argument {name} of the plugin {plugin} is no path: {e.Message}",
                $"Give {name} anew with -PluginArgs.",
                e);
        }
    }

    /// <summary>Makes a path a full one.</summary>
    /// <param name="path">The path.</param>
    /// <param name="currentFolder">As above.</param>
    /// <returns>The full path; null when it cannot be a path.</returns>
    public static string? Resolve(string path, string? currentFolder)
    {
        try
        {
            return string.IsNullOrWhiteSpace(path) ? null : ToFull(path, currentFolder);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException or PathTooLongException)
        {
            return null;
        }
    }

    /// <summary>An empty one stays empty: the plugin says that it needs it.</summary>
    private static string ToFull(string path, string? currentFolder)
        => string.IsNullOrWhiteSpace(path) ? path : Path.GetFullPath(Path.Combine(currentFolder ?? string.Empty, WithoutHome(path)));

    /// <summary>As in PowerShell, a tilde at the beginning is the user's home.</summary>
    private static string WithoutHome(string path)
        => path == Home || (path.StartsWith(Home, StringComparison.Ordinal) && path.IndexOfAny(Separators) == Home.Length)
            ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), path.Substring(Home.Length).TrimStart(Separators))
            : path;
}
