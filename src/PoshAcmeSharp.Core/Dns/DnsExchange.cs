using System.Net;
using System.Net.Sockets;

namespace PoshAcmeSharp.Dns;

/// <summary>
/// Sends one message and returns the answer (RFC 1035 section 4.2). Throws <see cref="SocketException"/>,
/// <see cref="IOException"/>, <see cref="FormatException"/>, or <see cref="OperationCanceledException"/> when the token
/// says so; there are no other time limits in here.
/// </summary>
internal static class DnsExchange
{
    public static async Task<byte[]> UdpAsync(IPEndPoint server, byte[] query, Func<byte[], bool> isAnswer, CancellationToken cancellationToken)
    {
        // A fresh socket for each question: the system gives it a random port. Connected, it takes packets of this server only.
        using var client = new UdpClient(server.AddressFamily);
        client.Connect(server);
        await client.SendAsync(query, query.Length).ConfigureAwait(false);
        while (true)
        {
            var packet = await OrCanceledAsync(client.ReceiveAsync(), cancellationToken).ConfigureAwait(false);
            if (isAnswer(packet.Buffer))
            {
                return packet.Buffer;
            }

            // A packet that is there comes before the token: a flood of them must not keep the wait going.
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    public static async Task<byte[]> TcpAsync(IPEndPoint server, byte[] query, Func<byte[], bool> isAnswer, CancellationToken cancellationToken)
    {
        using var client = new TcpClient(server.AddressFamily);
        await OrCanceledAsync(ConnectAsync(client, server), cancellationToken).ConfigureAwait(false);
        var stream = client.GetStream();
        var request = new byte[query.Length + 2];
        request[0] = (byte)(query.Length >> 8);
        request[1] = (byte)query.Length;
        query.CopyTo(request, 2);
        await stream.WriteAsync(request, 0, request.Length, cancellationToken).ConfigureAwait(false);

        var prefix = await ReadExactlyAsync(stream, 2, cancellationToken).ConfigureAwait(false);
        var message = await ReadExactlyAsync(stream, (prefix[0] << 8) | prefix[1], cancellationToken).ConfigureAwait(false);
        return isAnswer(message) ? message : throw new FormatException("the answer over TCP is not to our question");
    }

    /// <summary>Waits for a task that cannot be cancelled itself; when the token comes first, the task is left behind.</summary>
    public static async Task<T> OrCanceledAsync<T>(Task<T> task, CancellationToken cancellationToken)
    {
        var canceled = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        using (cancellationToken.Register(() => canceled.TrySetCanceled()))
        {
            if (await Task.WhenAny(task, canceled.Task).ConfigureAwait(false) == task)
            {
                return await task.ConfigureAwait(false);
            }
        }

        // Its failure, when the socket is closed under it, is nobody's news.
        _ = task.ContinueWith(static t => t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        throw new OperationCanceledException(cancellationToken);
    }

    private static async Task<bool> ConnectAsync(TcpClient client, IPEndPoint server)
    {
        await client.ConnectAsync(server.Address, server.Port).ConfigureAwait(false);
        return true;
    }

    private static async Task<byte[]> ReadExactlyAsync(NetworkStream stream, int count, CancellationToken cancellationToken)
    {
        var buffer = new byte[count];
        var read = 0;
        while (read < count)
        {
            var got = await OrCanceledAsync(stream.ReadAsync(buffer, read, count - read, CancellationToken.None), cancellationToken).ConfigureAwait(false);
            read += got > 0 ? got : throw new FormatException("the connection was closed before the answer was complete");
        }

        return buffer;
    }
}
