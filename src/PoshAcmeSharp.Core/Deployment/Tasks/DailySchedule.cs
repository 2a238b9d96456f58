using System.Globalization;

namespace PoshAcmeSharp.Deployment.Tasks;

/// <summary>Once a day, at a time of the machine's clock.</summary>
/// <param name="Hour">0 to 23.</param>
/// <param name="Minute">0 to 59.</param>
public sealed record DailySchedule(int Hour, int Minute)
{
    /// <summary>Certificates that are renewed in the small hours have a day in which somebody sees what went wrong.</summary>
    private const int FirstRandomHour = 1;
    private const int RandomHours = 5;

    /// <summary>A minute between 01:00 and 05:59, so that not all machines ask their CA at the same one.</summary>
    /// <param name="random">Where the minute comes from.</param>
    public static DailySchedule Random(Random random)
    {
        var minutes = random.Next(RandomHours * 60);
        return new(FirstRandomHour + (minutes / 60), minutes % 60);
    }

    /// <summary>Reads a time of day.</summary>
    /// <param name="time">Such as <c>03:17</c>.</param>
    /// <returns>The schedule, or null when it is none.</returns>
    public static DailySchedule? Parse(string time)
        => DateTime.TryParseExact(time, ["HH:mm", "HH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var parsed)
            ? At(parsed)
            : null;

    /// <summary>The time of day of a moment.</summary>
    /// <param name="time">Local time.</param>
    public static DailySchedule At(DateTime time) => new(time.Hour, time.Minute);

    /// <summary>When it comes next.</summary>
    /// <param name="now">Local time.</param>
    public DateTime Next(DateTime now)
    {
        var today = now.Date.AddHours(Hour).AddMinutes(Minute);
        return today > now ? today : today.AddDays(1);
    }

    /// <summary>Such as <c>03:17</c>.</summary>
    public override string ToString() => string.Format(CultureInfo.InvariantCulture, "{0:00}:{1:00}", Hour, Minute);
}
