using PoshAcmeSharp.AcmeTestServers;
using PoshAcmeSharp.Challenges;

namespace PoshAcmeSharp.Tests.EndToEnd;

/// <summary>Publishes TXT records at Pebble's challenge server, and remembers what it did.</summary>
public sealed class PebbleDnsPlugin(PebbleServer server) : IDnsChallengePlugin
{
    private int _underWay;

    public string Name => "PebbleDns";

    public int MaxConcurrency => 8;

    public List<string> Published { get; } = [];

    public List<string> Unpublished { get; } = [];

    public int MostAtOnce { get; private set; }

    public async Task PublishAsync(TxtRecordSet records, PluginContext context, CancellationToken cancellationToken)
    {
        MostAtOnce = Math.Max(MostAtOnce, Interlocked.Increment(ref _underWay));
        lock (Published)
        {
            Published.Add(records.RecordName);
        }

        foreach (var value in records.Values)
        {
            await server.SetTxtAsync(records.RecordName, value, cancellationToken);
        }

        Interlocked.Decrement(ref _underWay);
    }

    public Task UnpublishAsync(TxtRecordSet records, PluginContext context, CancellationToken cancellationToken)
    {
        lock (Unpublished)
        {
            Unpublished.Add(records.RecordName);
        }

        return server.ClearTxtAsync(records.RecordName, cancellationToken);
    }
}

/// <summary>Answers http-01 challenges at Pebble's challenge server.</summary>
public sealed class PebbleHttpPlugin(PebbleServer server) : IHttpChallengePlugin
{
    public string Name => "PebbleHttp";

    public int MaxConcurrency => 8;

    public Task PublishAsync(HttpChallengeResponse response, PluginContext context, CancellationToken cancellationToken)
        => server.AddHttp01Async(response.Token, response.KeyAuthorization, cancellationToken);

    public Task UnpublishAsync(HttpChallengeResponse response, PluginContext context, CancellationToken cancellationToken)
        => server.RemoveHttp01Async(response.Token, cancellationToken);
}
