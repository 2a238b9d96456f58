using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
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

    [FactWith("pebble", "pebble-challtestsrv")]
    public async Task The_challenge_server_serves_txt_values_and_remembers_the_question()
    {
        await using var server = await PebbleServer.StartAsync();
        await server.SetTxtAsync("_acme-challenge.www.example.test", "some-value");

        // RFC 1035 section 4.1: header with one question, the name as labels, type TXT, class IN.
        byte[] question = [0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, .. "\u000f_acme-challenge\u0003www\u0007example\u0004test\0"u8, 0, 16, 0, 1];
        using var udp = new UdpClient();
        udp.Connect(IPEndPoint.Parse(server.DnsServer));
        await udp.SendAsync(question);
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var answer = await udp.ReceiveAsync(deadline.Token);

        Assert.Contains("some-value", Encoding.ASCII.GetString(answer.Buffer), StringComparison.Ordinal);
        Assert.Equal([16], await server.DnsQuestionsAsync("_acme-challenge.www.example.test"));
    }
}
