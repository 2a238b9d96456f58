namespace PoshAcmeSharp.Dns;

/// <summary>What is asked (RFC 1035 section 4.1.2); the class is always IN.</summary>
/// <param name="Name">The name in ASCII; a trailing dot is tolerated, empty is the root.</param>
/// <param name="Type">The record type.</param>
/// <param name="RecursionDesired">False when an authoritative server is asked what it knows itself.</param>
public sealed record DnsQuestion(string Name, DnsRecordType Type, bool RecursionDesired = true);
