using System.Text;
using PoshAcmeSharp.Dns;

namespace PoshAcmeSharp.Plugins.Rfc2136;

/// <summary>Messages that change a zone (RFC 2136 section 2).</summary>
internal static class UpdateMessage
{
    /// <summary>The longest message that every server takes over UDP, in bytes (RFC 1035 section 2.3.4).</summary>
    internal const int MaxUdpLength = 512;

    private const int Ttl = 60;
    private const int MaxStringLength = 255;
    private const int ClassIn = 1;
    private const int ClassNone = 254;
    private const byte OpcodeUpdate = 5 << 3;
    private const byte OpcodeMask = 0x78;
    private const byte FlagResponse = 0x80;

    /// <summary>Writes a message that adds or removes single TXT values; other values of the name stay.</summary>
    /// <param name="id">The id.</param>
    /// <param name="zone">The zone.</param>
    /// <param name="recordName">The full name of the record.</param>
    /// <param name="values">The values.</param>
    /// <param name="isRemoval">Whether they are removed.</param>
    /// <returns>The message, not signed.</returns>
    internal static byte[] Write(int id, string zone, string recordName, IReadOnlyCollection<string> values, bool isRemoval)
    {
        var buffer = new List<byte>(MaxUdpLength);
        DnsMessage.AddUInt16(buffer, id);
        buffer.Add(OpcodeUpdate);
        buffer.Add(0);
        DnsMessage.AddUInt16(buffer, 1);
        DnsMessage.AddUInt16(buffer, 0);
        DnsMessage.AddUInt16(buffer, values.Count);
        DnsMessage.AddUInt16(buffer, 0);

        WireName.Write(buffer, zone);
        DnsMessage.AddUInt16(buffer, (int)DnsRecordType.Soa);
        DnsMessage.AddUInt16(buffer, ClassIn);

        foreach (var value in values)
        {
            // Sections 2.5.1 and 2.5.4: class IN adds to the set, class NONE removes this one record from it.
            WireName.Write(buffer, recordName);
            DnsMessage.AddUInt16(buffer, (int)DnsRecordType.Txt);
            DnsMessage.AddUInt16(buffer, isRemoval ? ClassNone : ClassIn);
            DnsMessage.AddUInt16(buffer, 0);
            DnsMessage.AddUInt16(buffer, isRemoval ? 0 : Ttl);
            var data = ToStrings(value);
            DnsMessage.AddUInt16(buffer, data.Count);
            buffer.AddRange(data);
        }

        return buffer.ToArray();
    }

    /// <summary>Whether a packet is the answer to an update.</summary>
    /// <param name="message">The packet.</param>
    /// <param name="id">The id of the update.</param>
    /// <returns>True when it is.</returns>
    internal static bool IsAnswerTo(byte[] message, int id)
        => message.Length >= DnsMessage.HeaderLength
            && DnsMessage.UInt16At(message, 0) == id
            && (message[2] & (FlagResponse | OpcodeMask)) == (FlagResponse | OpcodeUpdate);

    // RFC 1035 section 3.3.14: a text is one or more strings of up to 255 bytes.
    private static List<byte> ToStrings(string value)
    {
        var bytes = Encoding.UTF8.GetBytes(value);
        var data = new List<byte>(bytes.Length + 2);
        var offset = 0;
        do
        {
            var length = Math.Min(bytes.Length - offset, MaxStringLength);
            data.Add((byte)length);
            data.AddRange(bytes.Skip(offset).Take(length));
            offset += length;
        }
        while (offset < bytes.Length);

        return data;
    }
}
