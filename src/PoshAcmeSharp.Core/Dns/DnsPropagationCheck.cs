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

    private readonly IDnsResolver _resolver;
    private readonly IClock _clock;
    private readonly IReporter _reporter;

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
    /// error here: the result says what is missing, and the caller decides.
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
            await RunAsync(checks, options, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _reporter.Progress(new(Activity, string.Empty, IsCompleted: true));
        }

        return [.. checks.Select(static check => new DnsWaitResult(
            check.RecordName,
            check.ResolvedName,
            check.Values,
            check.Found,
            check.Elapsed,
            check.Servers,
            check.Found ? null : Describe(check)))];
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
            foreach (var check in open)
            {
                check.Elapsed = elapsed;
                _reporter.Verbose(check.Found
                    ? $"DNS: every server has {check.ResolvedName} after {Seconds(elapsed)} s."
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

    private static async Task RunRoundAsync(List<RecordCheck> checks, CancellationToken cancellationToken)
    {
        using var slots = new SemaphoreSlim(MaxParallelRecords);
        await Task.WhenAll(checks.Select(async check =>
        {
            await slots.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                await check.RunRoundAsync(cancellationToken).ConfigureAwait(false);
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
