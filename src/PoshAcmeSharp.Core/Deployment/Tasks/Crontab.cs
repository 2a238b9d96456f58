using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace PoshAcmeSharp.Deployment.Tasks;

/// <summary>
/// A crontab as it stands. All of it that is not a renewal task stays as it is, byte for byte: in whatever encoding it is,
/// each byte is a character here.
/// </summary>
internal sealed class Crontab
{
    private const string Marker = " # renewal task: ";
    private static readonly Encoding Bytes = Encoding.GetEncoding("ISO-8859-1");
    private readonly string _text;

    private Crontab(string text) => _text = text;

    public static Crontab Read(byte[] content) => new(Bytes.GetString(content));

    /// <summary>Whether there is nothing at all in it.</summary>
    public bool IsEmpty => _text.Length == 0;

    /// <summary>The renewal tasks in it.</summary>
    public IEnumerable<CrontabEntry> Entries => Lines().Select(Parse).OfType<CrontabEntry>();

    public byte[] ToBytes() => Bytes.GetBytes(_text);

    /// <summary>The same with a task: in the place of the one with its name, else at the end.</summary>
    public Crontab With(CrontabEntry entry)
    {
        var line = Bytes.GetString(Encoding.UTF8.GetBytes(Format(entry)));
        var lines = Lines().ToList();
        var place = lines.FindIndex(l => Parse(l)?.Name == entry.Name);
        if (place >= 0)
        {
            // What is there twice would run twice.
            lines.RemoveAll(l => Parse(l)?.Name == entry.Name);
            lines.Insert(place, line + "\n");
            return new(string.Concat(lines));
        }

        return new($"{_text}{(_text.Length == 0 || _text.EndsWith("\n", StringComparison.Ordinal) ? "" : "\n")}{line}\n");
    }

    /// <summary>The same without a task.</summary>
    public Crontab Without(string name) => new(string.Concat(Lines().Where(line => Parse(line)?.Name != name)));

    /// <summary>The line of a task. Cron makes a line break of a percent sign.</summary>
    private static string Format(CrontabEntry entry)
        => string.Format(
            CultureInfo.InvariantCulture, "{0} {1} * * * {2}{3}{4}", entry.Schedule.Minute, entry.Schedule.Hour, entry.Command.Replace("%", @"\%"), Marker, entry.Name);

    private static CrontabEntry? Parse(string line)
    {
        var match = Regex.Match(
            line,
            $@"^(?<minute>\d+) (?<hour>\d+) \* \* \* (?<command>.+){Regex.Escape(Marker)}(?<name>[A-Za-z0-9_.-]+)\s*$",
            RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
            TimeSpan.FromSeconds(5));
        return match.Success && DailySchedule.Parse($"{match.Groups["hour"].Value,2}:{match.Groups["minute"].Value,2}".Replace(' ', '0')) is { } schedule
            ? new(match.Groups["name"].Value, schedule, Encoding.UTF8.GetString(Bytes.GetBytes(match.Groups["command"].Value)).Replace(@"\%", "%"))
            : null;
    }

    /// <summary>The lines, each with its line break.</summary>
    private IEnumerable<string> Lines()
    {
        for (var start = 0; start < _text.Length;)
        {
            var end = _text.IndexOf('\n', start);
            end = end < 0 ? _text.Length : end + 1;
            yield return _text.Substring(start, end - start);
            start = end;
        }
    }
}

/// <summary>A renewal task in a crontab.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Schedule">When it runs.</param>
/// <param name="Command">What the shell runs.</param>
internal sealed record CrontabEntry(string Name, DailySchedule Schedule, string Command);
