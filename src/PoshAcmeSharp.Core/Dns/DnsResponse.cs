namespace PoshAcmeSharp.Dns;

/// <summary>What a server answered (RFC 1035 section 4.1). Records of types that nobody here reads are left out.</summary>
/// <param name="Code">The response code.</param>
/// <param name="IsAuthoritative">Whether the server speaks for the zone (AA).</param>
/// <param name="Answers">The answer section.</param>
/// <param name="Authorities">The authority section: with a negative answer the zone's SOA (RFC 2308).</param>
/// <param name="Additionals">The additional section.</param>
public sealed record DnsResponse(
    DnsResponseCode Code,
    bool IsAuthoritative,
    IReadOnlyList<DnsRecord> Answers,
    IReadOnlyList<DnsRecord> Authorities,
    IReadOnlyList<DnsRecord> Additionals)
{
    /// <summary>For how many seconds a negative answer is kept by those who heard it (RFC 2308 section 5); 0 when it does not say.</summary>
    internal long NegativeSeconds()
    {
        var soa = Authorities.FirstOrDefault(static record => record.Type == DnsRecordType.Soa);
        return soa is null ? 0 : Math.Min(soa.TimeToLive, SoaData.Parse(soa.Data).Minimum);
    }
}
