using System.Globalization;

namespace PoshAcmeSharp.Dns;

/// <summary>What is needed of an SOA record (RFC 1035 section 3.3.13).</summary>
internal sealed record SoaData(uint Serial, uint Minimum)
{
    /// <summary>Reads the text of a record, as <see cref="DnsRecord.Data"/> has it.</summary>
    public static SoaData Parse(string data)
    {
        var fields = data.Split(' ');
        return new(Number(fields[2]), Number(fields[6]));
    }

    private static uint Number(string text) => uint.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
