using System.Collections.Concurrent;

namespace PoshAcmeSharp.Tests.Plugins;

/// <summary>Keeps all that is told.</summary>
internal sealed class RecordingReporter : IReporter
{
    public ConcurrentQueue<string> Lines { get; } = new();

    public bool IsDebugEnabled => true;

    public void Verbose(string message) => Lines.Enqueue("VERBOSE " + message);

    public void Debug(string message) => Lines.Enqueue("DEBUG " + message);

    public void Warning(string message) => Lines.Enqueue("WARNING " + message);

    public void Progress(ProgressUpdate update) => Lines.Enqueue("PROGRESS " + update);
}
