namespace PoshAcmeSharp.Dns;

/// <summary>What one name server said about one record.</summary>
public enum DnsServerStatus
{
    /// <summary>It answered with every value.</summary>
    Found,

    /// <summary>It answered with a CNAME, the same as the others; the servers of the target are asked too.</summary>
    Alias,

    /// <summary>It answered, and at least one value is not there.</summary>
    Missing,

    /// <summary>It did not answer in time.</summary>
    Timeout,

    /// <summary>It cannot be reached, or its name has no address.</summary>
    Unreachable,

    /// <summary>This machine has no way to such an address: an IPv6 address where there is no IPv6.</summary>
    NoRoute,

    /// <summary>It refused to answer (REFUSED).</summary>
    Refused,

    /// <summary>It failed (SERVFAIL); with a server that validates, the zone's DNSSEC may be broken.</summary>
    ServFail,

    /// <summary>It answered with another error code, or with something that is no valid answer.</summary>
    Invalid,
}
