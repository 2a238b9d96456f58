using System.Globalization;
using System.Text;

namespace PoshAcmeSharp.Plugins.Zones;

/// <summary>
/// TXT data as it stands in zone files, and so in the API: one or more quoted strings of up to 255 bytes, with
/// <c>\"</c>, <c>\\</c> and <c>\DDD</c> (RFC 1035 section 5.1).
/// </summary>
internal static class TxtContent
{
    private const int MaxStringLength = 255;

    /// <summary>Writes a value.</summary>
    /// <param name="value">The value.</param>
    /// <returns>Such as <c>"value"</c>, with the quotes.</returns>
    internal static string Write(string value)
    {
        var bytes = Encoding.UTF8.GetBytes(value);
        var text = new StringBuilder(bytes.Length + 2).Append('"');
        for (var i = 0; i < bytes.Length; i++)
        {
            if (i > 0 && i % MaxStringLength == 0)
            {
                text.Append("\" \"");
            }

            if (bytes[i] is < (byte)' ' or > (byte)'~')
            {
                text.Append('\\').Append(bytes[i].ToString("D3", CultureInfo.InvariantCulture));
            }
            else
            {
                text.Append(bytes[i] is (byte)'"' or (byte)'\\' ? "\\" : string.Empty).Append((char)bytes[i]);
            }
        }

        return text.Append('"').ToString();
    }

    /// <summary>Reads a value: its strings together.</summary>
    /// <param name="content">The data; space between strings does not count.</param>
    /// <returns>The value.</returns>
    internal static string Read(string content)
    {
        var bytes = new List<byte>(content.Length);
        var isQuoted = false;
        for (var i = 0; i < content.Length; i++)
        {
            var c = content[i];
            if (c == '"')
            {
                isQuoted = !isQuoted;
            }
            else if (c == '\\' && i + 3 < content.Length && byte.TryParse(content.Substring(i + 1, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var value))
            {
                bytes.Add(value);
                i += 3;
            }
            else if (c == '\\' && i + 1 < content.Length)
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(content[++i].ToString()));
            }
            else if (isQuoted || !char.IsWhiteSpace(c))
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(c.ToString()));
            }
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }
}
