using PoshAcmeSharp.Acme;
using PoshAcmeSharp.Tests.Support;
using Xunit;

namespace PoshAcmeSharp.Tests.Acme;

public sealed class RetryDelayTests
{
    private readonly FakeClock clock = new();

    [Fact]
    public async Task Waits_grow_with_jitter_up_to_ten_seconds_until_the_budget_is_used_up()
    {
        var delay = new RetryDelay(new AcmeOptions { Clock = clock, RetryBudget = TimeSpan.FromSeconds(60) });
        while (delay.HasTime)
        {
            await delay.WaitAsync(null, "fault", default);
        }

        Assert.InRange(clock.Delays[0].TotalMilliseconds, 125, 250);
        Assert.InRange(clock.Delays[3].TotalMilliseconds, 1000, 2000);
        Assert.All(clock.Delays, d => Assert.InRange(d.TotalSeconds, 0.1, 10));
        Assert.InRange(clock.Delays.Count, 9, 25);
    }

    [Fact]
    public async Task What_the_server_asks_for_is_obeyed()
    {
        var delay = new RetryDelay(new AcmeOptions { Clock = clock });

        await delay.WaitAsync(TimeSpan.FromSeconds(7), "busy", default);
        await delay.WaitAsync(TimeSpan.FromSeconds(7), "busy", default);

        Assert.Equal([TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(7)], clock.Delays);
    }

    [Fact]
    public async Task At_once_is_obeyed_once_and_then_backed_off_from()
    {
        var delay = new RetryDelay(new AcmeOptions { Clock = clock });

        await delay.WaitAsync(TimeSpan.Zero, "busy", default);
        await delay.WaitAsync(TimeSpan.Zero, "busy", default);
        await delay.WaitAsync(TimeSpan.Zero, "busy", default);

        Assert.Equal(TimeSpan.Zero, clock.Delays[0]);
        Assert.All(clock.Delays.Skip(1), d => Assert.True(d > TimeSpan.FromMilliseconds(100)));
    }

    [Fact]
    public void A_wait_that_ends_after_the_budget_is_not_allowed()
    {
        var delay = new RetryDelay(new AcmeOptions { Clock = clock, RetryBudget = TimeSpan.FromSeconds(60) });

        Assert.True(delay.Allows(TimeSpan.FromSeconds(60)));
        Assert.False(delay.Allows(TimeSpan.FromSeconds(61)));
        Assert.False(delay.Allows(RetryAfter.Parse("400000000000", clock.UtcNow)!.Value));
    }
}
