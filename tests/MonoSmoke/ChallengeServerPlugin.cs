using System.Net.Http;
using System.Text;
using PoshAcmeSharp.Challenges;

namespace PoshAcmeSharp.MonoSmoke;

/// <summary>Publishes TXT records at pebble-challtestsrv.</summary>
internal sealed class ChallengeServerPlugin(Uri managementUrl) : IDnsChallengePlugin, IDisposable
{
    private readonly HttpClient http = new() { BaseAddress = managementUrl };

    public string Name => "ChallengeServer";

    public int MaxConcurrency => 4;

    public async Task PublishAsync(TxtRecordSet records, PluginContext context, CancellationToken cancellationToken)
    {
        foreach (var value in records.Values)
        {
            await PostAsync("set-txt", $"{{\"host\":\"{records.RecordName}.\",\"value\":\"{value}\"}}", cancellationToken).ConfigureAwait(false);
        }
    }

    public Task UnpublishAsync(TxtRecordSet records, PluginContext context, CancellationToken cancellationToken)
        => PostAsync("clear-txt", $"{{\"host\":\"{records.RecordName}.\"}}", cancellationToken);

    public void Dispose() => http.Dispose();

    private async Task PostAsync(string command, string json, CancellationToken cancellationToken)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await http.PostAsync(command, content, cancellationToken).ConfigureAwait(false);
        response.EnsureSuccessStatusCode();
    }
}
