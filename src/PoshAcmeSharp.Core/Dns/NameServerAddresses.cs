using System.Net;
using System.Net.Sockets;

namespace PoshAcmeSharp.Dns;

/// <summary>Finds the addresses of a name server as the system does, its hosts file included.</summary>
internal static class NameServerAddresses
{
    /// <exception cref="PoshAcmeException"><c>NameServerNotFound</c>: the name has no address, or nobody says one in time.</exception>
    public static async Task<IPAddress[]> FindAddressesAsync(this NameServerEndpoint server, TimeSpan patience, CancellationToken cancellationToken)
    {
        if (server.Address is { } address)
        {
            return [address];
        }

        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(patience);
        try
        {
            return await DnsExchange.OrCanceledAsync(System.Net.Dns.GetHostAddressesAsync(server.Host), timeout.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw NotFound(server, e);
        }
        catch (SocketException e)
        {
            throw NotFound(server, e);
        }
    }

    public static PoshAcmeException NotFound(NameServerEndpoint server, Exception? innerException)
        => new(
            "NameServerNotFound",
            ErrorKind.NotFound,
            $"The name server '{server.Host}' has no address that can be found.",
            "Check the name, or give the server's address.",
            innerException);
}
