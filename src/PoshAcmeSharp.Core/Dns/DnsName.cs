using System.Globalization;

namespace PoshAcmeSharp.Dns;

/// <summary>
/// Names as they go on the wire: lower-case ASCII without a trailing dot. Only what cannot be encoded is refused;
/// what a CA does not like (an underscore, a public suffix) is the CA's to say.
/// </summary>
public static class DnsName
{
    /// <summary>The longest name in characters without the trailing dot: 255 bytes on the wire (RFC 1035 section 2.3.4).</summary>
    public const int MaxLength = 253;

    /// <summary>The longest label in characters (RFC 1035 section 2.3.4).</summary>
    public const int MaxLabelLength = 63;

    private const string ErrorId = "InvalidDomainName";
    private const string WildcardPrefix = "*.";
    private const int ShownLength = 100;

    /// <summary>
    /// Brings a name into the form that is sent: one trailing dot is taken off, letters become lower-case,
    /// international labels become punycode (RFC 5891). A leading <c>*.</c> stays.
    /// </summary>
    /// <param name="name">A DNS name, such as <c>Bücher.example.</c>.</param>
    /// <returns>The name, such as <c>xn--bcher-kva.example</c>.</returns>
    /// <exception cref="PoshAcmeException"><c>InvalidDomainName</c>: it cannot be encoded; the message says why.</exception>
    public static string Normalize(string name)
    {
        if (string.IsNullOrEmpty(name))
        {
            throw Invalid(name ?? string.Empty, "it is empty");
        }

        RefuseUrls(name);
        var text = UnifyDots(name);
        if (text.EndsWith(".", StringComparison.Ordinal))
        {
            text = text.Substring(0, text.Length - 1);
        }

        var prefix = text.StartsWith(WildcardPrefix, StringComparison.Ordinal) ? WildcardPrefix : string.Empty;
        var labels = text.Substring(prefix.Length).Split('.');
        for (var i = 0; i < labels.Length; i++)
        {
            labels[i] = NormalizeLabel(name, labels[i]);
        }

        var result = prefix + string.Join(".", labels);
        return result.Length <= MaxLength
            ? result
            : throw Invalid(name, $"it has {Number(result.Length)} characters and {Number(MaxLength)} is the most");
    }

    internal static PoshAcmeException Invalid(string name, string reason, Exception? innerException = null)
        => new(
            ErrorId,
            ErrorKind.InvalidArgument,
            $"'{Show(name)}' is not a name that can be used: {reason}.",
            "Give a host name such as www.example.com, a wildcard such as *.example.com, or an IP address.",
            innerException);

    private static string NormalizeLabel(string name, string label)
    {
        if (label.Length == 0)
        {
            throw Invalid(name, "a label between two dots, or before the first, is empty");
        }

        var ascii = IsAscii(label) ? label.ToLowerInvariant() : ToPunycode(name, label);
        foreach (var c in ascii)
        {
            if (c == '*')
            {
                throw Invalid(name, "'*' can only be the whole first label");
            }

            if (c is not ((>= 'a' and <= 'z') or (>= '0' and <= '9') or '-' or '_'))
            {
                throw Invalid(name, $"the character {Show(c)} cannot be part of a host name");
            }
        }

        return ascii.Length <= MaxLabelLength
            ? ascii
            : throw Invalid(name, $"the label '{Show(label)}' takes {Number(ascii.Length)} characters and {Number(MaxLabelLength)} is the most");
    }

    private static string ToPunycode(string name, string label)
    {
        try
        {
            // The platform maps case and composition too. Its own length errors are as unspecific as all its errors.
            return new IdnMapping { AllowUnassigned = true }.GetAscii(label).ToLowerInvariant();
        }
        catch (ArgumentException e)
        {
            throw Invalid(name, $"the label '{Show(label)}' cannot be converted to punycode, or is over {Number(MaxLabelLength)} characters there", e);
        }
    }

    private static void RefuseUrls(string name)
    {
        if (name.Contains("://"))
        {
            throw Invalid(name, "it is a URL; give the host name alone");
        }

        foreach (var c in name)
        {
            var reason = c switch
            {
                '/' or '\\' or '?' or '#' => "it has a path; give the host name alone",
                ':' => "it has a port; give the host name alone",
                '@' => "it has a '@'; give the host name alone",
                _ when char.IsWhiteSpace(c) => "it has a space",
                _ => null,
            };
            if (reason is not null)
            {
                throw Invalid(name, reason);
            }
        }
    }

    // RFC 3490 section 3.1: these three are typed for a dot in East Asian texts.
    private static string UnifyDots(string name)
        => name.Replace('\u3002', '.').Replace('\uFF0E', '.').Replace('\uFF61', '.');

    private static bool IsAscii(string text)
    {
        foreach (var c in text)
        {
            if (c > '\u007F')
            {
                return false;
            }
        }

        return true;
    }

    private static string Show(char c)
        => c is > ' ' and <= '~' ? $"'{c}'" : "U+" + ((int)c).ToString("X4", CultureInfo.InvariantCulture);

    private static string Show(string text)
    {
        var chars = (text.Length <= ShownLength ? text : text.Substring(0, ShownLength) + "…").ToCharArray();
        for (var i = 0; i < chars.Length; i++)
        {
            if (char.IsControl(chars[i]))
            {
                chars[i] = '\uFFFD';
            }
        }

        return new(chars);
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
