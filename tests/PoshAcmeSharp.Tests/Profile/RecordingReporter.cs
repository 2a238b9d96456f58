using System.Collections.Concurrent;

namespace PoshAcmeSharp.Tests.Profile;

internal sealed class RecordingReporter : IReporter
{
    public ConcurrentQueue<string> Verboses { get; } = new();

    public ConcurrentQueue<string> Warnings { get; } = new();

    public ConcurrentQueue<ProgressUpdate> Updates { get; } = new();

    public bool IsDebugEnabled => false;

    public void Verbose(string message) => Verboses.Enqueue(message);

    public void Debug(string message)
    {
    }

    public void Warning(string message) => Warnings.Enqueue(message);

    public void Progress(ProgressUpdate update) => Updates.Enqueue(update);
}
