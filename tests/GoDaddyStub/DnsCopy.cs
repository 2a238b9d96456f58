using System.Net.Http.Json;

namespace GoDaddyStub;

/// <summary>Copies TXT records to a pebble-challtestsrv, so that a CA that asks that finds what was published.</summary>
/// <param name="management">Where its management interface listens.</param>
internal sealed class DnsCopy(Uri management) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = management };
    private readonly SemaphoreSlim _turn = new(1);
    private Dictionary<string, string[]> _copied = [];

    /// <summary>Brings the DNS to what the records are now.</summary>
    /// <param name="state">The records.</param>
    /// <returns>A task that ends when the DNS answers so.</returns>
    public async Task UpdateAsync(StubState state)
    {
        await _turn.WaitAsync();
        try
        {
            Dictionary<string, string[]> wanted;
            lock (state)
            {
                wanted = state.Records.Where(r => r.Type == "TXT").GroupBy(FullName, r => r.Data).ToDictionary(g => g.Key, g => g.ToArray());
            }

            foreach (var name in _copied.Keys.Union(wanted.Keys).Where(n => !Values(_copied, n).SequenceEqual(Values(wanted, n))))
            {
                await SendAsync("clear-txt", new { host = name });
                foreach (var value in Values(wanted, name))
                {
                    await SendAsync("set-txt", new { host = name, value });
                }
            }

            _copied = wanted;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _http.Dispose();
        _turn.Dispose();
    }

    private static string FullName(StubRecord record) => record.Name == "@" ? $"{record.Zone}." : $"{record.Name}.{record.Zone}.";

    private static string[] Values(Dictionary<string, string[]> all, string name) => all.GetValueOrDefault(name) ?? [];

    private async Task SendAsync(string command, object body)
    {
        using var response = await _http.PostAsJsonAsync(command, body);
        response.EnsureSuccessStatusCode();
    }
}
