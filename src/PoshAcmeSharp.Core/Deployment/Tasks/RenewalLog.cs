using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Deployment.Tasks;

/// <summary>
/// The log of renewal tasks: a line for each event, with the time in UTC. Once it has its size it becomes <c>….1</c>, that
/// becomes <c>….2</c>, and so on. It belongs to the user alone. One run at a time writes it.
/// </summary>
public sealed class RenewalLog
{
    /// <summary>The size in MB at which a log is put aside, unless told otherwise.</summary>
    public const int DefaultSizeMB = 5;

    /// <summary>How many logs that were put aside are kept, unless told otherwise.</summary>
    public const int DefaultCount = 5;

    private const int LongestLine = 4000;
    private const int BytesPerMB = 1024 * 1024;
    private const int TailLength = 64 * 1024;
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";
    private const string RunEnded = "The run has ended with exit code ";

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);
    private readonly IFileSystem _fileSystem;
    private readonly IClock _clock;
    private readonly long _size;
    private readonly int _count;

    /// <summary>Makes a log; nothing is written yet.</summary>
    /// <param name="path">Its full path.</param>
    /// <param name="sizeMB">At which size in MB it is put aside; 1 or more.</param>
    /// <param name="count">How many that were put aside are kept; 0 or more.</param>
    /// <param name="fileSystem">The disk.</param>
    /// <param name="clock">The time.</param>
    public RenewalLog(string path, int sizeMB, int count, IFileSystem fileSystem, IClock clock)
        : this(path, (long)sizeMB * BytesPerMB, count, fileSystem, clock)
    {
    }

    internal RenewalLog(string path, long size, int count, IFileSystem fileSystem, IClock clock)
        => (FilePath, _size, _count, _fileSystem, _clock) = (path, size, count, fileSystem, clock);

    /// <summary>The full path of the log.</summary>
    public string FilePath { get; }

    /// <summary>Why something could not be written, the first time that was so; null as long as all went well.</summary>
    public string? WriteFailure { get; private set; }

    /// <summary>The log in a profile.</summary>
    /// <param name="profileRoot">The full path of the profile.</param>
    /// <returns>The full path of the log.</returns>
    public static string DefaultPath(string profileRoot) => Path.Combine(profileRoot, "logs", "renewal.log");

    /// <summary>
    /// Takes the lock that keeps other runs with this log away. The folders are made for that.
    /// </summary>
    /// <returns>The lock; null when another run holds it.</returns>
    /// <exception cref="PoshAcmeException"><c>LogNotWritable</c>.</exception>
    public IDisposable? TryBegin()
    {
        try
        {
            _fileSystem.CreateDirectory(Path.GetDirectoryName(FilePath)!, isRoot: false);
            return _fileSystem.TryLock(FilePath + ".lock", "a renewal task");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PoshAcmeException(
                "LogNotWritable",
                ErrorKind.WriteError,
                $"The log '{FilePath}' cannot be written: {e.Message}",
                "Check that the account of the task may write there, or choose another place with -LogFile.",
                e);
        }
    }

    /// <summary>Writes a line. A failure stops nothing: the certificates are what matters.</summary>
    /// <param name="level">Such as <c>INFO</c>.</param>
    /// <param name="message">The text; made one line of, and cut to size.</param>
    public void Write(string level, string message)
    {
        var line = Utf8.GetBytes($"{_clock.UtcNow.ToString(TimeFormat, CultureInfo.InvariantCulture)} {level,-7} {Text.Cut(message.Trim(), LongestLine)}\n");
        try
        {
            if (new FileInfo(FilePath) is { Exists: true } there)
            {
                if (there.Length > 0 && there.Length + line.Length > _size)
                {
                    PutAside();
                }
                else
                {
                    using var stream = new FileStream(FilePath, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
                    stream.Write(line, 0, line.Length);
                    return;
                }
            }

            _fileSystem.MoveFile(_fileSystem.CreateTemporaryFile(FilePath, line), FilePath);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            WriteFailure ??= e.Message;
        }
    }

    /// <summary>Writes the last line of a run, which <see cref="LastRun"/> finds again.</summary>
    /// <param name="exitCode">How it ended.</param>
    /// <param name="summary">What was done.</param>
    public void WriteEnd(int exitCode, string summary)
        => Write(exitCode == 0 ? "INFO" : "ERROR", string.Format(CultureInfo.InvariantCulture, "{0}{1}. {2}", RunEnded, exitCode, summary));

    /// <summary>How the last run in a log ended.</summary>
    /// <param name="path">The full path of the log.</param>
    /// <returns>The time it ended, local, and the exit code; null when there is none, or the log cannot be read.</returns>
    public static (DateTime Time, long ExitCode)? LastRun(string path)
    {
        try
        {
            var last = Regex.Matches(Tail(path), $@"^(?<time>\S+Z) \w+ +{RunEnded}(?<code>\d+)\.", RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5))
                .Cast<Match>().LastOrDefault();
            return last is not null
                && DateTime.TryParseExact(last.Groups["time"].Value, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
                && long.TryParse(last.Groups["code"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var code)
                ? (time.ToLocalTime(), code)
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string Tail(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        stream.Seek(Math.Max(0, stream.Length - TailLength), SeekOrigin.Begin);
        using var reader = new StreamReader(stream, Utf8);
        return reader.ReadToEnd();
    }

    private void PutAside()
    {
        if (_count == 0)
        {
            _fileSystem.DeleteFile(FilePath);
            return;
        }

        for (var i = _count - 1; i >= 0; i--)
        {
            var source = i == 0 ? FilePath : Numbered(i);
            if (_fileSystem.FileExists(source))
            {
                _fileSystem.MoveFile(source, Numbered(i + 1));
            }
        }
    }

    private string Numbered(int number) => string.Format(CultureInfo.InvariantCulture, "{0}.{1}", FilePath, number);
}
