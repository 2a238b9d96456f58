using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Math;

namespace PoshAcmeSharp.Certificates;

/// <summary>Reads and writes DER (X.690) with the limits that data from outside needs.</summary>
internal static class Der
{
    private const int DeepestNesting = 48;
    private const byte ConstructedBit = 0x20;
    private const byte HighTagNumber = 0x1F;

    /// <summary>
    /// Reads one DER value. Nesting is bounded before the parser, which recurses, sees it: a stack overflow
    /// would end the process.
    /// </summary>
    /// <exception cref="IOException">It is not DER, nested too deep, or has an indefinite length.</exception>
    public static Asn1Object Read(byte[] data)
    {
        CheckShape(data);
        return Asn1Object.FromByteArray(data);
    }

    /// <summary>Writes with definite lengths, whatever the value was read from.</summary>
    public static byte[] Encode(Asn1Encodable value) => value.GetEncoded(Asn1Encodable.Der);

    /// <summary>Whether an exception is what the parsers throw at data that is not what it should be.</summary>
    public static bool IsFault(Exception exception)
        => exception is IOException or ArgumentException or InvalidCastException or FormatException
            or InvalidOperationException or ArithmeticException or IndexOutOfRangeException or NullReferenceException
            or System.Security.Cryptography.CryptographicException
            || exception.GetType() == typeof(Exception);

    /// <summary>An unsigned big-endian number as an INTEGER.</summary>
    public static DerInteger Integer(byte[] unsigned) => new(new BigInteger(1, unsigned));

    /// <summary>An INTEGER as big-endian bytes of a fixed length.</summary>
    /// <exception cref="FormatException">It is negative or longer than the length.</exception>
    public static byte[] FixedLength(BigInteger value, int length)
    {
        if (value.SignValue < 0)
        {
            throw new FormatException("A number is negative.");
        }

        return FixedLength(value.ToByteArrayUnsigned(), length);
    }

    /// <summary>Big-endian bytes brought to a fixed length.</summary>
    /// <exception cref="FormatException">The number is longer than the length.</exception>
    public static byte[] FixedLength(byte[] number, int length)
    {
        var skip = 0;
        while (skip < number.Length && number.Length - skip > length)
        {
            if (number[skip] != 0)
            {
                throw new FormatException("A number is longer than its field.");
            }

            skip++;
        }

        var result = new byte[length];
        var count = number.Length - skip;
        Buffer.BlockCopy(number, skip, result, length - count, count);
        return result;
    }

    /// <summary>The bytes of one member of a SEQUENCE as they came: a signature is over these.</summary>
    /// <param name="sequence">DER that <see cref="Read"/> took.</param>
    /// <param name="index">Which member, from 0.</param>
    public static byte[] Member(byte[] sequence, int index)
    {
        var start = ReadHeader(sequence, 0, sequence.Length).Content;
        while (true)
        {
            var (_, content, length) = ReadHeader(sequence, start, sequence.Length);
            if (index-- == 0)
            {
                var member = new byte[content + length - start];
                Buffer.BlockCopy(sequence, start, member, 0, member.Length);
                return member;
            }

            start = content + length;
        }
    }

    private static void CheckShape(byte[] data)
    {
        var ends = new Stack<int>();
        var position = 0;
        var end = data.Length;
        if (end == 0)
        {
            throw new IOException("There is no data.");
        }

        while (position < data.Length)
        {
            var (isConstructed, content, length) = ReadHeader(data, position, end);
            if (ends.Count == 0 && content + length != data.Length)
            {
                throw new IOException("There is more than one value.");
            }

            position = content;
            if (isConstructed && length > 0)
            {
                ends.Push(end);
                end = content + length;
                if (ends.Count > DeepestNesting)
                {
                    throw new IOException("The data is nested too deep.");
                }
            }
            else
            {
                position += length;
            }

            while (position == end && ends.Count > 0)
            {
                end = ends.Pop();
            }
        }
    }

    private static (bool IsConstructed, int Content, int Length) ReadHeader(byte[] data, int position, int end)
    {
        var tag = Next();
        if ((tag & HighTagNumber) == HighTagNumber)
        {
            while ((Next() & 0x80) != 0)
            {
            }
        }

        var length = (int)Next();
        if (length >= 0x80)
        {
            var count = length & 0x7F;
            if (count is 0 or > 4)
            {
                throw new IOException("A length is not DER.");
            }

            long value = 0;
            for (var i = 0; i < count; i++)
            {
                value = (value << 8) | Next();
            }

            length = value <= int.MaxValue ? (int)value : throw new IOException("A length is out of range.");
        }

        return length <= end - position
            ? ((tag & ConstructedBit) != 0, position, length)
            : throw new IOException("The data is cut off.");

        byte Next() => position < end ? data[position++] : throw new IOException("The data is cut off.");
    }
}
