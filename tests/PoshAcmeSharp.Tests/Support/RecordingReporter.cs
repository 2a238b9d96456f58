using System.Collections.Concurrent;

namespace PoshAcmeSharp.Tests.Support;

/// <summary>Keeps all that is told.</summary>
internal sealed class RecordingReporter : IReporter
{
    /// <summary>Everything in its order, with the kind in front, such as <c>WARNING text</c>.</summary>
    public ConcurrentQueue<string> Lines { get; } = new();

    public ConcurrentQueue<string> Warnings { get; } = new();

    public ConcurrentQueue<ProgressUpdate> ProgressUpdates { get; } = new();

    public bool IsDebugEnabled => true;

    public void Verbose(string message) => Lines.Enqueue("VERBOSE " + message);

    public void Debug(string message) => Lines.Enqueue("DEBUG " + message);

    public void Warning(string message)
    {
        Lines.Enqueue("WARNING " + message);
        Warnings.Enqueue(message);
    }

    public void Progress(ProgressUpdate update)
    {
        Lines.Enqueue("PROGRESS " + update);
        ProgressUpdates.Enqueue(update);
    }
}
