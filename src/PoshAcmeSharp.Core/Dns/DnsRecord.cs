namespace PoshAcmeSharp.Dns;

/// <summary>One record of an answer.</summary>
/// <param name="Name">The owner in lower-case ASCII without a trailing dot.</param>
/// <param name="Type">The record type.</param>
/// <param name="TimeToLive">For how many seconds it may be cached.</param>
/// <param name="Data">
/// TXT: all its strings joined, one character a byte. A and AAAA: the address. CNAME and NS: the name, like
/// <paramref name="Name"/>. SOA: primary server, mailbox, serial, refresh, retry, expire, minimum, with a space between. CAA: flags, tag in lower case, value, with
/// a space between.
/// </param>
public sealed record DnsRecord(string Name, DnsRecordType Type, long TimeToLive, string Data);
