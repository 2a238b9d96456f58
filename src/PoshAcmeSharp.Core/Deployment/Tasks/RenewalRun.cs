using System.Globalization;

namespace PoshAcmeSharp.Deployment.Tasks;

/// <summary>What happens in one run of a renewal task: it is counted, written to the log, and told in one line.</summary>
public sealed class RenewalRun
{
    private const int LongestLine = 1000;

    private readonly RenewalLog? _log;
    private readonly List<RenewalRunFailure> _failures = [];
    private readonly Dictionary<string, int> _counts = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Begins a run.</summary>
    /// <param name="log">Its log, or null when that cannot be written.</param>
    public RenewalRun(RenewalLog? log) => _log = log;

    /// <summary>What failed, in the order in which it did.</summary>
    public IReadOnlyList<RenewalRunFailure> Failures => _failures;

    /// <summary>The exit code: 0 when nothing failed, else 1.</summary>
    public int ExitCode => _failures.Count == 0 ? 0 : 1;

    /// <summary>What was done, in one sentence.</summary>
    public string Summary => string.Format(
        CultureInfo.InvariantCulture,
        "Renewed: {0}, deployed: {1}, not due: {2}, left out: {3}, failures: {4}.",
        Count("Renewed"), Count("Deployed"), Count("NotDue"), Count("Skipped"), _failures.Count);

    /// <summary>What failed, in one line.</summary>
    public string FailureLine => Text.Cut(
        string.Format(CultureInfo.InvariantCulture, "PoshAcmeSharp: {0}: {1}", _failures.Count == 1 ? "1 failure" : _failures.Count + " failures", string.Join("; ", _failures)),
        LongestLine);

    /// <summary>How many orders came to an end of this kind.</summary>
    /// <param name="status">Such as <c>Renewed</c>.</param>
    public int Count(string status) => _counts.TryGetValue(status, out var count) ? count : 0;

    /// <summary>Notes what became of an order.</summary>
    /// <param name="order">The name of the order.</param>
    /// <param name="status">What became of it, such as <c>Renewed</c>.</param>
    /// <param name="reason">Why.</param>
    public void Add(string order, string status, string reason)
    {
        _counts[status] = Count(status) + 1;
        _log?.Write("INFO", $"{order}: {status}. {reason}");
    }

    /// <summary>Notes a failure.</summary>
    /// <param name="failure">The failure.</param>
    public void Fail(RenewalRunFailure failure)
    {
        _failures.Add(failure);
        _log?.Write("ERROR", failure.RecommendedAction is null ? failure.ToString() : $"{failure} {failure.RecommendedAction}");
    }

    /// <summary>Writes a line to the log.</summary>
    /// <param name="level">Such as <c>INFO</c>.</param>
    /// <param name="message">The text.</param>
    public void Write(string level, string message) => _log?.Write(level, message);

    /// <summary>Ends the run: the log gets its last line. A log that could not be written is a failure too.</summary>
    public void End()
    {
        _log?.WriteEnd(ExitCode, Summary);
        if (_log?.WriteFailure is { } problem)
        {
            _failures.Add(new(null, $"The log '{_log.FilePath}' could not be written: {problem}", "LogNotWritable", "Check the free space and the rights to it."));
        }
    }
}

/// <summary>One failure of a run.</summary>
/// <param name="Order">The name of the order, or null when it concerns no single one.</param>
/// <param name="Message">What failed.</param>
/// <param name="ErrorId">The stable id of the error, or null.</param>
/// <param name="RecommendedAction">What to do about it, or null.</param>
public sealed record RenewalRunFailure(string? Order, string Message, string? ErrorId, string? RecommendedAction)
{
    /// <summary>The failure in one line.</summary>
    public override string ToString()
        => Order is null || Message.IndexOf(Order, StringComparison.OrdinalIgnoreCase) >= 0 ? Message : $"{Order}: {Message}";
}
