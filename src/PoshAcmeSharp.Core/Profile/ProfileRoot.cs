namespace PoshAcmeSharp.Profile;

/// <summary>Where the profile is.</summary>
public static class ProfileRoot
{
    /// <summary>The environment variable that names another place.</summary>
    public const string EnvironmentVariable = "POSHACME_HOME";

    private const string FolderName = "Posh-ACME";

    /// <summary>
    /// The profile of this user on this machine: <c>POSHACME_HOME</c> when it is set, with variables in it expanded; else
    /// <c>%LOCALAPPDATA%\Posh-ACME</c> on Windows, <c>$HOME/Library/Preferences/Posh-ACME</c> on macOS,
    /// <c>$HOME/.config/Posh-ACME</c> elsewhere.
    /// </summary>
    /// <returns>A full path. It need not exist: a home that was named and is missing is created, never silently left for the default.</returns>
    /// <exception cref="PoshAcmeException"><c>ProfileHomeUnknown</c>: the user has no home folder.</exception>
    public static string Default() => Default(Environment.GetEnvironmentVariable, SystemKinds.Current);

    /// <summary>The same for any environment and system.</summary>
    internal static string Default(Func<string, string?> environment, SystemKind system)
    {
        var named = environment(EnvironmentVariable);
        if (!string.IsNullOrWhiteSpace(named))
        {
            return Path.GetFullPath(Environment.ExpandEnvironmentVariables(named!.Trim()));
        }

        var (variable, folder) = system == SystemKind.Windows ? ("LOCALAPPDATA", "")
            : system == SystemKind.Mac ? ("HOME", "Library/Preferences")
            : ("HOME", ".config");
        var home = environment(variable);
        return string.IsNullOrWhiteSpace(home)
            ? throw new PoshAcmeException(
                "ProfileHomeUnknown",
                ErrorKind.InvalidOperation,
                $"The environment variable {variable} is not set, so there is no place for the profile.",
                $"Set {EnvironmentVariable} to a folder for it.")
            : Path.Combine(home!, folder, FolderName);
    }
}
