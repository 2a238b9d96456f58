using System.Net;
using System.Net.NetworkInformation;

namespace PoshAcmeSharp.Dns;

/// <summary>The name servers that the machine itself uses, in its order.</summary>
internal static class SystemNameServers
{
    private const string ResolverConfiguration = "/etc/resolv.conf";

    public static IReadOnlyList<NameServerEndpoint> Find()
    {
        var addresses = Environment.OSVersion.Platform == PlatformID.Win32NT
            ? FromInterfaces()
            : FromResolverConfiguration(File.Exists(ResolverConfiguration) ? File.ReadAllLines(ResolverConfiguration) : []);
        return [.. addresses.Distinct().Select(static address => new NameServerEndpoint(address.ToString()))];
    }

    internal static IReadOnlyList<IPAddress> FromResolverConfiguration(IEnumerable<string> lines)
    {
        var addresses = new List<IPAddress>();
        foreach (var line in lines)
        {
            var words = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length >= 2
                && string.Equals(words[0], "nameserver", StringComparison.Ordinal)
                && IPAddress.TryParse(words[1], out var address))
            {
                addresses.Add(address);
            }
        }

        // resolv.conf(5): without an entry it is the server of this machine.
        return addresses.Count > 0 ? addresses : [IPAddress.Loopback];
    }

    private static IEnumerable<IPAddress> FromInterfaces()
        => NetworkInterface.GetAllNetworkInterfaces()
            .Where(static adapter => adapter.OperationalStatus == OperationalStatus.Up && adapter.NetworkInterfaceType != NetworkInterfaceType.Loopback)
            .Select(static adapter => adapter.GetIPProperties())
            .OrderBy(static properties => properties.GatewayAddresses.Count == 0)
            .SelectMany(static properties => properties.DnsAddresses)
            //// Windows lists fec0:0:0:ffff::1 to ::3 where nothing is configured; nobody answers there.
            .Where(static address => !address.IsIPv6SiteLocal);
}
