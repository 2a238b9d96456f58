using PoshAcmeSharp.Dns;

namespace PoshAcmeSharp.Plugins.Rfc2136;

/// <summary>The record that signs a message and ends it (RFC 8945 section 4.2).</summary>
/// <param name="KeyName">The name of the key.</param>
/// <param name="AlgorithmName">The name of the algorithm.</param>
/// <param name="TimeSigned">When it was signed, in seconds since 1970.</param>
/// <param name="Fudge">How far the clocks may be apart, in seconds.</param>
/// <param name="OriginalId">The id of the message when it was signed.</param>
internal sealed record TsigRecord(string KeyName, string AlgorithmName, long TimeSigned, int Fudge, int OriginalId)
{
    private const int Type = 250;
    private const int ClassAny = 255;
    private const int TimeLength = 6;

    /// <summary>The code; empty in answers that are not signed.</summary>
    internal byte[] Mac { get; init; } = [];

    /// <summary>What is wrong with the signature that the server got, or 0.</summary>
    internal int Error { get; init; }

    /// <summary>With BADTIME: the time of the server.</summary>
    internal byte[] OtherData { get; init; } = [];

    /// <summary>Where it begins in the message that it was read from.</summary>
    internal int Offset { get; init; }

    /// <summary>The time of the server in seconds since 1970, which only BADTIME tells; else null.</summary>
    internal long? ServerTime => OtherData.Length == TimeLength ? TimeAt(OtherData, 0) : null;

    /// <summary>Reads the record of a message.</summary>
    /// <param name="message">The message.</param>
    /// <returns>The record; null where the message has none at its end.</returns>
    /// <exception cref="FormatException">The message is broken.</exception>
    internal static TsigRecord? Find(byte[] message)
    {
        var offset = DnsMessage.HeaderLength;
        for (var i = DnsMessage.UInt16At(message, 4); i > 0; i--)
        {
            WireName.Read(message, ref offset);
            offset += 4;
        }

        var start = offset;
        for (var i = DnsMessage.UInt16At(message, 6) + DnsMessage.UInt16At(message, 8) + DnsMessage.UInt16At(message, 10); i > 0; i--)
        {
            start = offset;
            WireName.Read(message, ref offset);
            offset += 10 + DnsMessage.UInt16At(message, offset + 8);
        }

        return offset != message.Length
            ? throw new FormatException("the message is shorter or longer than its records")
            : DnsMessage.UInt16At(message, 10) > 0 ? Read(message, start) : null;
    }

    /// <summary>Writes the record.</summary>
    /// <param name="buffer">The message so far; the count of its records is the caller's.</param>
    internal void Write(List<byte> buffer)
    {
        WireName.Write(buffer, KeyName);
        DnsMessage.AddUInt16(buffer, Type);
        DnsMessage.AddUInt16(buffer, ClassAny);
        buffer.AddRange(new byte[4]);
        var data = new List<byte>();
        WireName.Write(data, AlgorithmName);
        AddTime(data);
        DnsMessage.AddUInt16(data, Fudge);
        DnsMessage.AddUInt16(data, Mac.Length);
        data.AddRange(Mac);
        DnsMessage.AddUInt16(data, OriginalId);
        AddErrorAndOtherData(data);
        DnsMessage.AddUInt16(buffer, data.Count);
        buffer.AddRange(data);
    }

    /// <summary>Writes what is signed of the record itself (RFC 8945 section 4.3.3).</summary>
    /// <param name="buffer">What is signed, so far.</param>
    internal void WriteVariables(List<byte> buffer)
    {
        WireName.Write(buffer, KeyName);
        DnsMessage.AddUInt16(buffer, ClassAny);
        buffer.AddRange(new byte[4]);
        WireName.Write(buffer, AlgorithmName);
        AddTime(buffer);
        DnsMessage.AddUInt16(buffer, Fudge);
        AddErrorAndOtherData(buffer);
    }

    private static TsigRecord? Read(byte[] message, int start)
    {
        var offset = start;
        var keyName = WireName.Read(message, ref offset);
        if (DnsMessage.UInt16At(message, offset) != Type)
        {
            return null;
        }

        offset += 10;
        var algorithm = WireName.Read(message, ref offset);
        var time = TimeAt(message, offset);
        var fudge = DnsMessage.UInt16At(message, offset + TimeLength);
        offset += TimeLength + 2;
        var mac = ReadBytes(message, ref offset);
        var id = DnsMessage.UInt16At(message, offset);
        var error = DnsMessage.UInt16At(message, offset + 2);
        offset += 4;
        var other = ReadBytes(message, ref offset);
        return offset == message.Length
            ? new(keyName, algorithm, time, fudge, id) { Mac = mac, Error = error, OtherData = other, Offset = start }
            : throw new FormatException("a TSIG record has the wrong length");
    }

    private static byte[] ReadBytes(byte[] message, ref int offset)
    {
        var bytes = new byte[DnsMessage.UInt16At(message, offset)];
        offset += 2;
        if (offset + bytes.Length > message.Length)
        {
            throw new FormatException("a TSIG record is cut off");
        }

        Array.Copy(message, offset, bytes, 0, bytes.Length);
        offset += bytes.Length;
        return bytes;
    }

    private static long TimeAt(byte[] bytes, int offset) => ((long)DnsMessage.UInt16At(bytes, offset) << 32) | DnsMessage.UInt32At(bytes, offset + 2);

    private void AddTime(List<byte> buffer)
    {
        for (var shift = (TimeLength - 1) * 8; shift >= 0; shift -= 8)
        {
            buffer.Add((byte)(TimeSigned >> shift));
        }
    }

    private void AddErrorAndOtherData(List<byte> buffer)
    {
        DnsMessage.AddUInt16(buffer, Error);
        DnsMessage.AddUInt16(buffer, OtherData.Length);
        buffer.AddRange(OtherData);
    }
}
