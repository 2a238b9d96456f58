using System.Net;
using System.Net.Sockets;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Dns;

namespace PoshAcmeSharp.Plugins.Rfc2136;

/// <summary>
/// Sends messages to a name server, signed where there is a key: over UDP, and over TCP where the message or the answer
/// is too long for that, or UDP gets no answer. Updates say what is to be there and what not, so that sending one twice
/// does no harm.
/// </summary>
internal sealed class UpdateClient
{
    private const int UdpAttempts = 2;
    private readonly TsigKey? _key;

    /// <summary>Makes a client.</summary>
    /// <param name="key">The key; null sends without a signature.</param>
    internal UpdateClient(TsigKey? key) => _key = key;

    /// <summary>The name of the key, or null.</summary>
    internal string? KeyName => _key?.Name;

    /// <summary>How long to wait for an answer over UDP.</summary>
    internal TimeSpan UdpTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long an exchange over TCP may take, and the search for the server's address.</summary>
    internal TimeSpan TcpTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Sends a message until there is an answer.</summary>
    /// <param name="server">The name server.</param>
    /// <param name="message">The message, not signed.</param>
    /// <param name="isAnswer">Whether a packet is the answer.</param>
    /// <param name="context">Where to report, and the time.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The answer; a refusal is one too. Without a refusal it is signed where the message was.</returns>
    /// <exception cref="PoshAcmeException">
    /// <c>NameServerNotFound</c>, <c>RFC2136.Timeout</c>, <c>RFC2136.Unreachable</c>, <c>RFC2136.InvalidAnswer</c>,
    /// <c>RFC2136.NotSigned</c>.
    /// </exception>
    internal async Task<UpdateAnswer> SendAsync(NameServerEndpoint server, byte[] message, Func<byte[], bool> isAnswer, PluginContext context, CancellationToken cancellationToken)
    {
        PoshAcmeException? failure = null;
        foreach (var address in await server.FindAddressesAsync(TcpTimeout, cancellationToken).ConfigureAwait(false))
        {
            var endpoint = new IPEndPoint(address, server.Port);
            try
            {
                return await SendToAsync(endpoint, message, isAnswer, context, cancellationToken).ConfigureAwait(false);
            }
            catch (PoshAcmeException e) when (e.Kind is ErrorKind.Connection or ErrorKind.Timeout)
            {
                context.Reporter.Debug(e.Message);
                failure ??= e;
            }
        }

        throw failure ?? NameServerAddresses.NotFound(server, null);
    }

    private async Task<UpdateAnswer> SendToAsync(IPEndPoint server, byte[] message, Func<byte[], bool> isAnswer, PluginContext context, CancellationToken cancellationToken)
    {
        if (Sign(message, context).Message.Length <= UpdateMessage.MaxUdpLength)
        {
            for (var attempt = 0; attempt < UdpAttempts; attempt++)
            {
                var answer = await TryAsync(DnsExchange.UdpAsync, UdpTimeout, server, message, isAnswer, context, cancellationToken).ConfigureAwait(false);
                if (answer.Received is { } received)
                {
                    if (!DnsMessage.IsTruncated(received.Message))
                    {
                        return Verify(received, answer.Mac, context);
                    }

                    break;
                }

                if (answer.Failure is { } reason)
                {
                    context.Reporter.Debug($"Over UDP the name server {server} cannot be reached: {reason.Message}");
                    break;
                }
            }

            context.Reporter.Verbose($"Asking the name server {server} over TCP.");
        }

        var last = await TryAsync(DnsExchange.TcpAsync, TcpTimeout, server, message, isAnswer, context, cancellationToken).ConfigureAwait(false);
        return last.Received is not null ? Verify(last.Received, last.Mac, context) : throw Rfc2136Errors.Silent(server.ToString(), last.Failure);
    }

    private async Task<(UpdateAnswer? Received, byte[] Mac, Exception? Failure)> TryAsync(
        Func<IPEndPoint, byte[], Func<byte[], bool>, CancellationToken, Task<byte[]>> exchange,
        TimeSpan patience,
        IPEndPoint server,
        byte[] message,
        Func<byte[], bool> isAnswer,
        PluginContext context,
        CancellationToken cancellationToken)
    {
        // Each try is signed anew: the time is part of the signature.
        var (signed, mac) = Sign(message, context);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(patience);
        try
        {
            var answer = await exchange(server, signed, isAnswer, timeout.Token).ConfigureAwait(false);

            // What was cut off need not end with a whole record; it is asked for again, and never taken for signed.
            return (new(answer, server.ToString(), DnsMessage.IsTruncated(answer) ? null : TsigRecord.Find(answer)), mac, null);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, mac, null);
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return (null, mac, e);
        }
        catch (FormatException e)
        {
            throw Rfc2136Errors.Invalid(server.ToString(), e);
        }
    }

    private (byte[] Message, byte[] Mac) Sign(byte[] message, PluginContext context)
        => _key is null ? (message, []) : Tsig.Sign(message, _key, context.Clock.UtcNow);

    // A refusal may come without a signature: a server that does not know the key has none. A success may not.
    private UpdateAnswer Verify(UpdateAnswer answer, byte[] mac, PluginContext context)
        => _key is null
            || answer.Code != UpdateCode.NoError
            || (answer.Tsig is not null && Tsig.IsSigned(answer.Message, answer.Tsig, _key, mac, context.Clock.UtcNow))
                ? answer
                : throw Rfc2136Errors.NotSigned(answer, _key.Name);
}
