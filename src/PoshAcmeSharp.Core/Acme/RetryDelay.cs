namespace PoshAcmeSharp.Acme;

/// <summary>
/// The waits between the tries of one request: exponential with jitter, or what the server asks for, until the budget
/// is used up.
/// </summary>
internal sealed class RetryDelay(AcmeOptions options)
{
    /// <summary>What the progress of these waits is called.</summary>
    public const string Activity = "Waiting for the ACME server";

    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private readonly DateTimeOffset _deadline = options.Clock.UtcNow + options.RetryBudget;
    private readonly Random _random = new(Guid.NewGuid().GetHashCode());
    private int _tries;

    /// <summary>Whether there is time left for another try.</summary>
    public bool HasTime => options.Clock.UtcNow < _deadline;

    /// <summary>Whether a wait of this length ends within the budget.</summary>
    public bool Allows(TimeSpan wait) => options.Clock.UtcNow + wait <= _deadline;

    /// <summary>Waits before the next try.</summary>
    /// <param name="asked">What the server asks for; null: back off. "At once" is obeyed once, then it is a fault to back off from.</param>
    /// <param name="reason">What went wrong, for the verbose line.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task WaitAsync(TimeSpan? asked, string reason, CancellationToken cancellationToken)
    {
        var backOff = BackOff();
        var wait = asked switch
        {
            null => backOff,
            { } zero when zero <= TimeSpan.Zero && _tries > 1 => backOff,
            { } time => time,
        };
        var status = FormattableString.Invariant($"{reason.TrimEnd('.')}; trying again in {wait.TotalSeconds:0.0} s.");
        options.Reporter.Verbose(status);
        options.Reporter.Progress(new ProgressUpdate(Activity, status, -1, Math.Max(0, (int)(_deadline - options.Clock.UtcNow).TotalSeconds)));
        try
        {
            await options.Clock.DelayAsync(wait, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            options.Reporter.Progress(new ProgressUpdate(Activity, status, IsCompleted: true));
        }
    }

    private TimeSpan BackOff()
    {
        var ceiling = Math.Min(Longest.TotalMilliseconds, First.TotalMilliseconds * Math.Pow(2, _tries++));
#pragma warning disable CA5394 // Jitter needs no secrecy.
        return TimeSpan.FromMilliseconds(ceiling * (0.5 + (_random.NextDouble() / 2)));
#pragma warning restore CA5394
    }
}
