using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace PoshAcmeSharp.Benchmarks;

/// <summary>
/// A TCP proxy on a free loopback port that counts connections and holds every byte back for a while, as a network
/// does. TLS passes through as it is.
/// </summary>
internal sealed class CountingProxy : IAsyncDisposable
{
    private const int ChunkSize = 64 * 1024;

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly int targetPort;
    private readonly TimeSpan delay;
    private readonly Task accepting;
    private int connections;

    /// <summary>Starts it.</summary>
    /// <param name="targetPort">Where it leads, on 127.0.0.1.</param>
    /// <param name="delay">How long bytes take, each way.</param>
    public CountingProxy(int targetPort, TimeSpan delay)
    {
        this.targetPort = targetPort;
        this.delay = delay;
        listener.Start();
        accepting = AcceptAsync();
    }

    /// <summary>Where it listens, on 127.0.0.1.</summary>
    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>How many connections were made.</summary>
    public int Connections => connections;

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        await accepting;
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptSocketAsync(stop.Token);
                Interlocked.Increment(ref connections);
                _ = ServeAsync(client);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using (client)
        {
            try
            {
                client.NoDelay = true;
                await server.ConnectAsync(IPAddress.Loopback, targetPort, stop.Token);
                await Task.WhenAll(PumpAsync(client, server), PumpAsync(server, client));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException)
            {
                // One of the two has gone, or all is being stopped.
            }
        }
    }

    private Task PumpAsync(Socket from, Socket to)
    {
        // What is under way does not hold up what comes behind it.
        var underWay = Channel.CreateUnbounded<(long Sent, byte[] Data)>();
        return Task.WhenAll(ReadAsync(from, underWay.Writer), WriteAsync(to, underWay.Reader));
    }

    private async Task ReadAsync(Socket from, ChannelWriter<(long Sent, byte[] Data)> underWay)
    {
        var buffer = new byte[ChunkSize];
        try
        {
            int read;
            while ((read = await from.ReceiveAsync(buffer, stop.Token)) > 0)
            {
                underWay.TryWrite((Stopwatch.GetTimestamp(), buffer[..read]));
            }
        }
        finally
        {
            underWay.Complete();
        }
    }

    private async Task WriteAsync(Socket to, ChannelReader<(long Sent, byte[] Data)> underWay)
    {
        await foreach (var (sent, data) in underWay.ReadAllAsync(stop.Token))
        {
            var left = delay - Stopwatch.GetElapsedTime(sent);
            if (left > TimeSpan.Zero)
            {
                await Task.Delay(left, stop.Token);
            }

            await to.SendAsync(data, stop.Token);
        }

        to.Shutdown(SocketShutdown.Send);
    }
}
