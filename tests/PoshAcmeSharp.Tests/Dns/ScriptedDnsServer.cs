using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using PoshAcmeSharp.Dns;

namespace PoshAcmeSharp.Tests.Dns;

/// <summary>A DNS server on the loopback address, over UDP and TCP on one port, that answers as a test says.</summary>
internal sealed class ScriptedDnsServer : IDisposable
{
    private readonly Func<DnsQuery, IEnumerable<byte[]>> answer;
    private readonly CancellationTokenSource stop = new();
    private readonly UdpClient udp;
    private readonly TcpListener tcp;

    /// <summary>Starts it.</summary>
    /// <param name="answer">The packets to send for a question; none is silence. Over TCP only the first is sent.</param>
    public ScriptedDnsServer(Func<DnsQuery, IEnumerable<byte[]>> answer)
    {
        this.answer = answer;
        (udp, tcp) = Bind();
        Endpoint = new("127.0.0.1", ((IPEndPoint)udp.Client.LocalEndPoint!).Port);
        _ = ServeUdpAsync();
        _ = ServeTcpAsync();
    }

    public NameServerEndpoint Endpoint { get; }

    public ConcurrentQueue<DnsQuery> Queries { get; } = new();

    public static ScriptedDnsServer Answering(Func<DnsQuery, DnsPacket?> answer)
        => new(query => answer(query) is { } packet ? [packet.ToArray()] : []);

    public void Dispose()
    {
        stop.Cancel();
        udp.Dispose();
        tcp.Dispose();
        stop.Dispose();
    }

    // The same port for both is found by trying.
    private static (UdpClient Udp, TcpListener Tcp) Bind()
    {
        for (var tries = 0; ; tries++)
        {
            var tcp = new TcpListener(IPAddress.Loopback, 0);
            tcp.Start();
            try
            {
                return (new UdpClient((IPEndPoint)tcp.LocalEndpoint), tcp);
            }
            catch (SocketException) when (tries < 20)
            {
                tcp.Dispose();
            }
        }
    }

    private async Task ServeUdpAsync()
    {
        try
        {
            while (true)
            {
                var packet = await udp.ReceiveAsync(stop.Token);
                foreach (var response in Answer(packet.Buffer, false, packet.RemoteEndPoint.Port))
                {
                    await udp.SendAsync(response, packet.RemoteEndPoint, stop.Token);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The test is over.
        }
    }

    private async Task ServeTcpAsync()
    {
        try
        {
            while (true)
            {
                using var client = await tcp.AcceptTcpClientAsync(stop.Token);
                var stream = client.GetStream();
                var prefix = new byte[2];
                await stream.ReadExactlyAsync(prefix, stop.Token);
                var message = new byte[(prefix[0] << 8) | prefix[1]];
                await stream.ReadExactlyAsync(message, stop.Token);
                if (Answer(message, true, ((IPEndPoint)client.Client.RemoteEndPoint!).Port).FirstOrDefault() is { } response)
                {
                    await stream.WriteAsync((byte[])[(byte)(response.Length >> 8), (byte)response.Length, .. response], stop.Token);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException or IOException)
        {
            // The test is over.
        }
    }

    private IEnumerable<byte[]> Answer(byte[] message, bool isTcp, int port)
    {
        var query = DnsQuery.Parse(message, isTcp, port);
        Queries.Enqueue(query);
        return answer(query);
    }
}
