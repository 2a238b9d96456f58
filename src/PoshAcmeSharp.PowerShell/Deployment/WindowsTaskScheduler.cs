using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Xml;
using PoshAcmeSharp.Deployment.Tasks;
using PoshAcmeSharp.PowerShell.Infrastructure;

namespace PoshAcmeSharp.PowerShell.Deployment;

/// <summary>
/// Renewal tasks in the Task Scheduler of Windows, by the commands of the module ScheduledTasks in the caller's session.
/// </summary>
/// <param name="invoke">Runs a command with parameters there; throws its first error as one of ours.</param>
/// <param name="account">The account of a task that is registered.</param>
/// <param name="credential">The password of that account, where the Task Scheduler has to keep one.</param>
internal sealed class WindowsTaskScheduler(
    Func<string, Hashtable, Task<IReadOnlyList<PSObject>>> invoke, TaskAccount account, PSCredential? credential) : IRenewalTaskScheduler
{
    /// <summary>The id of the error of a command that found nothing.</summary>
    public const string NotFound = "ScheduledTaskNotFound";

    private const string RootPath = @"\";
    private const string Description = "Renews certificates with PoshAcmeSharp. Registered by Register-PARenewalTask.";
    private const string BoundaryFormat = "yyyy-MM-dd'T'HH:mm:ss";

    public TaskSchedulerKind Kind => TaskSchedulerKind.TaskScheduler;

    public async Task<IReadOnlyList<RenewalTask>> ListAsync(CancellationToken cancellationToken)
    {
        var tasks = new List<RenewalTask>();
        foreach (var found in await FindAsync(name: null).ConfigureAwait(false))
        {
            if (IsOurs(found))
            {
                var info = await invoke("Get-ScheduledTaskInfo", Address(PSObjects.GetString(found, "TaskName")!)).ConfigureAwait(false);
                tasks.Add(Read(found, info.Count > 0 ? info[0] : null));
            }
        }

        return [.. tasks.OrderBy(task => task.Name, StringComparer.OrdinalIgnoreCase)];
    }

    public async Task<bool> IsRegisteredAsync(RenewalTaskDefinition definition, CancellationToken cancellationToken)
        => (await FindAsync(definition.Name).ConfigureAwait(false)).FirstOrDefault(IsOurs) is { } found
            && First(found, "Actions") is var action
            && PSObjects.GetString(action, "Execute") == definition.Program
            && PSObjects.GetString(action, "Arguments") == definition.Script.ToArguments()
            && First(found, "Triggers") is var trigger
            && ScheduleOf(trigger) == definition.Schedule
            && Duration(trigger, "RandomDelay") == definition.RandomDelay
            && Duration(PSObjects.Get(found, "Settings"), "ExecutionTimeLimit") == definition.TimeLimit
            && PSObjects.Get(found, "Principal") is var principal
            && account.Is(PSObjects.GetString(principal, "UserId"))
            && string.Equals(PSObjects.GetString(principal, "LogonType"), account.LogonType, StringComparison.OrdinalIgnoreCase);

    public async Task RegisterAsync(RenewalTaskDefinition definition, CancellationToken cancellationToken)
    {
        var there = await FindAsync(definition.Name).ConfigureAwait(false);
        if (there.Any(task => !IsOurs(task)))
        {
            throw new PoshAcmeException(
                "TaskNameTaken", ErrorKind.InvalidOperation, $"The Task Scheduler has another task named '{definition.Name}'.", "Choose another name with -Name.");
        }

        var registration = Address(RenewalTaskName.Check(definition.Name));
        registration["Description"] = Description;
        registration["Action"] = await MakeAsync("New-ScheduledTaskAction", new()
        {
            ["Execute"] = definition.Program,
            ["Argument"] = definition.Script.ToArguments(),
        }).ConfigureAwait(false);
        registration["Trigger"] = await MakeTriggerAsync(definition).ConfigureAwait(false);
        registration["Settings"] = await MakeAsync("New-ScheduledTaskSettingsSet", new()
        {
            ["StartWhenAvailable"] = true,
            ["MultipleInstances"] = "IgnoreNew",
            ["ExecutionTimeLimit"] = definition.TimeLimit,
            ["AllowStartIfOnBatteries"] = true,
            ["DontStopIfGoingOnBatteries"] = true,
        }).ConfigureAwait(false);
        if (credential is not null)
        {
            registration["User"] = credential.UserName;
            registration["Password"] = credential.GetNetworkCredential().Password;
            registration["RunLevel"] = "Highest";
        }
        else
        {
            registration["Principal"] = await MakeAsync("New-ScheduledTaskPrincipal", new()
            {
                ["UserId"] = account.UserId,
                ["LogonType"] = account.LogonType,
                ["RunLevel"] = "Highest",
            }).ConfigureAwait(false);
        }

        if (there.Count > 0)
        {
            registration["Force"] = true;
        }

        await invoke("Register-ScheduledTask", registration).ConfigureAwait(false);
    }

    public async Task UnregisterAsync(string name, CancellationToken cancellationToken)
    {
        var parameters = Address(RenewalTaskName.Check(name));
        parameters["Confirm"] = false;
        await invoke("Unregister-ScheduledTask", parameters).ConfigureAwait(false);
    }

    private static Hashtable Address(string name) => new() { ["TaskName"] = name, ["TaskPath"] = RootPath };

    private static bool IsOurs(PSObject task) => PSObjects.GetString(task, "Description") == Description;

    private static object? First(object? source, string name) => PSObjects.Get(source, name) switch
    {
        string text => text,
        IEnumerable values => values.Cast<object?>().FirstOrDefault(),
        var value => value,
    };

    private static DailySchedule? ScheduleOf(object? trigger)
        => DateTimeOffset.TryParse(PSObjects.GetString(trigger, "StartBoundary"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out var start)
            ? DailySchedule.At(start.LocalDateTime)
            : null;

    private static TimeSpan? Duration(object? source, string name)
    {
        try
        {
            return PSObjects.GetString(source, name) is { } text ? XmlConvert.ToTimeSpan(text) : TimeSpan.Zero;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private RenewalTask Read(PSObject task, PSObject? info)
    {
        var action = First(task, "Actions");
        var arguments = PSObjects.GetString(action, "Arguments") ?? string.Empty;
        var lastRun = Time(info, "LastRunTime");
        return new RenewalTask
        {
            Name = PSObjects.GetString(task, "TaskName")!,
            Scheduler = Kind,
            Schedule = ScheduleOf(First(task, "Triggers")),
            NextRun = Time(info, "NextRunTime"),
            LastRun = lastRun,
            LastResult = lastRun is not null && LanguagePrimitives.TryConvertTo(PSObjects.Get(info, "LastTaskResult"), CultureInfo.InvariantCulture, out long code) ? code : null,
            Account = PSObjects.GetString(PSObjects.Get(task, "Principal"), "UserId"),
            Enabled = !string.Equals(PSObjects.GetString(task, "State"), "Disabled", StringComparison.OrdinalIgnoreCase),
            Command = $"{PSObjects.GetString(action, "Execute")} {arguments}",
            Script = RenewalTaskScript.FromArguments(arguments),
        };
    }

    /// <summary>A task that never ran has a time in the year 1999.</summary>
    private static DateTime? Time(PSObject? info, string name)
        => PSObjects.Get(info, name) is DateTime { Year: > 2000 } time ? time : null;

    private async Task<IReadOnlyList<PSObject>> FindAsync(string? name)
    {
        try
        {
            return await invoke("Get-ScheduledTask", name is null ? new Hashtable { ["TaskPath"] = RootPath } : Address(RenewalTaskName.Check(name))).ConfigureAwait(false);
        }
        catch (PoshAcmeException e) when (e.ErrorId == NotFound)
        {
            return [];
        }
    }

    private async Task<PSObject> MakeTriggerAsync(RenewalTaskDefinition definition)
    {
        var start = DateTime.Today.AddHours(definition.Schedule.Hour).AddMinutes(definition.Schedule.Minute);
        var trigger = await MakeAsync("New-ScheduledTaskTrigger", new()
        {
            ["Daily"] = true,
            ["At"] = start,
            ["RandomDelay"] = definition.RandomDelay,
        }).ConfigureAwait(false);

        // Without an offset it is a time of the machine's clock, in summer as in winter.
        PSObjects.Set(trigger, "StartBoundary", start.ToString(BoundaryFormat, CultureInfo.InvariantCulture));
        return trigger;
    }

    private async Task<PSObject> MakeAsync(string command, Hashtable parameters)
    {
        var made = await invoke(command, parameters).ConfigureAwait(false);
        return made.Count > 0 ? made[0] : throw new PoshAcmeException(
            "ScheduledTasksFailed", ErrorKind.InvalidOperation, $"{command} returned nothing.", "Check that it is the command of the module ScheduledTasks.");
    }
}
