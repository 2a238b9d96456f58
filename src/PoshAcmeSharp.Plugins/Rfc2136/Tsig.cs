using PoshAcmeSharp.Dns;

namespace PoshAcmeSharp.Plugins.Rfc2136;

/// <summary>Signs messages and verifies the answers (RFC 8945 section 5).</summary>
internal static class Tsig
{
    /// <summary>How far the clocks of client and server may be apart, in seconds (RFC 8945 section 10).</summary>
    internal const int Fudge = 300;

    /// <summary>Signs a message.</summary>
    /// <param name="message">The message without a TSIG record.</param>
    /// <param name="key">The key.</param>
    /// <param name="now">The time.</param>
    /// <returns>The message with its TSIG record, and the code, which the signature of the answer includes.</returns>
    internal static (byte[] Message, byte[] Mac) Sign(byte[] message, TsigKey key, DateTimeOffset now)
    {
        var record = new TsigRecord(key.Name, key.Algorithm.NameOnWire, now.ToUnixTimeSeconds(), Fudge, DnsMessage.UInt16At(message, 0));
        record = record with { Mac = key.ComputeMac(ToBeSigned([], message, record)) };
        var signed = new List<byte>(message);
        record.Write(signed);
        return (WithRecordCount(signed.ToArray(), DnsMessage.UInt16At(message, 10) + 1), record.Mac);
    }

    /// <summary>Whether an answer was signed by somebody who has the key, as the answer to our message, and just now.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="record">Its TSIG record.</param>
    /// <param name="key">The key.</param>
    /// <param name="requestMac">The code of our message.</param>
    /// <param name="now">The time.</param>
    /// <returns>True when it was.</returns>
    internal static bool IsSigned(byte[] answer, TsigRecord record, TsigKey key, byte[] requestMac, DateTimeOffset now)
    {
        var before = new byte[record.Offset];
        Array.Copy(answer, before, before.Length);
        before[0] = (byte)(record.OriginalId >> 8);
        before[1] = (byte)record.OriginalId;
        before = WithRecordCount(before, DnsMessage.UInt16At(answer, 10) - 1);
        return string.Equals(record.KeyName, key.Name, StringComparison.Ordinal)
            && string.Equals(record.AlgorithmName, key.Algorithm.NameOnWire, StringComparison.Ordinal)
            && Math.Abs(now.ToUnixTimeSeconds() - record.TimeSigned) <= record.Fudge
            && AreEqual(record.Mac, key.ComputeMac(ToBeSigned(requestMac, before, record)));
    }

    private static byte[] ToBeSigned(byte[] requestMac, byte[] message, TsigRecord record)
    {
        var data = new List<byte>(requestMac.Length + message.Length + 128);
        if (requestMac.Length > 0)
        {
            DnsMessage.AddUInt16(data, requestMac.Length);
            data.AddRange(requestMac);
        }

        data.AddRange(message);
        record.WriteVariables(data);
        return data.ToArray();
    }

    private static byte[] WithRecordCount(byte[] message, int count)
    {
        message[10] = (byte)(count >> 8);
        message[11] = (byte)count;
        return message;
    }

    // Takes the same time wherever the first difference is.
    private static bool AreEqual(byte[] left, byte[] right)
    {
        var difference = left.Length ^ right.Length;
        for (var i = 0; i < left.Length && i < right.Length; i++)
        {
            difference |= left[i] ^ right[i];
        }

        return difference == 0;
    }
}
