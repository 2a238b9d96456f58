using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace PoshAcmeSharp.AcmeTestServers;

/// <summary>
/// Finds ports for programs that cannot bind port 0. They lie below the range that systems take for outgoing
/// connections, so that nobody gets one by chance between finding and binding it.
/// </summary>
internal static class LoopbackPorts
{
    private const int First = 20000;
    private const int End = 32000;

    /// <summary>Finds ports that are free for TCP and UDP at this moment.</summary>
    /// <param name="count">How many.</param>
    /// <returns>The ports, all different.</returns>
    public static IReadOnlyList<int> Find(int count)
    {
        var found = new HashSet<int>();
        for (var tries = 0; found.Count < count; tries++)
        {
            if (tries > 1000)
            {
                throw new InvalidOperationException("There is no free port on the loopback address.");
            }

            var port = RandomNumberGenerator.GetInt32(First, End);
            if (IsFree(port))
            {
                found.Add(port);
            }
        }

        return [.. found];
    }

    private static bool IsFree(int port)
    {
        try
        {
            var address = new IPEndPoint(IPAddress.Loopback, port);
            using var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            udp.Bind(address);
            using var tcp = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            tcp.Bind(address);
            tcp.Listen();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
