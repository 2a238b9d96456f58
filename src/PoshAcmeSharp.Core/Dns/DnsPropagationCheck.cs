using System.Globalization;
using PoshAcmeSharp.Challenges;

namespace PoshAcmeSharp.Dns;

/// <summary>
/// Waits until TXT records are seen where a CA will look for them: at every authoritative server, behind all CNAMEs.
/// </summary>
public sealed class DnsPropagationCheck
{
    private const string Activity = "Waiting for DNS";
    private const int MaxParallelRecords = 16;
    private const double IntervalGrowth = 1.5;

    private static readonly TimeSpan FirstInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromMilliseconds(50);

    // A name server that is asked before the record is there keeps "there is none" for a long time. Those of this machine are
    // only asked where nobody else answers, and not at once: most providers have published by then.
    private static readonly TimeSpan LongestPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private const int MaxNamesShown = 3;

    private readonly IDnsResolver _resolver;
    private readonly IClock _clock;
    private readonly IReporter _reporter;
    private readonly HashSet<string> _toldOfSilence = new(StringComparer.Ordinal);
    private bool _toldOfSystemServers;

    /// <summary>Makes a check.</summary>
    /// <param name="resolver">Who asks.</param>
    /// <param name="clock">The time and the waiting between questions.</param>
    /// <param name="reporter">Where the progress is told.</param>
    public DnsPropagationCheck(IDnsResolver resolver, IClock clock, IReporter reporter)
    {
        _resolver = resolver;
        _clock = clock;
        _reporter = reporter;
    }

    /// <summary>
    /// Asks until every server has every value of every record, or the time is over. That the time is over is no
    /// error here: the result says what is missing, and the caller decides. Where no authoritative server answers, the name
    /// servers of this machine are asked after a while; where those do not answer either, the whole time is waited. Either is
    /// one warning in the life of this object.
    /// </summary>
    /// <param name="records">The records; without values, any TXT value will do. Names may have a trailing dot or international letters.</param>
    /// <param name="options">How long, and whom to ask.</param>
    /// <param name="cancellationToken">Ends the wait with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>One result a record, in their order.</returns>
    /// <exception cref="PoshAcmeException"><c>InvalidDomainName</c>: a record's name cannot be asked for.</exception>
    public async Task<IReadOnlyList<DnsWaitResult>> WaitAsync(
        IReadOnlyList<TxtRecordSet> records,
        DnsWaitOptions options,
        CancellationToken cancellationToken)
    {
        var zones = new ZoneFinder(_resolver);
        var checks = records
            .Select(record => new RecordCheck(DnsName.Normalize(record.RecordName), record.Values, options.NameServers, _resolver, zones))
            .ToList();
        try
        {
            await (options.Mode == DnsWaitMode.Fixed
                ? SleepAsync(options.Timeout, cancellationToken)
                : RunAsync(checks, options, cancellationToken)).ConfigureAwait(false);
        }
        finally
        {
            _reporter.Progress(new(Activity, string.Empty, IsCompleted: true));
        }

        return [.. checks.Select(check => new DnsWaitResult(
            check.RecordName,
            check.ResolvedName,
            check.Values,
            check.Found,
            check.Elapsed,
            check.Servers,
            check.Found ? null : Describe(check)) { IsUnknown = options.Mode == DnsWaitMode.Fixed || check.IsUnknown })];
    }

