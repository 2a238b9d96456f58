using System.Net.Http.Json;
using PoshAcmeSharp.Challenges;

namespace PoshAcmeSharp.Samples.Quickstart;

/// <summary>Publishes TXT records at the test DNS server. A plugin for a DNS provider looks the same.</summary>
/// <param name="api">Where the server takes records.</param>
internal sealed class TestDnsPlugin(Uri api) : IDnsChallengePlugin, IDisposable
{
    private readonly HttpClient http = new() { BaseAddress = api };

    public string Name => "TestDns";

    public int MaxConcurrency => 4;

    public async Task PublishAsync(TxtRecordSet records, PluginContext context, CancellationToken cancellationToken)
    {
        foreach (var value in records.Values)
        {
            await PostAsync("set-txt", new { host = records.RecordName + ".", value }, cancellationToken);
        }
    }

    public Task UnpublishAsync(TxtRecordSet records, PluginContext context, CancellationToken cancellationToken)
        => PostAsync("clear-txt", new { host = records.RecordName + "." }, cancellationToken);

    public void Dispose() => http.Dispose();

    private async Task PostAsync(string command, object body, CancellationToken cancellationToken)
    {
        using var response = await http.PostAsJsonAsync(command, body, cancellationToken);
        response.EnsureSuccessStatusCode();
    }
}
