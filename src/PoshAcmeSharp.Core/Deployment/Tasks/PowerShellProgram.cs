namespace PoshAcmeSharp.Deployment.Tasks;

/// <summary>Which PowerShell a task runs, and how it finds this module there.</summary>
public static class PowerShellProgram
{
    /// <summary>The PowerShell that runs now; of another host, such as an editor, the one that goes with it.</summary>
    /// <param name="process">The full path of the program of this process.</param>
    /// <param name="home">The folder of PowerShell, <c>$PSHOME</c>.</param>
    /// <param name="isDesktop">Whether it is Windows PowerShell.</param>
    /// <param name="exists">Whether a file is there.</param>
    /// <returns>The full path.</returns>
    /// <exception cref="PoshAcmeException"><c>PowerShellNotFound</c>.</exception>
    public static string Find(string? process, string home, bool isDesktop, Func<string, bool> exists)
    {
        var name = isDesktop ? "powershell" : "pwsh";
        if (process is not null && string.Equals(Path.GetFileNameWithoutExtension(process), name, StringComparison.OrdinalIgnoreCase))
        {
            return process;
        }

        return new[] { Path.Combine(home, name + ".exe"), Path.Combine(home, name) }.FirstOrDefault(exists)
            ?? throw new PoshAcmeException(
                "PowerShellNotFound",
                ErrorKind.NotFound,
                $"The PowerShell that the task is to run is not in '{home}'.",
                $"Run the command in {name} itself.");
    }

    /// <summary>
    /// What Import-Module finds this module by: its name where it is installed, so that the task takes updates, else its
    /// full path.
    /// </summary>
    /// <param name="manifest">The full path of the module's manifest.</param>
    /// <param name="modulePath">The folders of PSModulePath.</param>
    /// <param name="home">The folder of PowerShell, <c>$PSHOME</c>.</param>
    /// <param name="otherUsersHome">
    /// The home of this user, if the task runs as another: what is installed for this user alone is not found there.
    /// </param>
    public static string ModuleReference(string manifest, IEnumerable<string> modulePath, string home, string? otherUsersHome)
    {
        // Folders that somebody has added to PSModulePath are unknown to a PowerShell that a scheduler starts.
        var folders = modulePath
            .Select(folder => folder.Replace('\\', '/').TrimEnd('/'))
            .Where(folder => folder.EndsWith("powershell/Modules", StringComparison.OrdinalIgnoreCase) || folder.Equals(home.Replace('\\', '/').TrimEnd('/') + "/Modules", StringComparison.OrdinalIgnoreCase))
            .Where(folder => otherUsersHome is null || !IsBelow(folder, otherUsersHome));
        return folders.Any(folder => IsBelow(manifest, folder)) ? Path.GetFileNameWithoutExtension(manifest.Substring(manifest.LastIndexOfAny(['/', '\\']) + 1)) : manifest;
    }

    private static bool IsBelow(string path, string folder)
        => path.Replace('\\', '/').StartsWith(folder.Replace('\\', '/').TrimEnd('/') + "/", StringComparison.OrdinalIgnoreCase);
}
