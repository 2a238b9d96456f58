// A clock that lets minutes pass in moments, compiled by ScriptPlugins.Tests.ps1 in the PowerShell under test.
using System;
using System.Threading;
using System.Threading.Tasks;
using PoshAcmeSharp;

public sealed class HurriedClock : IClock
{
    public static IReporter Silence => NullReporter.Instance;

    public DateTimeOffset UtcNow => DateTimeOffset.UtcNow;

    public Task DelayAsync(TimeSpan delay, CancellationToken cancellationToken) =>
        Task.Delay(TimeSpan.FromMilliseconds(delay.TotalSeconds), cancellationToken);
}
