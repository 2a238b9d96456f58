using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using PoshAcmeSharp.Acme;
using Xunit;

namespace PoshAcmeSharp.Tests.Acme;

public class ProxyTests
{
    private const string Directory = """{"newNonce":"http://127.0.0.1:1/nonce","newAccount":"http://127.0.0.1:1/account","newOrder":"http://127.0.0.1:1/order"}""";

    [Fact]
    public async Task Requests_go_through_the_proxy_that_is_given_with_its_credential()
    {
        using var proxy = new TcpListener(IPAddress.Loopback, 0);
        proxy.Start();
        var seen = AnswerAsync(proxy);
        var options = new AcmeOptions
        {
            Proxy = new Uri("http://127.0.0.1:" + ((IPEndPoint)proxy.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture)),
            ProxyCredential = new NetworkCredential("user", "word"),
        };

        // Nobody listens at this address: only the proxy can have answered.
        using var client = await AcmeClient.ConnectAsync("http://127.0.0.1:1/dir", options);

        Assert.Equal("http://127.0.0.1:1/order", client.Directory.NewOrder);
        var head = await seen;
        Assert.StartsWith("GET http://127.0.0.1:1/dir HTTP/1.1", head, StringComparison.Ordinal);
        Assert.Contains("Proxy-Authorization: Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes("user:word")), head, StringComparison.Ordinal);
    }

    /// <summary>Asks for a credential, then answers as the server behind it would; gives the head of the last request.</summary>
    private static async Task<string> AnswerAsync(TcpListener proxy)
    {
        while (true)
        {
            using var client = await proxy.AcceptTcpClientAsync();
            using var stream = client.GetStream();
            var head = await ReadHeadAsync(stream);
            var isAllowed = head.Contains("Proxy-Authorization", StringComparison.Ordinal);
            await stream.WriteAsync(Encoding.ASCII.GetBytes(isAllowed
                ? $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {Directory.Length}\r\nConnection: close\r\n\r\n{Directory}"
                : "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"proxy\"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
            if (isAllowed)
            {
                return head;
            }
        }
    }

    private static async Task<string> ReadHeadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        var buffer = new byte[4096];
        while (!head.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            var read = await stream.ReadAsync(buffer);
            if (read == 0)
            {
                break;
            }

            head.Append(Encoding.ASCII.GetString(buffer, 0, read));
        }

        return head.ToString();
    }
}
