using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PoshAcmeSharp.AcmeTestServers;

/// <summary>The management interface of pebble-challtestsrv: DNS data, http-01 answers, what was asked.</summary>
/// <param name="http">Its base address is the management interface.</param>
internal sealed class ChallengeServerClient(HttpClient http)
{
    /// <summary>Sends one command.</summary>
    /// <param name="command">Such as <c>set-txt</c>.</param>
    /// <param name="body">What it takes.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>A task that ends when it is done.</returns>
    public async Task SendAsync(string command, object body, CancellationToken cancellationToken)
    {
        using var response = await http.PostAsJsonAsync(command, body, cancellationToken).ConfigureAwait(false);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Which DNS questions a name got.</summary>
    /// <param name="host">The name.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The types of the questions (16 is TXT), the oldest first.</returns>
    public async Task<IReadOnlyList<int>> DnsQuestionsAsync(string host, CancellationToken cancellationToken)
    {
        // Data is set under full names, but the history is kept under names without the last dot.
        var requests = await HistoryAsync<DnsRequest>("dns-request-history", host.TrimEnd('.'), cancellationToken).ConfigureAwait(false);
        return [.. requests.Select(r => r.Question.Qtype)];
    }

    /// <summary>Which http-01 requests a name got.</summary>
    /// <param name="host">The name, without a port.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The paths, the oldest first.</returns>
    public async Task<IReadOnlyList<string>> HttpRequestsAsync(string host, CancellationToken cancellationToken)
    {
        var requests = await HistoryAsync<HttpRequest>("http-request-history", host, cancellationToken).ConfigureAwait(false);
        return [.. requests.Select(r => r.URL)];
    }

    /// <summary>DNS data is kept under full names.</summary>
    /// <param name="host">A name, with or without the last dot.</param>
    /// <returns>The name with the last dot.</returns>
    public static string FullName(string host) => host.EndsWith('.') ? host : host + ".";

    private async Task<IReadOnlyList<T>> HistoryAsync<T>(string command, string host, CancellationToken cancellationToken)
    {
        using var response = await http.PostAsJsonAsync(command, new { host }, cancellationToken).ConfigureAwait(false);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<List<T>>(JsonSerializerOptions.Web, cancellationToken).ConfigureAwait(false) ?? [];
    }

    private sealed record DnsRequest([property: JsonPropertyName("Question")] DnsQuestion Question);

    private sealed record DnsQuestion(int Qtype);

    private sealed record HttpRequest(string URL);
}
