namespace PoshAcmeSharp.Dns;

/// <summary>How the time between publishing records and asking the CA is spent.</summary>
public enum DnsWaitMode
{
    /// <summary>The name servers are asked until they have the records; the time is the longest wait.</summary>
    Check,

    /// <summary>The whole time is waited and nobody is asked.</summary>
    Fixed,
}
