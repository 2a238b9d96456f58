using System.Net.Http.Json;
using System.Text.Json.Nodes;
using PoshAcmeSharp.AcmeTestServers;
using PoshAcmeSharp.Tests.Support;
using Xunit;

namespace PoshAcmeSharp.Tests.TestServers;

public class PebbleServerTests
{
    [FactWith("pebble", "pebble-challtestsrv")]
    public async Task Pebble_serves_its_directory_over_tls_that_its_own_authority_vouches_for()
    {
        await using var server = await PebbleServer.StartAsync();
        using var http = new HttpClient(server.CreateHandler());

        var directory = await http.GetFromJsonAsync<JsonObject>(server.DirectoryUrl);

        Assert.StartsWith("https://127.0.0.1:", (string)directory!["newOrder"]!, StringComparison.Ordinal);
        using var untrusting = new HttpClient();
        await Assert.ThrowsAsync<HttpRequestException>(() => untrusting.GetAsync(server.DirectoryUrl));
        Assert.Contains("GET /dir", server.ApiRequests);
    }

    [FactWith("pebble", "pebble-challtestsrv")]
    public async Task Pebble_has_as_many_issuing_roots_as_asked_for()
    {
        await using var server = await PebbleServer.StartAsync(new PebbleOptions { AlternateRoots = 1 });

        var first = await server.IssuingRootsPemAsync(0);
        var second = await server.IssuingRootsPemAsync(1);

        Assert.StartsWith("-----BEGIN CERTIFICATE-----", first, StringComparison.Ordinal);
        Assert.NotEqual(first, second);
    }

    [FactWith("pebble", "pebble-challtestsrv")]
    public async Task The_challenge_server_answers_http01_when_asked_to()
    {
        await using var server = await PebbleServer.StartAsync(new PebbleOptions { ServeHttp01 = true });
        await server.AddHttp01Async("some-token", "some-token.thumbprint");
        using var http = new HttpClient();

        var answer = await http.GetStringAsync(new Uri($"http://127.0.0.1:{server.HttpPort}/.well-known/acme-challenge/some-token"));

        Assert.Equal("some-token.thumbprint", answer);
        Assert.Contains("/.well-known/acme-challenge/some-token", Assert.Single(await server.HttpRequestsAsync("127.0.0.1")), StringComparison.Ordinal);
    }
}
