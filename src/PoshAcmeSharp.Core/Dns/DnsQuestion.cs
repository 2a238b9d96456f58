namespace PoshAcmeSharp.Dns;

/// <summary>What is asked (RFC 1035 section 4.1.2); the class is always IN.</summary>
/// <param name="Name">The name in ASCII; a trailing dot is tolerated, empty is the root.</param>
/// <param name="Type">The record type.</param>
/// <param name="RecursionDesired">False when an authoritative server is asked what it knows itself.</param>
/// <param name="CheckingDisabled">True when a server that validates DNSSEC shall answer without (CD, RFC 4035 section 3.2.2).</param>
public sealed record DnsQuestion(string Name, DnsRecordType Type, bool RecursionDesired = true, bool CheckingDisabled = false);
