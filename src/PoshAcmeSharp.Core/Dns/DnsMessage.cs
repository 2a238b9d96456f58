using System.Globalization;
using System.Net;

namespace PoshAcmeSharp.Dns;

/// <summary>Messages as bytes (RFC 1035 section 4). Reading throws <see cref="FormatException"/> for what is broken.</summary>
internal static class DnsMessage
{
    /// <summary>What fits into one packet on all usual networks, and what is offered by EDNS(0) (RFC 6891).</summary>
    public const int UdpPayload = 1232;

    /// <summary>The bytes before the first section.</summary>
    public const int HeaderLength = 12;

    private const int ClassIn = 1;
    private const int TypeOpt = 41;
    private const byte FlagResponse = 0x80;
    private const byte FlagAuthoritative = 0x04;
    private const byte FlagTruncated = 0x02;
    private const byte FlagRecursionDesired = 0x01;
    private const byte FlagCheckingDisabled = 0x10;
    private const byte OpcodeMask = 0x78;

    public static byte[] WriteQuery(int id, DnsQuestion question, bool withEdns)
    {
        var buffer = new List<byte>(64);
        AddUInt16(buffer, id);
        buffer.Add(question.RecursionDesired ? FlagRecursionDesired : (byte)0);
        buffer.Add(question.CheckingDisabled ? FlagCheckingDisabled : (byte)0);
        AddUInt16(buffer, 1);
        AddUInt16(buffer, 0);
        AddUInt16(buffer, 0);
        AddUInt16(buffer, withEdns ? 1 : 0);
        WireName.Write(buffer, question.Name.TrimEnd('.'));
        AddUInt16(buffer, (int)question.Type);
        AddUInt16(buffer, ClassIn);
        if (withEdns)
        {
            buffer.Add(0);
            AddUInt16(buffer, TypeOpt);
            AddUInt16(buffer, UdpPayload);
            AddUInt16(buffer, 0);
            AddUInt16(buffer, 0);
            AddUInt16(buffer, 0);
        }

        return buffer.ToArray();
    }

