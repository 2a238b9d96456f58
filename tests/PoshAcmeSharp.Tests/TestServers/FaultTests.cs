using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using PoshAcmeSharp.AcmeTestServers;
using Xunit;

namespace PoshAcmeSharp.Tests.TestServers;

public class FaultTests
{
    private static readonly string[] Names = ["www.example.test"];

    [Fact]
    public async Task A_reset_before_the_request_takes_effect_leaves_no_order()
    {
        await using var server = await ScriptedAcmeServer.StartAsync();
        using var client = new RawAcmeClient(server);
        await client.RegisterAsync();
        server.OnRequest(AcmeOperation.NewOrder, Fault.ResetBeforeProcessing());

        await Assert.ThrowsAsync<HttpRequestException>(() => client.OrderAsync(Names));

        Assert.Empty(server.Orders);
        Assert.Equal(0, server.FaultsLeft);
    }

    [Fact]
    public async Task A_reset_after_the_request_took_effect_leaves_an_order()
    {
        await using var server = await ScriptedAcmeServer.StartAsync();
        using var client = new RawAcmeClient(server);
        await client.RegisterAsync();
        server.OnRequest(AcmeOperation.NewOrder, Fault.ResetAfterProcessing());

        await Assert.ThrowsAsync<HttpRequestException>(() => client.OrderAsync(Names));

        Assert.Single(server.Orders);
        await client.OrderAsync(Names);
    }

    [Fact]
    public async Task A_reset_in_the_body_comes_after_a_good_status()
    {
        await using var server = await ScriptedAcmeServer.StartAsync();
        using var client = new RawAcmeClient(server);
        await client.RegisterAsync();
        server.OnRequest(AcmeOperation.Account, Fault.ResetInBody());

        await Assert.ThrowsAsync<HttpRequestException>(() => client.PostAsync(client.AccountUrl!, payload: null));

        Assert.True(server.History.Of(AcmeOperation.Account)[0].WasProcessed);
    }

