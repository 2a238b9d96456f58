namespace PoshAcmeSharp.Dns;

/// <summary>The record types that are asked for, with their numbers on the wire (RFC 1035 section 3.2.2, RFC 3596).</summary>
public enum DnsRecordType
{
    /// <summary>No type.</summary>
    None = 0,

    /// <summary>An IPv4 address.</summary>
    A = 1,

    /// <summary>A name server of a zone.</summary>
    NS = 2,

    /// <summary>The name that this name stands for.</summary>
    CName = 5,

    /// <summary>The start of a zone.</summary>
    Soa = 6,

    /// <summary>Text.</summary>
    Txt = 16,

    /// <summary>An IPv6 address.</summary>
    Aaaa = 28,

    /// <summary>Who may issue certificates (RFC 8659).</summary>
    Caa = 257,
}
