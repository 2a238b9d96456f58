namespace PoshAcmeSharp.Jose;

/// <summary>Base64 with the URL-safe alphabet and no padding (RFC 4648 section 5, RFC 7515 section 2).</summary>
public static class Base64Url
{
    /// <summary>Encodes bytes.</summary>
    /// <param name="data">The bytes.</param>
    /// <returns>The text, without padding.</returns>
    public static string Encode(byte[] data)
        => Convert.ToBase64String(data).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    /// <summary>Encodes a text as UTF-8.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The text, encoded, without padding.</returns>
    public static string Encode(string text) => Encode(System.Text.Encoding.UTF8.GetBytes(text));

    /// <summary>Decodes; padding and the standard alphabet are tolerated, as keys are often pasted with them.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The bytes.</returns>
    /// <exception cref="FormatException">It is neither.</exception>
    public static byte[] Decode(string text)
    {
        var standard = text.TrimEnd('=').Replace('-', '+').Replace('_', '/');
        return Convert.FromBase64String(standard.PadRight((standard.Length + 3) / 4 * 4, '='));
    }

    /// <summary>Whether a character is of the alphabet.</summary>
    internal static bool IsDigit(char c) => c is >= 'a' and <= 'z' or >= 'A' and <= 'Z' or >= '0' and <= '9' or '-' or '_';
}
