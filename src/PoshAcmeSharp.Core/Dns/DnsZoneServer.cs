namespace PoshAcmeSharp.Dns;

/// <summary>One address of a name server of a zone.</summary>
/// <param name="Zone">The zone.</param>
/// <param name="Name">The server's name.</param>
/// <param name="Endpoint">Address and port, such as <c>192.0.2.53:53</c>; empty when the name has no address.</param>
/// <param name="Status">What it is for the zone.</param>
/// <param name="Serial">The serial number of the zone that it has (RFC 1035 section 3.3.13); null when it did not say.</param>
public sealed record DnsZoneServer(string Zone, string Name, string Endpoint, DnsZoneServerStatus Status, long? Serial)
{
    /// <summary>What to call it in a text.</summary>
    internal string Label => Endpoint.Length == 0 ? Name : $"{Name} {Endpoint}";
}
