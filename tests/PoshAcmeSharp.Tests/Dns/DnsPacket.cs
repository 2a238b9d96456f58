using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace PoshAcmeSharp.Tests.Dns;

/// <summary>Builds the answers of <see cref="ScriptedDnsServer"/> byte by byte, without the code that is tested.</summary>
internal sealed class DnsPacket
{
    private readonly List<byte> body = [];
    private readonly int[] counts = new int[4];
    private readonly byte[] question;

    public DnsPacket(DnsQuery query, int code = 0)
    {
        Id = query.Id;
        Code = code;
        question = query.QuestionBytes;
        counts[0] = 1;
    }

    public int Id { get; set; }

    public int Code { get; set; }

    public bool IsTruncated { get; set; }

    public bool IsAuthoritative { get; set; } = true;

    public DnsPacket Txt(string name, params string[] strings)
        => Record(1, name, 16, [.. strings.SelectMany(text => new[] { (byte)text.Length }.Concat(Encoding.ASCII.GetBytes(text)))]);

    public DnsPacket CName(string name, string target) => Record(1, name, 5, Name(target));

    public DnsPacket NS(string name, string target) => Record(1, name, 2, Name(target));

    public DnsPacket Address(string name, string address)
    {
        var bytes = IPAddress.Parse(address).GetAddressBytes();
        return Record(1, name, bytes.Length == 4 ? 1 : 28, bytes);
    }

    public DnsPacket Soa(string zone, bool inAuthority, byte serial = 1)
        => Record(inAuthority ? 2 : 1, zone, 6, [.. Name("ns1." + zone), .. Name("hostmaster." + zone), 0, 0, 0, serial, .. Enumerable.Range(2, 4).SelectMany(i => new byte[] { 0, 0, 0, (byte)i })]);

    public DnsPacket Caa(string name, byte flags, string tag, string value)
        => Record(1, name, 257, [flags, (byte)tag.Length, .. Encoding.ASCII.GetBytes(tag), .. Encoding.ASCII.GetBytes(value)]);

    /// <summary>Adds a record; section 1 is the answers, 2 the authorities, 3 the additionals.</summary>
    public DnsPacket Record(int section, string name, int type, byte[] data) => Record(section, Name(name), type, data);

    public DnsPacket Record(int section, byte[] wireName, int type, byte[] data)
    {
        counts[section]++;
        body.AddRange(wireName);
        body.AddRange([(byte)(type >> 8), (byte)type, 0, 1, 0, 0, 0, 60, (byte)(data.Length >> 8), (byte)data.Length]);
        body.AddRange(data);
        return this;
    }

    public DnsPacket WithoutQuestion()
    {
        counts[0] = 0;
        return this;
    }

    public byte[] ToArray()
    {
        var header = new byte[12];
        BinaryPrimitives.WriteUInt16BigEndian(header, (ushort)Id);
        header[2] = (byte)(0x80 | (IsAuthoritative ? 4 : 0) | (IsTruncated ? 2 : 0));
        header[3] = (byte)Code;
        for (var i = 0; i < counts.Length; i++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(4 + (2 * i)), (ushort)counts[i]);
        }

        return [.. header, .. counts[0] > 0 ? question : [], .. body];
    }

    public static byte[] Name(string name)
        => [.. name.Split('.', StringSplitOptions.RemoveEmptyEntries).SelectMany(label => new[] { (byte)label.Length }.Concat(Encoding.ASCII.GetBytes(label))), 0];
}

/// <summary>A question as it came.</summary>
internal sealed record DnsQuery(int Id, string Name, int Type, bool RecursionDesired, bool HasEdns, bool IsTcp, int SourcePort, byte[] QuestionBytes, bool CheckingDisabled)
{
    public static DnsQuery Parse(byte[] message, bool isTcp, int sourcePort)
    {
        var labels = new List<string>();
        var offset = 12;
        while (message[offset] > 0)
        {
            labels.Add(Encoding.ASCII.GetString(message, offset + 1, message[offset]));
            offset += message[offset] + 1;
        }

        return new(
            BinaryPrimitives.ReadUInt16BigEndian(message),
            string.Join('.', labels),
            BinaryPrimitives.ReadUInt16BigEndian(message.AsSpan(offset + 1)),
            (message[2] & 1) != 0,
            message[11] == 1,
            isTcp,
            sourcePort,
            message[12..(offset + 5)],
            (message[3] & 0x10) != 0);
    }
}
