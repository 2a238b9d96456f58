using System.Collections.Concurrent;

namespace PoshAcmeSharp.Tests.Support;

/// <summary>Keeps what was told.</summary>
internal sealed class RecordingReporter : IReporter
{
    public ConcurrentQueue<string> VerboseMessages { get; } = new();

    public ConcurrentQueue<string> DebugMessages { get; } = new();

    public ConcurrentQueue<string> Warnings { get; } = new();

    public ConcurrentQueue<ProgressUpdate> ProgressUpdates { get; } = new();

    public bool IsDebugEnabled => true;

    public void Verbose(string message) => VerboseMessages.Enqueue(message);

    public void Debug(string message) => DebugMessages.Enqueue(message);

    public void Warning(string message) => Warnings.Enqueue(message);

    public void Progress(ProgressUpdate update) => ProgressUpdates.Enqueue(update);
}
