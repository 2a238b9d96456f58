using System.Diagnostics;
using System.Globalization;

namespace PoshAcmeSharp.Profile;

/// <summary>
/// The right to change a profile or one order in it, until it is disposed of. The system takes it back when the process
/// dies, so none is ever left behind.
/// </summary>
public sealed class ProfileLock : IDisposable
{
    private const string Activity = "Waiting for another command";
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(250);
    private readonly IDisposable _handle;

    private ProfileLock(IDisposable handle) => _handle = handle;

    /// <summary>Gives the right back.</summary>
    public void Dispose() => _handle.Dispose();

    /// <summary>Waits for the lock.</summary>
    /// <exception cref="PoshAcmeException"><c>ProfileBusy</c>: the time is up. <c>ProfileWriteFailed</c>.</exception>
    internal static async Task<ProfileLock> AcquireAsync(
        ProfileFiles files, string path, string what, TimeSpan timeout, IClock clock, IReporter reporter, CancellationToken cancellationToken)
    {
        var deadline = clock.UtcNow + timeout;
        var pause = ShortestPause;
        for (var isFirst = true; ; isFirst = false)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (TryTake(files, path) is { } handle)
            {
                if (!isFirst)
                {
                    reporter.Progress(new ProgressUpdate(Activity, what, IsCompleted: true));
                }

                return new ProfileLock(handle);
            }

            var holder = files.System.ReadLockHolder(path) ?? "another process";
            var remaining = deadline - clock.UtcNow;
            if (isFirst)
            {
                reporter.Verbose($"Waiting for {what} (held by {holder}).");
            }

            if (remaining <= TimeSpan.Zero)
            {
                reporter.Progress(new ProgressUpdate(Activity, what, IsCompleted: true));
                throw new PoshAcmeException(
                    "ProfileBusy",
                    ErrorKind.ResourceBusy,
                    string.Format(CultureInfo.CurrentCulture, "{0} has been in use for {1:0} seconds by {2}.", Capitalize(what), timeout.TotalSeconds, holder),
                    "Let the other command finish, or end that process; then run the command again.");
            }

            reporter.Progress(new ProgressUpdate(Activity, $"{Capitalize(what)} is in use by {holder}.", -1, (int)Math.Ceiling(remaining.TotalSeconds)));
            await clock.DelayAsync(pause < remaining ? pause : remaining, cancellationToken).ConfigureAwait(false);
            pause = pause + pause < LongestPause ? pause + pause : LongestPause;
        }
    }

    private static IDisposable? TryTake(ProfileFiles files, string path)
    {
        IDisposable? handle = null;
        using var process = Process.GetCurrentProcess();
        var holder = string.Format(CultureInfo.InvariantCulture, "process {0} on {1}", process.Id, Environment.MachineName);
        files.Change(path, $"The lock file '{path}' could not be created", () => handle = files.System.TryLock(path, holder));
        return handle;
    }

    private static string Capitalize(string text) => char.ToUpperInvariant(text[0]) + text.Substring(1);
}
