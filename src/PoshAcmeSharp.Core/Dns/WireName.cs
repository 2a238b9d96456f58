using System.Globalization;
using System.Text;

namespace PoshAcmeSharp.Dns;

/// <summary>
/// Names in messages (RFC 1035 sections 3.1 and 4.1.4). As text, a byte that is no plain character is <c>\DDD</c>
/// (section 5.1), so that what a server sent can be asked for again.
/// </summary>
internal static class WireName
{
    private const int MaxWireLength = 255;

    public static void Write(List<byte> buffer, string name)
    {
        var start = buffer.Count;
        var position = 0;
        while (position < name.Length)
        {
            var lengthAt = buffer.Count;
            buffer.Add(0);
            position = WriteLabel(buffer, name, position);
            var length = buffer.Count - lengthAt - 1;
            if (length is 0 or > DnsName.MaxLabelLength)
            {
                throw DnsName.Invalid(name, "a label is empty or too long");
            }

            buffer[lengthAt] = (byte)length;
        }

        buffer.Add(0);
        if (buffer.Count - start > MaxWireLength)
        {
            throw DnsName.Invalid(name, "it is too long");
        }
    }

    /// <exception cref="FormatException">The name is cut off, too long, or its pointers do not end.</exception>
    public static string Read(byte[] message, ref int offset)
    {
        var text = new StringBuilder();
        var position = offset;
        var end = -1;
        var wireLength = 1;

        // Each pointer has to go further back than the one before: then no chain of them can be a loop.
        var limit = offset;
        while (true)
        {
            var length = ByteAt(message, position);
            if (length >= 0xC0)
            {
                var target = ((length & 0x3F) << 8) | ByteAt(message, position + 1);
                end = end < 0 ? position + 2 : end;
                if (target >= limit)
                {
                    throw new FormatException("a compressed name points forward or to itself");
                }

                limit = target;
                position = target;
                continue;
            }

            if (length > DnsName.MaxLabelLength)
            {
                throw new FormatException("a label has an unknown type");
            }

            position++;
            if (length == 0)
            {
                break;
            }

            wireLength += length + 1;
            if (wireLength > MaxWireLength)
            {
                throw new FormatException("a name has more than 255 bytes");
            }

            if (text.Length > 0)
            {
                text.Append('.');
            }

            for (var i = 0; i < length; i++)
            {
                AppendByte(text, ByteAt(message, position + i));
            }

            position += length;
        }

        offset = end < 0 ? position : end;
        return text.ToString();
    }

    // Returns where the next label begins.
    private static int WriteLabel(List<byte> buffer, string name, int position)
    {
        while (position < name.Length && name[position] != '.')
        {
            var c = name[position++];
            if (c > '\u007F')
            {
                throw DnsName.Invalid(name, "it is not ASCII");
            }

            if (c != '\\')
            {
                buffer.Add((byte)c);
                continue;
            }

            if (position + 3 > name.Length
                || !byte.TryParse(name.Substring(position, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var value))
            {
                throw DnsName.Invalid(name, "a backslash is not followed by three digits");
            }

            buffer.Add(value);
            position += 3;
        }

        return position + 1;
    }

    private static void AppendByte(StringBuilder text, byte value)
    {
        if (value is <= (byte)' ' or > (byte)'~' or (byte)'.' or (byte)'\\')
        {
            text.Append('\\').Append(value.ToString("D3", CultureInfo.InvariantCulture));
        }
        else
        {
            text.Append(char.ToLowerInvariant((char)value));
        }
    }

    private static byte ByteAt(byte[] message, int position)
        => position < message.Length ? message[position] : throw new FormatException("the message ends inside a name");
}
