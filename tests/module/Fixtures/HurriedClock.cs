// A clock that lets minutes pass in moments once it is told to, compiled by ScriptPlugins.Tests.ps1 in the PowerShell under test.
using System;
using System.Threading;
using System.Threading.Tasks;
using PoshAcmeSharp;

public sealed class HurriedClock : IClock
{
    public static IReporter Silence => NullReporter.Instance;

    public bool Hurries { get; set; }

    public DateTimeOffset UtcNow => DateTimeOffset.UtcNow;

    public Task DelayAsync(TimeSpan delay, CancellationToken cancellationToken) =>
        Task.Delay(Hurries ? TimeSpan.FromMilliseconds(delay.TotalSeconds) : delay, cancellationToken);
}
