using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace PoshAcmeSharp.PowerShell.Infrastructure;

/// <summary>
/// Runs asynchronous work beside the pipeline thread and carries what it has to say back on to that thread, which alone
/// may write. Knows nothing of PowerShell, so that it can be tested without one.
/// </summary>
/// <remarks>
/// When a write fails (the pipeline was stopped, <c>Select-Object -First</c> has enough, <c>-ErrorAction Stop</c>) the
/// work is cancelled, its clean-up runs to its end with the pump still listening, and only then the failure goes on its way.
/// </remarks>
internal sealed class PipelinePump : IDisposable
{
    /// <summary>How long the clean-up of stopped work may take.</summary>
    public static readonly TimeSpan DefaultGrace = TimeSpan.FromSeconds(30);

    /// <summary>How often <c>tick</c> is called while work runs.</summary>
    public static readonly TimeSpan DefaultTickInterval = TimeSpan.FromMilliseconds(200);

    private readonly object _gate = new();
    private readonly Queue<Entry> _entries = new();
    private readonly CancellationTokenSource _cancellation = new();
    private readonly Stopwatch _sinceStop = new();
    private readonly Func<Exception, bool> _endsPipeline;
    private readonly Action _tick;
    private readonly TimeSpan _grace;
    private readonly TimeSpan _tickInterval;
    private ExceptionDispatchInfo? _failure;
    private bool _isOpen;
    private bool _isStopping;

    /// <summary>Makes a pump.</summary>
    /// <param name="endsPipeline">Whether an exception of a question is the pipeline's, not the question's.</param>
    /// <param name="tick">Called on the pipeline thread at intervals while work runs.</param>
    /// <param name="grace">How long stopped work may take to end.</param>
    /// <param name="tickInterval">How often to call <paramref name="tick"/>.</param>
    public PipelinePump(Func<Exception, bool> endsPipeline, Action tick, TimeSpan grace, TimeSpan tickInterval)
    {
        _endsPipeline = endsPipeline;
        _tick = tick;
        _grace = grace;
        _tickInterval = tickInterval;
    }

    /// <summary>Whether the work was told to stop.</summary>
    public bool IsStopping
    {
        get
        {
            lock (_gate)
            {
                return _isStopping;
            }
        }
    }

    /// <summary>Runs work and does not return before it has ended or was given up. Called on the pipeline thread.</summary>
    /// <param name="work">The work; runs on the thread pool.</param>
    public void Run(Func<CancellationToken, Task> work)
    {
        lock (_gate)
        {
            if (_isStopping)
            {
                return;
            }

            _isOpen = true;
        }

        // On the thread pool, where no synchronization context can wait for the thread that waits here.
        var task = Task.Run(() => work(_cancellation.Token), CancellationToken.None);
        _ = task.ContinueWith(_ => Wake(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        Pump(task);
        Finish(task);
    }

    /// <summary>Has something done on the pipeline thread. Never throws; after the end it does nothing.</summary>
    /// <param name="action">What to do, such as writing a line.</param>
    public void Post(Action action) => Enqueue(new Entry(action, static () => { }));

    /// <summary>Has something asked on the pipeline thread.</summary>
    /// <typeparam name="T">The type of the answer.</typeparam>
    /// <param name="question">The question.</param>
    /// <returns>The answer; cancelled when the pipeline stops first.</returns>
    public Task<T> AskAsync<T>(Func<T> question)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Enqueue(new Entry(
            () =>
            {
                if (IsStopping)
                {
                    answer.TrySetCanceled();
                    return;
                }

                try
                {
                    answer.TrySetResult(question());
                }
                catch (Exception e) when (!_endsPipeline(e))
                {
                    answer.TrySetException(e);
                }
                finally
                {
                    answer.TrySetCanceled();
                }
            },
            () => answer.TrySetCanceled()));
        return answer.Task;
    }

    /// <summary>Cancels the work. Called from any thread; returns at once.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            if (_isStopping)
            {
                return;
            }

            _isStopping = true;
            _sinceStop.Start();
            Monitor.PulseAll(_gate);
        }

        // Cancel() runs what waits for the token on its own thread, and that may be anything.
        _ = Task.Run(_cancellation.Cancel, CancellationToken.None);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            // Stopped work may still look at its token.
            if (_isStopping)
            {
                return;
            }

            _isStopping = true;
        }

        _cancellation.Dispose();
    }

    private void Enqueue(Entry entry)
    {
        lock (_gate)
        {
            if (_isOpen)
            {
                _entries.Enqueue(entry);
                Monitor.PulseAll(_gate);
                return;
            }
        }

        entry.Drop();
    }

    private void Wake()
    {
        lock (_gate)
        {
            Monitor.PulseAll(_gate);
        }
    }

    private void Pump(Task task)
    {
        var sinceTick = Stopwatch.StartNew();
        while (TryTake(task, sinceTick, out var entry))
        {
            if (entry is not null)
            {
                Guard(entry.Run);
            }

            if (sinceTick.Elapsed >= _tickInterval)
            {
                Guard(_tick);
                sinceTick.Restart();
            }
        }
    }

    /// <summary>Waits for the next entry; true with none means that it is time to tick.</summary>
    private bool TryTake(Task task, Stopwatch sinceTick, out Entry? entry)
    {
        lock (_gate)
        {
            while (true)
            {
                entry = null;
                var graceLeft = _isStopping ? _grace - _sinceStop.Elapsed : _grace;
                if (graceLeft > TimeSpan.Zero && _entries.Count > 0)
                {
                    entry = _entries.Dequeue();
                    return true;
                }

                if (task.IsCompleted || graceLeft <= TimeSpan.Zero)
                {
                    Close();
                    return false;
                }

                var untilTick = _tickInterval - sinceTick.Elapsed;
                if (untilTick <= TimeSpan.Zero)
                {
                    return true;
                }

                var wait = _isStopping && graceLeft < untilTick ? graceLeft : untilTick;
                Monitor.Wait(_gate, (int)Math.Ceiling(wait.TotalMilliseconds));
            }
        }
    }

    private void Close()
    {
        _isOpen = false;
        while (_entries.Count > 0)
        {
            _entries.Dequeue().Drop();
        }
    }

    private void Guard(Action action)
    {
        try
        {
            action();
        }
#pragma warning disable CA1031 // Kept and thrown again when the work has ended; what fails after it is its consequence.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _failure ??= ExceptionDispatchInfo.Capture(e);
            Stop();
        }
    }

    private void Finish(Task task)
    {
        if (!task.IsCompleted)
        {
            // Given up. Whatever it still throws must not come up again as unobserved.
            _ = task.ContinueWith(static t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }

        if (_failure is { } failure)
        {
            _ = task.IsCompleted ? task.Exception : null;
            failure.Throw();
        }

        if (!task.IsCompleted || (IsStopping && (task.IsCanceled || task.Exception?.InnerException is OperationCanceledException)))
        {
            return;
        }

        task.GetAwaiter().GetResult();
    }

    private sealed class Entry(Action run, Action drop)
    {
        public Action Run { get; } = run;

        public Action Drop { get; } = drop;
    }
}
