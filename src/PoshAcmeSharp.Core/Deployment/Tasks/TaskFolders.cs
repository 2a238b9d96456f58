using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Deployment.Tasks;

/// <summary>Where renewal tasks keep their files on Linux and macOS.</summary>
public sealed record TaskFolders
{
    private const string OwnFolder = "poshacmesharp";

    /// <summary>Whether the tasks are the system's and not one user's.</summary>
    public required bool IsSystem { get; init; }

    /// <summary>The folder of the scripts: full paths with mode 0600.</summary>
    public required string Scripts { get; init; }

    /// <summary>The folder of the units of systemd.</summary>
    public required string Units { get; init; }

    /// <summary>
    /// The folders of the system. The script is run by root, so it does not lie in a home folder: with sudo that may be
    /// another user's.
    /// </summary>
    public static TaskFolders System { get; } = new()
    {
        IsSystem = true,
        Scripts = "/etc/" + OwnFolder,
        Units = "/etc/systemd/system",
    };

    /// <summary>The folders of a user: in <c>XDG_CONFIG_HOME</c>, else in <c>$HOME/.config</c>.</summary>
    /// <exception cref="PoshAcmeException"><c>HomeUnknown</c>: the user has no home folder.</exception>
    public static TaskFolders User() => User(Environment.GetEnvironmentVariable);

    /// <summary>Whether this process belongs to root, whose tasks are the system's.</summary>
    public static bool IsRoot => SystemKinds.Current != SystemKind.Windows && UnixOwners.IsRoot;

    internal static TaskFolders User(Func<string, string?> environment)
    {
        var configuration = environment("XDG_CONFIG_HOME") is { Length: > 0 } named && Path.IsPathRooted(named) ? named
            : environment("HOME") is { Length: > 0 } home ? Path.Combine(home, ".config")
            : throw new PoshAcmeException(
                "HomeUnknown",
                ErrorKind.InvalidOperation,
                "The environment variable HOME is not set, so there is no place for the task.",
                "Set it, or use -Scope System as root.");
        return new()
        {
            IsSystem = false,
            Scripts = Path.Combine(configuration, OwnFolder),
            Units = Path.Combine(configuration, "systemd", "user"),
        };
    }

    internal string ScriptPath(string name) => Path.Combine(Scripts, name + ".ps1");
}
