namespace PoshAcmeSharp.Dns;

/// <summary>What one address of a name server is for its zone.</summary>
public enum DnsZoneServerStatus
{
    /// <summary>It speaks for the zone.</summary>
    Authoritative,

    /// <summary>It answers, but does not know the zone: it refuses, fails, or does not speak for it.</summary>
    Lame,

    /// <summary>It does not answer this machine.</summary>
    Silent,

    /// <summary>This machine has no way to such an address: an IPv6 address where there is no IPv6.</summary>
    NoRoute,

    /// <summary>The server's name has no address.</summary>
    NoAddress,
}