    // In steps of a second, so that who watches sees the time go by.
    private async Task SleepAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        var end = _clock.UtcNow + time;
        _reporter.Verbose($"DNS: waiting {Seconds(time)} s without looking.");
        for (var remaining = time; remaining > TimeSpan.Zero; remaining = end - _clock.UtcNow)
        {
            _reporter.Progress(new(
                Activity,
                $"{Seconds(time)} s, whatever the name servers say.",
                (int)(100 - (100 * remaining.Ticks / time.Ticks)),
                (int)Math.Ceiling(remaining.TotalSeconds)));
            await _clock.DelayAsync(remaining < Second ? remaining : Second, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task RunAsync(List<RecordCheck> checks, DnsWaitOptions options, CancellationToken cancellationToken)
    {
        var start = _clock.UtcNow;
        _reporter.Progress(new(Activity, "Looking for the name servers.", 0, (int)Math.Ceiling(options.Timeout.TotalSeconds)));
        var interval = Longer(options.Interval ?? FirstInterval, ShortestInterval);
        while (true)
        {
            var open = checks.FindAll(static check => !check.Found);
            await RunRoundAsync(open, cancellationToken).ConfigureAwait(false);
            var elapsed = _clock.UtcNow - start;
            if (options.NameServers.Count == 0 && elapsed >= PatienceOf(options))
            {
                await AskSystemServersAsync(open.FindAll(static check => check is { Found: false, IsUnanswered: true }), cancellationToken).ConfigureAwait(false);
            }

            TellOfSilence(open, elapsed, options);
            foreach (var check in open)
            {
                check.Elapsed = elapsed;
                _reporter.Verbose(check.Found
                    ? $"DNS: {(check.IsUnanswered ? "this machine's name servers have" : "every server has")} {check.ResolvedName} after {Seconds(elapsed)} s."
                    : $"DNS: {Describe(check)}");
            }

            var remaining = options.Timeout - elapsed;
            if (remaining <= TimeSpan.Zero || checks.TrueForAll(static check => check.Found))
            {
                return;
            }

            Report(checks, remaining);
            await _clock.DelayAsync(interval < remaining ? interval : remaining, cancellationToken).ConfigureAwait(false);
            if (options.Interval is null)
            {
                var next = TimeSpan.FromTicks((long)(interval.Ticks * IntervalGrowth));
                interval = next < LongestInterval ? next : LongestInterval;
            }
        }
    }

    private static Task RunRoundAsync(List<RecordCheck> checks, CancellationToken cancellationToken)
        => ForEachAsync(checks, check => check.RunRoundAsync(cancellationToken), cancellationToken);

    private async Task AskSystemServersAsync(List<RecordCheck> checks, CancellationToken cancellationToken)
    {
        if (checks.Count == 0)
        {
            return;
        }

        if (!_toldOfSystemServers)
        {
            _toldOfSystemServers = true;
            _reporter.Warning(
                $"No authoritative name server says anything about {Names(checks)}: port 53 may be blocked. The name servers of this machine are asked instead. -DnsServer and -NameServer name others, -DnsWait Fixed asks none.");
        }

        await ForEachAsync(checks, check => check.AskSystemServersAsync(_clock.UtcNow, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    private void TellOfSilence(List<RecordCheck> checks, TimeSpan elapsed, DnsWaitOptions options)
    {
        var unknown = elapsed < PatienceOf(options) ? [] : checks.FindAll(check => check.IsUnknown && _toldOfSilence.Add(check.RecordName));
        if (unknown.Count == 0)
        {
            return;
        }

        var who = options.NameServers.Count > 0
            ? $"None of {string.Join(", ", options.NameServers)} says"
            : "The name servers of this machine do not say";
        _reporter.Warning($"{who} anything about {Names(unknown)}: whether the records are there cannot be seen, and the whole {Seconds(options.Timeout)} s are waited.");
    }

    private static TimeSpan PatienceOf(DnsWaitOptions options)
        => Longer(TimeSpan.Zero, options.Timeout.Ticks / 4 < LongestPatience.Ticks ? TimeSpan.FromTicks(options.Timeout.Ticks / 4) : LongestPatience);

    private static string Names(List<RecordCheck> checks)
        => string.Join(", ", checks.Take(MaxNamesShown).Select(static check => check.ResolvedName))
            + (checks.Count > MaxNamesShown ? $" and {Number(checks.Count - MaxNamesShown)} more" : string.Empty);

    private static async Task ForEachAsync(List<RecordCheck> checks, Func<RecordCheck, Task> work, CancellationToken cancellationToken)
    {
        using var slots = new SemaphoreSlim(MaxParallelRecords);
        await Task.WhenAll(checks.Select(async check =>
        {
            await slots.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                await work(check).ConfigureAwait(false);
            }
            finally
            {
                slots.Release();
            }
        })).ConfigureAwait(false);
    }

    private void Report(List<RecordCheck> checks, TimeSpan remaining)
    {
        var done = checks.Sum(static check => check.ServersDone);
        var total = checks.Sum(static check => check.ServersTotal);
        var missing = Describe(checks.First(static check => !check.Found));
        _reporter.Progress(new(
            Activity,
            $"{Number(done)} of {Number(total)} servers. {missing}",
            total == 0 ? 0 : done * 100 / total,
            (int)Math.Ceiling(remaining.TotalSeconds)));
    }

    private static string Describe(RecordCheck check)
    {
        if (check.Problem is not null)
        {
            return check.Problem;
        }

        var missing = check.Servers
            .Where(static server => !server.IsDone)
            .Select(static server => $"{server.Label}: {server.Status}");
        return $"{check.ResolvedName} is not complete at {string.Join(", ", missing)}.";
    }

    private static TimeSpan Longer(TimeSpan left, TimeSpan right) => left > right ? left : right;

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture);

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
