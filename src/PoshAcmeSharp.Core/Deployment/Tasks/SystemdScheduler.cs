using System.Globalization;
using System.Text;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Deployment.Tasks;

/// <summary>Renewal tasks as timers of systemd: of the system for root, else of the user.</summary>
public sealed class SystemdScheduler : IRenewalTaskScheduler
{
    private const string Program = "systemctl";
    private const string TimerSuffix = ".timer";
    private readonly IProgramRunner _runner;
    private readonly TaskFiles _files;
    private readonly TaskFolders _folders;
    private readonly string _user;

    /// <summary>Makes one.</summary>
    /// <param name="runner">Runs systemctl.</param>
    /// <param name="fileSystem">Where units and scripts are.</param>
    /// <param name="folders">In which folders.</param>
    /// <param name="user">The name of the user at work.</param>
    public SystemdScheduler(IProgramRunner runner, IFileSystem fileSystem, TaskFolders folders, string user)
        => (_runner, _files, _folders, _user) = (runner, new TaskFiles(fileSystem), folders, user);

    /// <inheritdoc/>
    public TaskSchedulerKind Kind => TaskSchedulerKind.Systemd;

    /// <summary>Whether systemd runs this machine, and would run timers there.</summary>
    /// <param name="runner">Runs programs.</param>
    /// <param name="fileSystem">The disk.</param>
    /// <param name="isSystem">Whether timers of the system are meant; a user needs a session or lingering for their own.</param>
    public static bool IsAvailable(IProgramRunner runner, IFileSystem fileSystem, bool isSystem)
        => fileSystem.DirectoryExists("/run/systemd/system") && runner.Exists(Program)
            && (isSystem || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR")));

    /// <summary>
    /// Whether timers run while the user is not logged in. Those of a user who does not linger end with the last session.
    /// </summary>
    /// <param name="fileSystem">The disk.</param>
    /// <param name="user">The name of the user.</param>
    public static bool Lingers(IFileSystem fileSystem, string user) => fileSystem.FileExists("/var/lib/systemd/linger/" + user);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<RenewalTask>> ListAsync(CancellationToken cancellationToken)
    {
        var tasks = new List<RenewalTask>();
        foreach (var file in _files.List(_folders.Units).Where(f => f.EndsWith(TimerSuffix, StringComparison.Ordinal)))
        {
            var name = file.Substring(0, file.Length - TimerSuffix.Length);
            if (_files.Read(UnitPath(name, TimerSuffix)) is { } timer && SystemdUnits.IsOurs(timer))
            {
                tasks.Add(await ReadAsync(name, timer, cancellationToken).ConfigureAwait(false));
            }
        }

        return tasks;
    }

    /// <inheritdoc/>
    public Task<bool> IsRegisteredAsync(RenewalTaskDefinition definition, CancellationToken cancellationToken)
        => Task.FromResult(FilesOf(definition).All(file => _files.Read(file.Path) == file.Text));

    /// <inheritdoc/>
    public async Task RegisterAsync(RenewalTaskDefinition definition, CancellationToken cancellationToken)
    {
        var files = FilesOf(definition);
        foreach (var (path, _) in files.Where(file => !file.Path.EndsWith(".ps1", StringComparison.Ordinal)))
        {
            if (_files.Read(path) is { } there && !SystemdUnits.IsOurs(there))
            {
                throw new PoshAcmeException(
                    "TaskNameTaken", ErrorKind.InvalidOperation, $"'{path}' is there already, and is no renewal task.", "Choose another name with -Name.");
            }
        }

        foreach (var (path, text) in files)
        {
            _files.Write(path, text);
        }

        await RunAsync(["daemon-reload"], cancellationToken).ConfigureAwait(false);
        await RunAsync(["enable", definition.Name + TimerSuffix], cancellationToken).ConfigureAwait(false);

        // And not "enable --now": a timer that runs already would go on with its former time.
        await RunAsync(["restart", definition.Name + TimerSuffix], cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task UnregisterAsync(string name, CancellationToken cancellationToken)
    {
        await RunAsync(["disable", "--now", RenewalTaskName.Check(name) + TimerSuffix], cancellationToken).ConfigureAwait(false);
        _files.Delete(UnitPath(name, TimerSuffix));
        _files.Delete(UnitPath(name, ".service"));
        _files.Delete(_folders.ScriptPath(name));
        await RunAsync(["daemon-reload"], cancellationToken).ConfigureAwait(false);
    }

    private async Task<RenewalTask> ReadAsync(string name, string timer, CancellationToken cancellationToken)
    {
        var service = _files.Read(UnitPath(name, ".service")) ?? string.Empty;
        var task = new RenewalTask
        {
            Name = name,
            Scheduler = Kind,
            Schedule = SystemdUnits.ScheduleOf(timer),
            Account = SystemdUnits.Value(service, "User") ?? _user,
            Command = SystemdUnits.Value(service, "ExecStart") ?? string.Empty,
            Script = _files.Read(_folders.ScriptPath(name)),
        };

        // Where systemd cannot be asked, what the files say is still true.
        if (!_runner.Exists(Program))
        {
            return task;
        }

        var ofTimer = await ShowAsync(name + TimerSuffix, ["ActiveState", "NextElapseUSecRealtime"], cancellationToken).ConfigureAwait(false);
        var ofService = await ShowAsync(name + ".service", ["ExecMainExitTimestamp", "ExecMainStartTimestamp", "ExecMainStatus", "Result"], cancellationToken).ConfigureAwait(false);
        var hasEnded = SystemdUnits.Time(Get(ofService, "ExecMainExitTimestamp")) is not null;
        return task with
        {
            Enabled = Get(ofTimer, "ActiveState") == "active",
            NextRun = SystemdUnits.Time(Get(ofTimer, "NextElapseUSecRealtime")),
            LastRun = SystemdUnits.Time(Get(ofService, "ExecMainStartTimestamp")),
            LastResult = hasEnded && long.TryParse(Get(ofService, "ExecMainStatus"), NumberStyles.Integer, CultureInfo.InvariantCulture, out var code) ? code : null,
        };
    }

    private List<(string Path, string Text)> FilesOf(RenewalTaskDefinition definition)
    {
        var name = RenewalTaskName.Check(definition.Name);
        var script = _folders.ScriptPath(name);
        return
        [
            (script, definition.Script.ToFileText()),
            (UnitPath(name, ".service"), SystemdUnits.Service(definition, script, _folders.IsSystem ? _user : null)),
            (UnitPath(name, TimerSuffix), SystemdUnits.Timer(definition)),
        ];
    }

    private string UnitPath(string name, string suffix) => Path.Combine(_folders.Units, name + suffix);

    private async Task<IReadOnlyDictionary<string, string>> ShowAsync(string unit, string[] properties, CancellationToken cancellationToken)
    {
        var result = await CallAsync(["show", unit, "--property=" + string.Join(",", properties)], cancellationToken).ConfigureAwait(false);
        return Encoding.UTF8.GetString(result.Output).Split('\n')
            .Select(line => line.Split(['='], 2))
            .Where(parts => parts.Length == 2)
            .GroupBy(parts => parts[0])
            .ToDictionary(group => group.Key, group => group.Last()[1].Trim());
    }

    private static string? Get(IReadOnlyDictionary<string, string> values, string name) => values.TryGetValue(name, out var value) ? value : null;

    private async Task RunAsync(string[] arguments, CancellationToken cancellationToken)
    {
        var result = await CallAsync(arguments, cancellationToken).ConfigureAwait(false);
        if (result.ExitCode != 0)
        {
            throw new PoshAcmeException(
                "SystemctlFailed",
                ErrorKind.InvalidOperation,
                $"'{Program} {string.Join(" ", arguments)}' failed: {Text.Cut(result.Errors, 500)} (exit code {result.ExitCode}).",
                _folders.IsSystem ? "Run as root, where systemd runs; or choose -Scheduler Cron." : "Log in as the user (not by su), where systemd runs; or choose -Scheduler Cron.");
        }
    }

    private Task<ProgramResult> CallAsync(string[] arguments, CancellationToken cancellationToken)
        => _runner.RunAsync(Program, _folders.IsSystem ? arguments : ["--user", .. arguments], input: null, cancellationToken);
}
