using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Plugins.SelfHost;
using PoshAcmeSharp.Tests.Support;
using Xunit;

namespace PoshAcmeSharp.Tests.Plugins.SelfHost;

/// <summary>The web server over sockets, and the same answers through the HttpListener of the system.</summary>
public sealed class ResponderTests : IAsyncLifetime, IDisposable
{
    private const string Path = "/.well-known/acme-challenge/";

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private readonly ChallengeAnswers _answers = new();
    private readonly RecordingReporter _reporter = new();
    private readonly int _port = FreePort.Find();
    private readonly List<IHttpResponder> _running = [];

    public Task InitializeAsync()
    {
        _answers.Add(new HttpChallengeResponse("www.example.test", "token-1", "token-1.thumbprint"));
        return Task.CompletedTask;
    }

    public Task DisposeAsync() => Task.WhenAll(_running.Select(r => r.StopAsync()));

    public void Dispose() => _http.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_token_is_answered_with_its_key_authorization_and_nothing_else(bool bySystem)
    {
        Start(bySystem);

        using var response = await _http.GetAsync(Url(Path + "token-1"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("token-1.thumbprint", await response.Content.ReadAsStringAsync());
        Assert.Equal(new MediaTypeHeaderValue("text/plain"), response.Content.Headers.ContentType);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task HEAD_tells_the_length_only(bool bySystem)
    {
        Start(bySystem);
        using var request = new HttpRequestMessage(HttpMethod.Head, Url(Path + "token-1"));

        using var response = await _http.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(string.Empty, await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("GET", Path + "token-2")]
    [InlineData("GET", Path)]
    [InlineData("GET", Path + "token-1?x=1")]
    [InlineData("GET", Path + "TOKEN-1")]
    [InlineData("GET", "/token-1")]
    [InlineData("GET", "/")]
    [InlineData("POST", Path + "token-1")]
    [InlineData("DELETE", Path + "token-1")]
    public async Task Everything_else_is_not_found(string method, string path)
    {
        Start();
        using var request = new HttpRequestMessage(new HttpMethod(method), Url(path));

        using var response = await _http.SendAsync(request);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Theory]
    [InlineData("\r\n\r\n")]
    [InlineData("hello\r\n\r\n")]
    [InlineData("GET /x\r\n\r\n")]
    [InlineData("GET /x HTTP/2\r\n\r\n")]
    public async Task What_is_no_HTTP_is_refused(string request)
    {
        Start();

        Assert.StartsWith("HTTP/1.1 400 ", await SendAsync(Encoding.ASCII.GetBytes(request)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_head_that_does_not_end_is_refused_at_its_limit()
    {
        Start();

        Assert.StartsWith("HTTP/1.1 400 ", await SendAsync(Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nX: " + new string('a', RequestHead.MaxLength))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_whole_URL_of_a_proxy_is_understood()
    {
        Start();

        var response = await SendAsync(Encoding.ASCII.GetBytes($"GET http://www.example.test{Path}token-1 HTTP/1.1\r\nHost: www.example.test\r\n\r\n"));

        Assert.EndsWith("\r\n\r\ntoken-1.thumbprint", response, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_that_comes_byte_by_byte_is_answered()
    {
        Start();
        using var client = new TcpClient();
        client.NoDelay = true;
        await client.ConnectAsync(IPAddress.Loopback, _port);
        foreach (var b in Encoding.ASCII.GetBytes($"GET {Path}token-1 HTTP/1.0\r\n\r\n"))
        {
            await client.GetStream().WriteAsync(new[] { b });
        }

        using var reader = new StreamReader(client.GetStream());
        Assert.EndsWith("token-1.thumbprint", await reader.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Silent_connections_keep_neither_others_from_an_answer_nor_the_server_from_stopping()
    {
        var responder = Start();
        var silent = new List<TcpClient>();
        try
        {
            for (var i = 0; i < 20; i++)
            {
                silent.Add(new TcpClient());
                await silent[i].ConnectAsync(IPAddress.Loopback, _port);
            }

            Assert.Equal("token-1.thumbprint", await _http.GetStringAsync(Url(Path + "token-1")));
            _running.Remove(responder);
            await responder.StopAsync().WaitAsync(TimeSpan.FromSeconds(30));
        }
        finally
        {
            silent.ForEach(c => c.Dispose());
        }
    }

    [Fact]
    public async Task Many_requests_at_once_are_all_answered()
    {
        Start();

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => _http.GetStringAsync(Url(Path + "token-1"))));

        Assert.All(answers, a => Assert.Equal("token-1.thumbprint", a));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_port_is_free_again_once_it_has_stopped(bool bySystem)
    {
        var first = Start(bySystem);
        _running.Remove(first);
        await first.StopAsync();

        Start(bySystem);

        Assert.Equal("token-1.thumbprint", await _http.GetStringAsync(Url(Path + "token-1")));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("+")]
    public void A_port_that_is_taken_is_named(string host)
    {
        Start();

        var error = Assert.Throws<PoshAcmeException>(() => Start(host: host));

        Assert.Equal("ListenerPortInUse", error.ErrorId);
        Assert.Contains($"{_port}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_address_of_another_machine_is_an_error()
        => Assert.Equal("ListenerNotStarted", Assert.Throws<PoshAcmeException>(() => Start(host: "192.0.2.1")).ErrorId);

    [Fact]
    public async Task A_port_without_address_is_listened_at_in_IPv4_and_IPv6()
    {
        Start(host: "+");

        Assert.Equal("token-1.thumbprint", await _http.GetStringAsync(Url(Path + "token-1")));
        if (Socket.OSSupportsIPv6)
        {
            Assert.Equal("token-1.thumbprint", await _http.GetStringAsync(new Uri($"http://[::1]:{_port}{Path}token-1")));
        }
    }

    [Fact]
    public async Task A_prefix_with_a_name_answers_for_that_name_only()
    {
        Start(host: "www.example.test");

        Assert.Contains("200 OK", await SendAsync(Encoding.ASCII.GetBytes($"GET {Path}token-1 HTTP/1.1\r\nHost: WWW.example.test:{_port}\r\n\r\n")), StringComparison.Ordinal);
        Assert.Contains("404 Not Found", await SendAsync(Encoding.ASCII.GetBytes($"GET {Path}token-1 HTTP/1.1\r\nHost: other.example.test\r\n\r\n")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("https://+:8080/")]
    [InlineData("http://+:8080")]
    [InlineData("http://:8080/")]
    [InlineData("http:///")]
    [InlineData("http://+:0/")]
    [InlineData("http://+:65536/")]
    [InlineData("http://+:http/")]
    [InlineData("http://a b/")]
    public void A_prefix_that_is_none_is_refused_by_name(string text)
    {
        var error = Assert.Throws<PoshAcmeException>(() => ListenerPrefix.Parse(text));

        Assert.Equal("InvalidListenerPrefix", error.ErrorId);
        Assert.Contains($"'{text}'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://+/", null, 80)]
    [InlineData("http://*:8080/x/", null, 8080)]
    [InlineData("http://127.0.0.1:81/", "127.0.0.1", 81)]
    [InlineData("http://[::1]/", "::1", 80)]
    [InlineData("HTTP://www.example.test:5002/", null, 5002)]
    public void A_prefix_tells_address_and_port(string text, string? address, int port)
    {
        var prefix = ListenerPrefix.Parse(text);

        Assert.Equal(address, prefix.Address?.ToString());
        Assert.Equal(port, prefix.Port);
    }

    private IHttpResponder Start(bool bySystem = false, string host = "127.0.0.1")
    {
        // The HttpListener of .NET outside of Windows takes the host of a prefix literally.
        var prefix = ListenerPrefix.Parse($"http://{(bySystem ? "localhost" : host)}:{_port}/");
        IHttpResponder responder = bySystem
            ? SystemResponder.Start([prefix], _answers, _reporter)
            : SocketResponder.Start([prefix], _answers, _reporter);
        _running.Add(responder);
        return responder;
    }

    private Uri Url(string path) => new($"http://localhost:{_port}{path}");

    private async Task<string> SendAsync(byte[] request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _port);
        await client.GetStream().WriteAsync(request);
        using var reader = new StreamReader(client.GetStream());
        return await reader.ReadToEndAsync();
    }
}