    [Fact]
    public async Task Faults_are_played_as_often_and_as_late_as_asked_for()
    {
        await using var server = await ScriptedAcmeServer.StartAsync();
        using var client = new RawAcmeClient(server);
        server.OnRequest(AcmeOperation.Directory, Fault.Status(503, "120"), times: 2, after: 1);

        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 4; i++)
        {
            using var response = await client.GetAsync(server.DirectoryUrl);
            statuses.Add(response.StatusCode);
            Assert.Equal(response.IsSuccessStatusCode ? null : "120", response.Headers.RetryAfter?.ToString());
        }

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable, HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK], statuses);
    }

    [Fact]
    public async Task Half_of_the_nonces_can_be_refused()
    {
        await using var server = await ScriptedAcmeServer.StartAsync(new ScriptedAcmeOptions { BadNoncePercent = 50 });
        using var client = new RawAcmeClient(server);
        for (var i = 0; i < 40; i++)
        {
            using var response = await client.PostAsync(await client.UrlAsync("newAccount"), []);
        }

        var refused = server.History.Of(AcmeOperation.NewAccount).Count(r => r.Status == 400);
        Assert.InRange(refused, 10, 30);
    }

    [Fact]
    public async Task An_order_can_be_stuck_and_then_valid_without_its_certificate()
    {
        await using var server = await ScriptedAcmeServer.StartAsync(new ScriptedAcmeOptions { PollsInProcessing = 2, PollsWithoutCertificateUrl = 1, RetryAfter = "1" });
        using var client = new RawAcmeClient(server);
        await client.RegisterAsync();
        var seen = new List<(string? Status, bool HasCertificate)>();
        var order = await client.IssueAsync(Names);
        seen.Add(((string?)order["status"], order.ContainsKey("certificate")));
        for (var i = 0; i < 3; i++)
        {
            order = await client.PostForJsonAsync(server.Orders[0].Url);
            seen.Add(((string?)order["status"], order.ContainsKey("certificate")));
        }

        Assert.Equal([("processing", false), ("processing", false), ("valid", false), ("valid", true)], seen);
    }

    [Fact]
    public async Task Answers_can_be_truncated_edited_and_moved_to_another_time()
    {
        await using var server = await ScriptedAcmeServer.StartAsync(new ScriptedAcmeOptions { ClockOffset = TimeSpan.FromDays(-1) });
        using var client = new RawAcmeClient(server);
        server.OnRequest(AcmeOperation.Directory, Fault.TruncatedJson());
        server.OnRequest(AcmeOperation.Directory, Fault.Edit(json => json.Remove("newOrder")));

        using var truncated = await client.GetAsync(server.DirectoryUrl);
        using var edited = await client.GetAsync(server.DirectoryUrl);

        await Assert.ThrowsAsync<JsonException>(() => truncated.Content.ReadFromJsonAsync<JsonObject>());
        Assert.False((await edited.Content.ReadFromJsonAsync<JsonObject>())!.ContainsKey("newOrder"));
        Assert.InRange(DateTimeOffset.UtcNow - edited.Headers.Date!.Value, TimeSpan.FromHours(23), TimeSpan.FromHours(25));
    }

    [Fact]
    public async Task A_small_body_can_be_large_when_it_is_unpacked()
    {
        await using var server = await ScriptedAcmeServer.StartAsync();
        server.OnRequest(AcmeOperation.Directory, Fault.GzipBomb(5_000_000), times: 2);
        using var unpacking = Http(DecompressionMethods.GZip);
        using var plain = Http();

        Assert.Equal(5_000_000, (await unpacking.GetByteArrayAsync(new Uri(server.DirectoryUrl))).Length);
        Assert.InRange((await plain.GetByteArrayAsync(new Uri(server.DirectoryUrl))).Length, 1, 100_000);
    }

    [Fact]
    public async Task A_server_with_requests_that_never_end_can_be_stopped()
    {
        var server = await ScriptedAcmeServer.StartAsync();
        using var http = Http();
        server.OnRequest(AcmeOperation.Directory, Fault.SlowDrip(TimeSpan.FromMilliseconds(1)));
        server.OnRequest(AcmeOperation.Directory, Fault.Hang());
        using var dripping = await http.GetAsync(new Uri(server.DirectoryUrl), HttpCompletionOption.ResponseHeadersRead);
        var body = dripping.Content.ReadAsStringAsync();
        var hanging = http.GetAsync(new Uri(server.DirectoryUrl));

        await server.DisposeAsync();

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => body);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => hanging);
    }

    [Fact]
    public async Task Requests_beside_each_other_count_as_one_round_trip()
    {
        const int count = 5;
        await using var server = await ScriptedAcmeServer.StartAsync();
        using var http = Http();
        await http.GetStringAsync(new Uri(server.DirectoryUrl));
        var arrived = 0;
        var allHere = new TaskCompletionSource();
        server.OnRequest(AcmeOperation.Directory, times: count, fault: new Fault("WaitForAll", async c =>
        {
            if (Interlocked.Increment(ref arrived) == count)
            {
                allHere.SetResult();
            }

            await allHere.Task;
            return c.Process();
        }));

        await Task.WhenAll(Enumerable.Range(0, count).Select(_ => http.GetStringAsync(new Uri(server.DirectoryUrl))));

        Assert.Equal(1 + count, server.History.All.Count);
        Assert.Equal(2, server.History.SequentialDepth);
        Assert.Equal(count, server.History.MaxConcurrentRequests);
        Assert.Equal(count, server.ConnectionCount);
    }

    private static HttpClient Http(DecompressionMethods decompression = DecompressionMethods.None)
    {
        var http = new HttpClient(new SocketsHttpHandler { AutomaticDecompression = decompression }, disposeHandler: true);
        http.DefaultRequestHeaders.UserAgent.ParseAdd("FaultTests/1.0");
        return http;
    }
}
