using PoshAcmeSharp.Challenges;

namespace PoshAcmeSharp.Benchmarks;

/// <summary>Publishes nothing: the server takes every challenge as valid.</summary>
internal sealed class NoPublishing : IDnsChallengePlugin
{
    public string Name => "None";

    public int MaxConcurrency => 16;

    public Task PublishAsync(TxtRecordSet records, PluginContext context, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task UnpublishAsync(TxtRecordSet records, PluginContext context, CancellationToken cancellationToken) => Task.CompletedTask;
}
