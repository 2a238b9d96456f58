using PoshAcmeSharp.Acme;
using Xunit;

namespace PoshAcmeSharp.Tests.Acme;

public sealed class BoundedTests
{
    [Fact]
    public async Task Results_are_in_the_order_of_the_items_and_no_more_run_at_once_than_allowed()
    {
        var (running, most) = (0, 0);

        var results = await Bounded.SelectAsync(
            Enumerable.Range(0, 40).ToArray(),
            4,
            async (item, token) =>
            {
                most = Math.Max(most, Interlocked.Increment(ref running));
                await Task.Yield();
                Interlocked.Decrement(ref running);
                return item * 2;
            },
            default);

        Assert.Equal(Enumerable.Range(0, 40).Select(i => i * 2), results);
        Assert.InRange(most, 1, 4);
    }

    [Fact]
    public async Task A_failure_cancels_what_runs_and_starts_no_more()
    {
        var started = 0;

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => Bounded.SelectAsync(
            Enumerable.Range(0, 100).ToArray(),
            3,
            async (item, token) =>
            {
                if (Interlocked.Increment(ref started) == 3)
                {
                    throw new InvalidOperationException("the third");
                }

                await Task.Delay(Timeout.Infinite, token);
                return item;
            },
            default));

        Assert.Equal("the third", error.Message);
        Assert.Equal(3, started);
    }

    [Fact]
    public async Task All_are_tried_where_that_is_asked_for_and_the_failure_is_thrown_at_the_end()
    {
        var tried = 0;

        await Assert.ThrowsAsync<InvalidOperationException>(() => Bounded.SelectAsync<int, int>(
            Enumerable.Range(0, 20).ToArray(),
            3,
            async (item, token) =>
            {
                Interlocked.Increment(ref tried);
                await Task.Yield();
                token.ThrowIfCancellationRequested();
                throw new InvalidOperationException();
            },
            default,
            tryAll: true));

        Assert.Equal(20, tried);
    }

    [Fact]
    public async Task The_caller_s_cancellation_ends_all_and_is_thrown_as_such()
    {
        using var cancellation = new CancellationTokenSource();
        var ended = 0;
        var work = Bounded.SelectAsync(
            Enumerable.Range(0, 5).ToArray(),
            2,
            async (item, token) =>
            {
                try
                {
                    await Task.Delay(Timeout.Infinite, token);
                }
                finally
                {
                    Interlocked.Increment(ref ended);
                }

                return item;
            },
            cancellation.Token);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => work);
        Assert.Equal(2, ended);
    }
}
