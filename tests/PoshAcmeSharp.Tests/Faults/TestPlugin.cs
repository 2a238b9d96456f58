using System.Collections.Concurrent;
using PoshAcmeSharp.Challenges;

namespace PoshAcmeSharp.Tests.Faults;

/// <summary>Publishes nowhere, as the scripted server believes every acknowledgement, and remembers what it was told.</summary>
internal sealed class TestPlugin : IDnsChallengePlugin
{
    public string Name => "Test";

    public int MaxConcurrency => 16;

    public ConcurrentQueue<string> Published { get; } = new();

    public ConcurrentQueue<string> Unpublished { get; } = new();

    /// <summary>What happens when a record is published.</summary>
    public Func<Task>? Publishing { get; set; }

    /// <summary>What happens when a record is removed.</summary>
    public Func<Task>? Unpublishing { get; set; }

    public Task PublishAsync(TxtRecordSet records, PluginContext context, CancellationToken cancellationToken)
    {
        Published.Enqueue(records.RecordName);
        return Publishing?.Invoke() ?? Task.CompletedTask;
    }

    public Task UnpublishAsync(TxtRecordSet records, PluginContext context, CancellationToken cancellationToken)
    {
        Unpublished.Enqueue(records.RecordName);
        return Unpublishing?.Invoke() ?? Task.CompletedTask;
    }
}
