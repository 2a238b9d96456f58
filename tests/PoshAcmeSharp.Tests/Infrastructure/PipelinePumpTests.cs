using PoshAcmeSharp.PowerShell.Infrastructure;
using Xunit;

namespace PoshAcmeSharp.Tests.Infrastructure;

public sealed class PipelinePumpTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);

    [Fact]
    public void Work_runs_beside_the_pipeline_thread_and_writes_on_it()
    {
        using var pump = MakePump();
        var pipelineThread = Environment.CurrentManagedThreadId;
        var workThread = 0;
        var writeThreads = new List<int>();

        pump.Run(async _ =>
        {
            workThread = Environment.CurrentManagedThreadId;
            pump.Post(() => writeThreads.Add(Environment.CurrentManagedThreadId));
            await Task.Yield();
            pump.Post(() => writeThreads.Add(Environment.CurrentManagedThreadId));
        });

        Assert.NotEqual(pipelineThread, workThread);
        Assert.Equal([pipelineThread, pipelineThread], writeThreads);
    }

    [Fact]
    public void What_is_written_keeps_its_order()
    {
        using var pump = MakePump();
        var written = new List<int>();

        pump.Run(_ =>
        {
            for (var i = 0; i < 1000; i++)
            {
                var number = i;
                pump.Post(() => written.Add(number));
            }

            return Task.CompletedTask;
        });

        Assert.Equal(Enumerable.Range(0, 1000), written);
    }

    [Fact]
    public void A_synchronization_context_of_the_pipeline_thread_does_not_lock_up_the_work()
    {
        using var pump = MakePump();
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(new DeadContext());
        try
        {
            var ended = false;
            pump.Run(async _ =>
            {
                await Task.Delay(1, CancellationToken.None);
                ended = true;
            });
            Assert.True(ended);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    [Fact]
    public void A_question_is_asked_on_the_pipeline_thread_and_its_answer_comes_back()
    {
        using var pump = MakePump();
        var askedOn = 0;
        var answer = 0;

        pump.Run(async _ => answer = await pump.AskAsync(() =>
        {
            askedOn = Environment.CurrentManagedThreadId;
            return 42;
        }));

        Assert.Equal(42, answer);
        Assert.Equal(Environment.CurrentManagedThreadId, askedOn);
    }

    [Fact]
    public void A_question_that_fails_fails_for_who_asked()
    {
        using var pump = MakePump();
        Exception? seen = null;

        pump.Run(async _ => seen = await Record.ExceptionAsync(() => pump.AskAsync<bool>(() => throw new FormatException("no"))));

        Assert.IsType<FormatException>(seen);
    }

    [Fact]
    public void An_exception_of_the_work_comes_out_as_it_was_thrown()
    {
        using var pump = MakePump();
        var thrown = new FormatException("bad");

        var seen = Assert.Throws<FormatException>(() => pump.Run(async _ =>
        {
            await Task.Yield();
            throw thrown;
        }));

        Assert.Same(thrown, seen);
    }

    [Fact]
    public void Stopping_cancels_the_work_lets_its_clean_up_end_and_is_silent()
    {
        using var pump = MakePump();
        var cleanedUp = false;

        pump.Run(async token =>
        {
            pump.Post(pump.Stop);
            try
            {
                await Task.Delay(Timeout.Infinite, token);
            }
            finally
            {
                await Task.Delay(20, CancellationToken.None);
                cleanedUp = true;
            }
        });

        Assert.True(cleanedUp);
        Assert.True(pump.IsStopping);
    }

    [Fact]
    public void A_write_that_fails_cancels_the_work_and_comes_out_after_its_clean_up()
    {
        using var pump = MakePump();
        var steps = new List<string>();

        var seen = Assert.Throws<PipelineEndedException>(() => pump.Run(async token =>
        {
            pump.Post(() => throw new PipelineEndedException());
            var cancelled = await Record.ExceptionAsync(() => Task.Delay(Timeout.Infinite, token));
            steps.Add(cancelled is OperationCanceledException ? "cancelled" : "not cancelled");
            pump.Post(() => throw new FormatException("another write of a stopped pipeline"));
            await Task.Delay(20, CancellationToken.None);
            steps.Add("cleaned up");
        }));

        Assert.NotNull(seen);
        Assert.Equal(["cancelled", "cleaned up"], steps);
    }

    [Fact]
    public void The_clean_up_of_failed_writing_can_still_warn()
    {
        using var pump = MakePump();
        var warnings = new List<string>();

        Assert.Throws<PipelineEndedException>(() => pump.Run(async token =>
        {
            pump.Post(() => throw new PipelineEndedException());
            await Record.ExceptionAsync(() => Task.Delay(Timeout.Infinite, token));
            pump.Post(() => warnings.Add("left behind"));
        }));

        Assert.Equal(["left behind"], warnings);
    }

    [Fact]
    public void A_question_whose_answer_ends_the_pipeline_cancels_who_asked()
    {
        using var pump = MakePump();
        Exception? seen = null;

        Assert.Throws<PipelineEndedException>(() => pump.Run(async _ =>
            seen = await Record.ExceptionAsync(() => pump.AskAsync<bool>(() => throw new PipelineEndedException()))));

        Assert.IsAssignableFrom<OperationCanceledException>(seen);
    }

    [Fact]
    public void A_question_after_the_stop_is_cancelled_not_asked()
    {
        using var pump = MakePump();
        var asked = false;
        Exception? seen = null;

        pump.Run(async _ =>
        {
            pump.Stop();
            seen = await Record.ExceptionAsync(() => pump.AskAsync(() => asked = true));
        });

        Assert.False(asked);
        Assert.IsAssignableFrom<OperationCanceledException>(seen);
    }

    [Fact]
    public void Work_that_does_not_end_after_the_stop_is_given_up_after_the_grace()
    {
        using var pump = new PipelinePump(e => e is PipelineEndedException, () => { }, TimeSpan.FromMilliseconds(50), Long);
        var never = new TaskCompletionSource();
        Task<bool>? question = null;

        pump.Run(_ =>
        {
            pump.Stop();
            return never.Task;
        });
        question = pump.AskAsync(() => true);

        Assert.False(never.Task.IsCompleted);
        Assert.True(question.IsCanceled);
    }

    [Fact]
    public void Writing_after_the_end_does_nothing_and_does_not_throw()
    {
        using var pump = MakePump();
        var written = false;
        pump.Run(_ => Task.CompletedTask);

        pump.Post(() => written = true);
        pump.Run(_ => Task.CompletedTask);

        Assert.False(written);
    }

    [Fact]
    public void The_tick_comes_on_the_pipeline_thread_while_the_work_waits()
    {
        var ticked = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var pump = new PipelinePump(
            _ => false,
            () => ticked.TrySetResult(Environment.CurrentManagedThreadId),
            Long,
            TimeSpan.FromMilliseconds(1));
        var thread = 0;

        pump.Run(async _ => thread = await ticked.Task);

        Assert.Equal(Environment.CurrentManagedThreadId, thread);
    }

    [Fact]
    public void A_stopped_pump_runs_no_more_work()
    {
        using var pump = MakePump();
        var ran = false;
        pump.Stop();

        pump.Run(_ =>
        {
            ran = true;
            return Task.CompletedTask;
        });

        Assert.False(ran);
    }

    private static PipelinePump MakePump() => new(e => e is PipelineEndedException, () => { }, Long, Long);

    private sealed class PipelineEndedException : Exception;

    /// <summary>Takes work and never does it, as a window whose thread is busy.</summary>
    private sealed class DeadContext : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state)
        {
        }
    }
}