    /// <summary>
    /// Whether a packet is the answer to our question: the id and the question are echoed. A server that could not
    /// read the question may leave it out; what does not match may be forged or late and is to be ignored.
    /// </summary>
    public static bool IsAnswerTo(byte[] message, int id, DnsQuestion question)
    {
        if (message.Length < HeaderLength
            || UInt16At(message, 0) != id
            || (message[2] & (FlagResponse | OpcodeMask)) != FlagResponse)
        {
            return false;
        }

        var count = UInt16At(message, 4);
        if (count == 0)
        {
            return (message[3] & 0x0F) is not (int)DnsResponseCode.NoError and not (int)DnsResponseCode.NXDomain;
        }

        try
        {
            var offset = HeaderLength;
            return count == 1
                && string.Equals(WireName.Read(message, ref offset), question.Name.TrimEnd('.'), StringComparison.OrdinalIgnoreCase)
                && UInt16At(message, offset) == (int)question.Type
                && UInt16At(message, offset + 2) == ClassIn;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    public static bool IsTruncated(byte[] message) => (message[2] & FlagTruncated) != 0;

    public static DnsResponse Read(byte[] message)
    {
        var offset = HeaderLength;
        for (var i = UInt16At(message, 4); i > 0; i--)
        {
            WireName.Read(message, ref offset);
            offset += 4;
        }

        var code = message[3] & 0x0F;
        var answers = ReadSection(message, UInt16At(message, 6), ref offset, ref code);
        var authorities = ReadSection(message, UInt16At(message, 8), ref offset, ref code);
        var additionals = ReadSection(message, UInt16At(message, 10), ref offset, ref code);
        return new((DnsResponseCode)code, (message[2] & FlagAuthoritative) != 0, answers, authorities, additionals);
    }

    private static List<DnsRecord> ReadSection(byte[] message, int count, ref int offset, ref int code)
    {
        var records = new List<DnsRecord>();
        for (var i = 0; i < count; i++)
        {
            var name = WireName.Read(message, ref offset);
            var type = UInt16At(message, offset);
            var recordClass = UInt16At(message, offset + 2);
            var timeToLive = UInt32At(message, offset + 4);
            var length = UInt16At(message, offset + 8);
            offset += 10;
            var end = offset + length;
            if (end > message.Length)
            {
                throw new FormatException("a record is longer than the message");
            }

            if (type == TypeOpt)
            {
                // RFC 6891 section 6.1.3: the upper eight bits of the response code.
                code |= (int)(timeToLive >> 24) << 4;
            }
            else if (recordClass == ClassIn && ReadData(message, type, offset, end) is { } data)
            {
                records.Add(new(name, (DnsRecordType)type, timeToLive, data));
            }

            offset = end;
        }

        return records;
    }

    private static string? ReadData(byte[] message, int type, int offset, int end)
    {
        switch ((DnsRecordType)type)
        {
            case DnsRecordType.A:
            case DnsRecordType.Aaaa:
                return ReadAddress(message, offset, end - offset, (DnsRecordType)type == DnsRecordType.A ? 4 : 16);
            case DnsRecordType.NS:
            case DnsRecordType.CName:
                var name = WireName.Read(message, ref offset);
                return offset == end ? name : throw new FormatException("a record has the wrong length");
            case DnsRecordType.Soa:
                return ReadSoa(message, offset, end);
            case DnsRecordType.Txt:
                return ReadText(message, offset, end);
            case DnsRecordType.Caa:
                return ReadCaa(message, offset, end);
            default:
                return null;
        }
    }

    private static string ReadAddress(byte[] message, int offset, int length, int expected)
    {
        if (length != expected)
        {
            throw new FormatException("an address has the wrong length");
        }

        var bytes = new byte[length];
        Array.Copy(message, offset, bytes, 0, length);
        return new IPAddress(bytes).ToString();
    }

    private static string ReadSoa(byte[] message, int offset, int end)
    {
        var fields = new List<string> { WireName.Read(message, ref offset), WireName.Read(message, ref offset) };
        if (end - offset != 20)
        {
            throw new FormatException("an SOA record has the wrong length");
        }

        for (; offset < end; offset += 4)
        {
            fields.Add(UInt32At(message, offset).ToString(CultureInfo.InvariantCulture));
        }

        return string.Join(" ", fields);
    }

    private static string ReadText(byte[] message, int offset, int end)
    {
        var text = new System.Text.StringBuilder(end - offset);
        while (offset < end)
        {
            var next = offset + 1 + message[offset];
            if (next > end)
            {
                throw new FormatException("a text is longer than its record");
            }

            for (offset++; offset < next; offset++)
            {
                text.Append((char)message[offset]);
            }
        }

        return text.ToString();
    }

    private static string ReadCaa(byte[] message, int offset, int end)
    {
        var valueAt = offset + 2 + (offset + 2 <= end ? message[offset + 1] : 0);
        if (valueAt <= offset + 2 || valueAt > end)
        {
            throw new FormatException("a CAA record has no tag");
        }

        var tag = System.Text.Encoding.ASCII.GetString(message, offset + 2, valueAt - offset - 2).ToLowerInvariant();
        return $"{message[offset].ToString(CultureInfo.InvariantCulture)} {tag} {System.Text.Encoding.ASCII.GetString(message, valueAt, end - valueAt)}";
    }

    internal static void AddUInt16(List<byte> buffer, int value)
    {
        buffer.Add((byte)(value >> 8));
        buffer.Add((byte)value);
    }

    internal static int UInt16At(byte[] message, int offset)
        => offset + 2 <= message.Length
            ? (message[offset] << 8) | message[offset + 1]
            : throw new FormatException("the message is cut off");

    internal static long UInt32At(byte[] message, int offset)
        => ((long)UInt16At(message, offset) << 16) | (uint)UInt16At(message, offset + 2);
}
