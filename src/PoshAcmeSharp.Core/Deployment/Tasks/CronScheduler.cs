using System.Text.RegularExpressions;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Deployment.Tasks;

/// <summary>Renewal tasks in the crontab of this user. The script lies in a file: a line of a crontab is soon too long.</summary>
public sealed class CronScheduler : IRenewalTaskScheduler
{
    private const string Program = "crontab";
    private readonly IProgramRunner _runner;
    private readonly TaskFiles _files;
    private readonly TaskFolders _folders;
    private readonly IClock _clock;

    /// <summary>Makes one.</summary>
    /// <param name="runner">Runs crontab.</param>
    /// <param name="fileSystem">Where the scripts are.</param>
    /// <param name="folders">In which folders.</param>
    /// <param name="clock">The time.</param>
    public CronScheduler(IProgramRunner runner, IFileSystem fileSystem, TaskFolders folders, IClock clock)
        => (_runner, _files, _folders, _clock) = (runner, new TaskFiles(fileSystem), folders, clock);

    /// <summary>Whether the program crontab is there.</summary>
    /// <param name="runner">Runs programs.</param>
    public static bool IsAvailable(IProgramRunner runner) => runner.Exists(Program);

    /// <inheritdoc/>
    public TaskSchedulerKind Kind => TaskSchedulerKind.Cron;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<RenewalTask>> ListAsync(CancellationToken cancellationToken)
        => [.. (await ReadAsync(cancellationToken).ConfigureAwait(false)).Entries
            .Select(entry => new RenewalTask
            {
                Name = entry.Name,
                Scheduler = Kind,
                Schedule = entry.Schedule,
                NextRun = entry.Schedule.Next(_clock.UtcNow.LocalDateTime),
                Account = Environment.UserName,
                Enabled = true,
                Command = entry.Command,
                Script = ScriptPathOf(entry) is { } path ? _files.Read(path) : null,
            })
            .OrderBy(task => task.Name, StringComparer.Ordinal)];

    /// <inheritdoc/>
    public async Task<bool> IsRegisteredAsync(RenewalTaskDefinition definition, CancellationToken cancellationToken)
        => (await ReadAsync(cancellationToken).ConfigureAwait(false)).Entries.Contains(EntryOf(definition))
            && _files.Read(_folders.ScriptPath(definition.Name)) == definition.Script.ToFileText();

    /// <inheritdoc/>
    public async Task RegisterAsync(RenewalTaskDefinition definition, CancellationToken cancellationToken)
    {
        var entry = EntryOf(definition);
        var crontab = (await ReadAsync(cancellationToken).ConfigureAwait(false)).With(entry);
        _files.Write(_folders.ScriptPath(definition.Name), definition.Script.ToFileText());
        await WriteAsync(crontab, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task UnregisterAsync(string name, CancellationToken cancellationToken)
    {
        var crontab = await ReadAsync(cancellationToken).ConfigureAwait(false);
        var scripts = crontab.Entries.Where(entry => entry.Name == name).Select(ScriptPathOf).OfType<string>().ToList();
        await WriteAsync(crontab.Without(name), cancellationToken).ConfigureAwait(false);
        foreach (var script in scripts.Where(path => _files.Read(path) is { } text && RenewalTaskScript.IsOurs(text)))
        {
            _files.Delete(script);
        }
    }

    /// <summary>The script of a task, wherever it was put when it was registered.</summary>
    private static string? ScriptPathOf(CrontabEntry entry)
    {
        var match = Regex.Match(entry.Command, @"-File '(?<path>([^']|'\\'')*)'$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5));
        return match.Success ? match.Groups["path"].Value.Replace(@"'\''", "'") : null;
    }

    private CrontabEntry EntryOf(RenewalTaskDefinition definition)
    {
        var words = new[] { definition.Program }.Concat(RenewalTaskScript.FileArguments(_folders.ScriptPath(RenewalTaskName.Check(definition.Name))));
        var assignments = definition.ProgramEnvironment.Select(variable => $"{variable.Key}={CommandText.Shell(variable.Value)} ");
        return new(
            definition.Name,
            definition.Schedule,
            CommandText.OneLine(string.Concat(assignments) + string.Join(" ", words.Select(word => word.StartsWith("-", StringComparison.Ordinal) ? word : CommandText.Shell(word)))));
    }

    private async Task<Crontab> ReadAsync(CancellationToken cancellationToken)
    {
        var result = await _runner.RunAsync(Program, ["-l"], input: null, cancellationToken).ConfigureAwait(false);

        // Without a crontab it fails, saying "no crontab for somebody". Any other failure must not be taken for that: the
        // lines of the user would be lost.
        return result.ExitCode == 0 ? Crontab.Read(result.Output)
            : result.Errors.IndexOf("no crontab", StringComparison.OrdinalIgnoreCase) >= 0 ? Crontab.Read([])
            : throw Failed("read", result);
    }

    private async Task WriteAsync(Crontab crontab, CancellationToken cancellationToken)
    {
        var result = crontab.IsEmpty
            ? await _runner.RunAsync(Program, ["-r"], input: null, cancellationToken).ConfigureAwait(false)
            : await _runner.RunAsync(Program, ["-"], crontab.ToBytes(), cancellationToken).ConfigureAwait(false);
        if (result.ExitCode != 0)
        {
            throw Failed("written", result);
        }
    }

    private static PoshAcmeException Failed(string what, ProgramResult result) => new(
        "CrontabFailed",
        ErrorKind.InvalidOperation,
        $"The crontab could not be {what}: {Text.Cut(result.Errors, 500)} (exit code {result.ExitCode}).",
        "See whether this user may use cron (cron.allow, cron.deny).");
}
