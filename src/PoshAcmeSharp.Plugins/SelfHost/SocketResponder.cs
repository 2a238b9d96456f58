using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PoshAcmeSharp.Plugins.SelfHost;

/// <summary>
/// A small HTTP/1.1 server on sockets of our own: GET and HEAD of known tokens, 404 for all else. It needs no URL
/// reservation, takes IPv4 and IPv6, and bounds what a stranger can make it do.
/// </summary>
#pragma warning disable CA1001 // Stopping is what frees it, and that has to wait for those who are being answered.
internal sealed class SocketResponder : IHttpResponder
#pragma warning restore CA1001
{
    private const int MaxConnections = 64;
    private const int Backlog = 128;
    private const int MaxDrained = 65536;

    private static readonly TimeSpan ConnectionTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AcceptPause = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _slots = new(MaxConnections);
    private readonly IReadOnlyList<ListenerPrefix> _prefixes;
    private readonly ChallengeAnswers _answers;
    private readonly IReporter _reporter;
    private readonly List<TcpListener> _listeners = [];
    private readonly List<Task> _loops = [];

    private SocketResponder(IReadOnlyList<ListenerPrefix> prefixes, ChallengeAnswers answers, IReporter reporter)
    {
        _prefixes = prefixes;
        _answers = answers;
        _reporter = reporter;
    }

    /// <exception cref="PoshAcmeException"><c>ListenerPortInUse</c>, <c>ListenerNotPermitted</c>, <c>ListenerNotStarted</c>.</exception>
    public static SocketResponder Start(IReadOnlyList<ListenerPrefix> prefixes, ChallengeAnswers answers, IReporter reporter)
    {
        var responder = new SocketResponder(prefixes, answers, reporter);
        try
        {
            foreach (var (address, port) in Places(prefixes))
            {
                responder._listeners.Add(Listen(address, port));
                reporter.Verbose($"Listening at {Show(address, port)}.");
            }
        }
        catch
        {
            responder._listeners.ForEach(static l => l.Stop());
            responder._stop.Dispose();
            throw;
        }

        responder._loops.AddRange(responder._listeners.Select(responder.AcceptAsync));
        return responder;
    }

    /// <inheritdoc/>
    public async Task StopAsync()
    {
        _stop.Cancel();
        _listeners.ForEach(static l => l.Stop());
        await Task.WhenAll(_loops).ConfigureAwait(false);

        // Whoever holds a slot is cancelled; when all slots are back, nobody runs.
        for (var i = 0; i < MaxConnections; i++)
        {
            await _slots.WaitAsync().ConfigureAwait(false);
        }

        _stop.Dispose();
    }

    /// <summary>What to bind: all addresses of a port take the place of single ones.</summary>
    private static IEnumerable<(IPAddress? Address, int Port)> Places(IReadOnlyList<ListenerPrefix> prefixes)
        => prefixes
            .GroupBy(static p => p.Port)
            .SelectMany(static g => g.Any(p => p.Address is null)
                ? [(null, g.Key)]
                : g.Select(p => (p.Address, p.Port)).Distinct());

    private static TcpListener Listen(IPAddress? address, int port)
    {
        try
        {
            return address is null ? ListenEverywhere(port) : Bind(address, port, isDual: false);
        }
        catch (SocketException e)
        {
            var place = Show(address, port);
            throw e.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse => HttpResponder.InUse(place, e),
                SocketError.AccessDenied => HttpResponder.NotPermitted(place, e),
                _ => HttpResponder.NotStarted(place, e),
            };
        }
    }

    private static TcpListener ListenEverywhere(int port)
    {
        if (Socket.OSSupportsIPv6)
        {
            try
            {
                return Bind(IPAddress.IPv6Any, port, isDual: true);
            }
            catch (SocketException e) when (e.SocketErrorCode is not (SocketError.AddressAlreadyInUse or SocketError.AccessDenied))
            {
                // IPv6 is there but switched off: IPv4 alone remains.
            }
        }

        return Bind(IPAddress.Any, port, isDual: false);
    }

    private static TcpListener Bind(IPAddress address, int port, bool isDual)
    {
        var listener = new TcpListener(address, port);
        if (isDual)
        {
            listener.Server.DualMode = true;
        }

        if (SystemKinds.Current == SystemKind.Windows)
        {
            // Otherwise another program may take the port over; elsewhere that is so anyhow.
            listener.ExclusiveAddressUse = true;
        }

        try
        {
            listener.Start(Backlog);
            return listener;
        }
        catch
        {
            listener.Stop();
            throw;
        }
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        while (!_stop.IsCancellationRequested)
        {
            TcpClient client;
            try
            {
                await _slots.WaitAsync(_stop.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            try
            {
                client = await listener.AcceptTcpClientAsync().ConfigureAwait(false);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                _slots.Release();
                if (!_stop.IsCancellationRequested)
                {
                    // A connection that was gone before it was taken, or too many open files: neither ends the service.
                    await Task.Delay(AcceptPause).ConfigureAwait(false);
                }

                continue;
            }

            _ = ServeAsync(client);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        try
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            deadline.CancelAfter(ConnectionTime);

            // The streams of older frameworks look at no token once they have begun.
            using (deadline.Token.Register(client.Close))
            {
                await AnswerAsync(client, deadline.Token).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or InvalidOperationException or OperationCanceledException)
        {
            // The other side has gone, or has taken too long.
        }
        finally
        {
            client.Dispose();
            _slots.Release();
        }
    }

    private async Task AnswerAsync(TcpClient client, CancellationToken cancellationToken)
    {
        var remote = client.Client.RemoteEndPoint?.ToString();
        var stream = client.GetStream();
        var head = await RequestHead.ReadAsync(stream, cancellationToken).ConfigureAwait(false);
        var answer = head is not null && _prefixes.Any(p => p.Matches(head.Host, head.Path)) ? _answers.Find(head.Method, head.Path) : null;
        _reporter.Verbose(answer is null
            ? $"A request of {remote} that is for no challenge was refused."
            : $"Answered {head!.Path} to {remote}.");
        var response = Response(head, answer);
        await stream.WriteAsync(response, 0, response.Length, cancellationToken).ConfigureAwait(false);

        // Closing with something unread would reset the connection, and the answer might be lost.
        client.Client.Shutdown(SocketShutdown.Send);
        var buffer = new byte[RequestHead.MaxLength];
        for (var drained = 0; drained < MaxDrained;)
        {
            var read = await stream.ReadAsync(buffer, 0, buffer.Length, cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                return;
            }

            drained += read;
        }
    }

    private static byte[] Response(RequestHead? head, string? answer)
    {
        var status = head is null ? "400 Bad Request" : answer is null ? "404 Not Found" : "200 OK";
        var body = Encoding.ASCII.GetBytes(answer ?? string.Empty);
        var header = Encoding.ASCII.GetBytes(
            $"HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: {body.Length.ToString(CultureInfo.InvariantCulture)}\r\nConnection: close\r\n\r\n");
        return head?.Method == "HEAD" ? header : [.. header, .. body];
    }

    private static string Show(IPAddress? address, int port)
        => address is null ? $"port {port.ToString(CultureInfo.InvariantCulture)}" : new IPEndPoint(address, port).ToString();
}
