using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace PoshAcmeSharp.Dns;

/// <summary>
/// A resolver that only asks (RFC 1035): UDP with EDNS(0), TCP when the answer does not fit, a random id and source
/// port for each question. It caches nothing: whoever waits for a record wants to see the change.
/// </summary>
public sealed class DnsResolver : IDnsResolver
{
    private readonly DnsResolverOptions _options;
    private readonly Lazy<IReadOnlyList<NameServerEndpoint>> _systemServers;

    /// <summary>Makes a resolver.</summary>
    /// <param name="options">Time-outs and servers; null takes the defaults.</param>
    public DnsResolver(DnsResolverOptions? options = null)
    {
        _options = options ?? new();
        _systemServers = new(() => _options.SystemServers ?? SystemNameServers.Find());
    }

    /// <inheritdoc/>
    public async Task<DnsResponse> QueryAsync(DnsQuestion question, NameServerEndpoint? server, CancellationToken cancellationToken)
    {
        if (server is not null)
        {
            return await AskServerAsync(question, server, cancellationToken).ConfigureAwait(false);
        }

        DnsResponse? refusal = null;
        PoshAcmeException? failure = null;
        foreach (var candidate in _systemServers.Value)
        {
            try
            {
                var response = await AskServerAsync(question, candidate, cancellationToken).ConfigureAwait(false);
                if (response.Code is DnsResponseCode.NoError or DnsResponseCode.NXDomain)
                {
                    return response;
                }

                refusal ??= response;
            }
            catch (PoshAcmeException e)
            {
                failure ??= e;
            }
        }

        return refusal ?? throw failure ?? new PoshAcmeException(
            "NoNameServers",
            ErrorKind.NotFound,
            "This machine has no name servers configured.",
            "Name the servers to ask, or configure DNS on this machine.");
    }

    private async Task<DnsResponse> AskServerAsync(DnsQuestion question, NameServerEndpoint server, CancellationToken cancellationToken)
    {
        PoshAcmeException? failure = null;
        foreach (var address in await server.FindAddressesAsync(TimeSpan.FromTicks(_options.Timeout.Ticks * _options.Attempts), cancellationToken).ConfigureAwait(false))
        {
            try
            {
                return await AskAddressAsync(question, new(address, server.Port), cancellationToken).ConfigureAwait(false);
            }
            catch (PoshAcmeException e)
            {
                failure ??= e;
            }
        }

        throw failure ?? NameServerAddresses.NotFound(server, null);
    }

    private async Task<DnsResponse> AskAddressAsync(DnsQuestion question, IPEndPoint server, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < _options.Attempts; attempt++)
        {
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            timeout.CancelAfter(_options.Timeout);
            try
            {
                var response = await ExchangeAsync(question, server, withEdns: true, timeout.Token).ConfigureAwait(false);

                // RFC 6891 section 7: a server that does not know EDNS says so in this way.
                return response.Code is DnsResponseCode.FormErr or DnsResponseCode.NotImp
                    ? await ExchangeAsync(question, server, withEdns: false, timeout.Token).ConfigureAwait(false)
                    : response;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // This try is over; the next may do.
            }
            catch (SocketException e)
            {
                throw Unreachable(server, e);
            }
            catch (IOException e)
            {
                throw Unreachable(server, e);
            }
            catch (FormatException e)
            {
                throw new PoshAcmeException(
                    "DnsInvalidResponse",
                    ErrorKind.InvalidData,
                    $"The name server {server} sent an answer that is not valid: {e.Message}.",
                    "Ask another server, or tell the one who runs this one.",
                    e);
            }
        }

        throw new PoshAcmeException(
            "DnsTimeout",
            ErrorKind.Timeout,
            $"The name server {server} did not answer.",
            "Check that a firewall lets UDP and TCP port 53 pass, or name another server.");
    }

    private static async Task<DnsResponse> ExchangeAsync(DnsQuestion question, IPEndPoint server, bool withEdns, CancellationToken cancellationToken)
    {
        var id = NewId();
        var query = DnsMessage.WriteQuery(id, question, withEdns);
        bool IsAnswer(byte[] message) => DnsMessage.IsAnswerTo(message, id, question);

        var answer = await DnsExchange.UdpAsync(server, query, IsAnswer, cancellationToken).ConfigureAwait(false);
        if (DnsMessage.IsTruncated(answer))
        {
            answer = await DnsExchange.TcpAsync(server, query, IsAnswer, cancellationToken).ConfigureAwait(false);
        }

        return DnsMessage.Read(answer);
    }

    /// <summary>A random id of a message.</summary>
    internal static int NewId()
    {
        var bytes = new byte[2];
        using (var random = RandomNumberGenerator.Create())
        {
            random.GetBytes(bytes);
        }

        return (bytes[0] << 8) | bytes[1];
    }

    private static PoshAcmeException Unreachable(IPEndPoint server, Exception innerException)
        => innerException is SocketException
        {
            SocketErrorCode: SocketError.NetworkUnreachable
                or SocketError.AddressFamilyNotSupported
                or SocketError.ProtocolFamilyNotSupported
                or SocketError.AddressNotAvailable,
        }
            ? new(
                "DnsNoRoute",
                ErrorKind.Connection,
                $"This machine has no way to the name server {server}.",
                server.AddressFamily == AddressFamily.InterNetworkV6 ? "Ignore it if this machine has no IPv6." : "Check the network of this machine.",
                innerException)
            : new(
                "DnsUnreachable",
                ErrorKind.Connection,
                $"The name server {server} cannot be reached: {innerException.Message}",
                "Check that a name server runs there and that a firewall lets UDP and TCP pass.",
                innerException);
}
