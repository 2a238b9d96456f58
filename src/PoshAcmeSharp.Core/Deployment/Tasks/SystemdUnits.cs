using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace PoshAcmeSharp.Deployment.Tasks;

/// <summary>The texts of the service and the timer that are a renewal task of systemd.</summary>
internal static class SystemdUnits
{
    private const string Heading = "# A renewal task, written by Register-PARenewalTask.";

    /// <summary>The service: it runs PowerShell once.</summary>
    /// <param name="definition">The task.</param>
    /// <param name="scriptPath">The full path of its script.</param>
    /// <param name="user">The user it runs as; null in a user's own systemd.</param>
    public static string Service(RenewalTaskDefinition definition, string scriptPath, string? user)
    {
        var text = Begin();

        // The systemd of a user knows no network-online.target.
        if (user is not null)
        {
            text.Append("Wants=network-online.target\nAfter=network-online.target\n");
        }

        text.Append("\n[Service]\nType=oneshot\n");
        if (user is not null)
        {
            // Named although it is root: without it HOME is not set.
            text.Append("User=").Append(user).Append('\n');
        }

        foreach (var variable in definition.ProgramEnvironment)
        {
            text.Append("Environment=").Append(CommandText.SystemdAssignment($"{variable.Key}={CommandText.OneLine(variable.Value)}")).Append('\n');
        }

        // In the path of the program a dollar sign is itself.
        text.Append("ExecStart=").Append(CommandText.SystemdAssignment(CommandText.OneLine(definition.Program)));
        foreach (var word in RenewalTaskScript.FileArguments(CommandText.OneLine(scriptPath)))
        {
            text.Append(' ').Append(word.StartsWith("-", StringComparison.Ordinal) ? word : CommandText.Systemd(word));
        }

        return text.AppendFormat(CultureInfo.InvariantCulture, "\nTimeoutStartSec={0:0}\nUMask=0077\n", definition.TimeLimit.TotalSeconds).ToString();
    }

    /// <summary>The timer: it starts the service of the same name, later if the machine was off.</summary>
    /// <param name="definition">The task.</param>
    public static string Timer(RenewalTaskDefinition definition)
        => Begin()
            .AppendFormat(CultureInfo.InvariantCulture, "\n[Timer]\nOnCalendar=*-*-* {0}:00\nRandomizedDelaySec={1:0}\nPersistent=true\n", definition.Schedule, definition.RandomDelay.TotalSeconds)
            .Append("\n[Install]\nWantedBy=timers.target\n")
            .ToString();

    /// <summary>Whether a unit was written here.</summary>
    /// <param name="text">Its text.</param>
    public static bool IsOurs(string text) => text.StartsWith(Heading, StringComparison.Ordinal);

    /// <summary>When a timer starts its service; null when that was changed to something else.</summary>
    /// <param name="timer">Its text.</param>
    public static DailySchedule? ScheduleOf(string timer)
        => Value(timer, "OnCalendar") is { } calendar && calendar.StartsWith("*-*-* ", StringComparison.Ordinal)
            ? DailySchedule.Parse(calendar.Substring("*-*-* ".Length))
            : null;

    /// <summary>The value of a setting in a unit.</summary>
    /// <param name="unit">Its text.</param>
    /// <param name="name">The setting.</param>
    public static string? Value(string unit, string name)
        => unit.Split('\n').Select(line => line.Trim()).FirstOrDefault(line => line.StartsWith(name + "=", StringComparison.Ordinal))?.Substring(name.Length + 1);

    /// <summary>
    /// Reads what <c>systemctl show</c> writes in UTC, such as <c>Mon 2026-11-23 03:17:00 UTC</c>, as local time; null when
    /// there is no such time.
    /// </summary>
    /// <param name="text">The text.</param>
    public static DateTime? Time(string? text)
        => Regex.Match(text ?? string.Empty, @"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?= UTC)", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1)) is { Success: true } match
            && DateTime.TryParseExact(
                match.Value, "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time.ToLocalTime()
            : null;

    private static StringBuilder Begin() => new StringBuilder(Heading).Append("\n[Unit]\nDescription=Renews certificates with PoshAcmeSharp\n");
}
