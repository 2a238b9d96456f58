using System.Text;

namespace PoshAcmeSharp.Certificates;

/// <summary>One block of PEM (RFC 7468).</summary>
/// <param name="Label">What stands after BEGIN, such as <c>CERTIFICATE</c>.</param>
/// <param name="Body">What stands between the two lines, headers of the old style (RFC 1421) included.</param>
internal sealed record PemBlock(string Label, string Body)
{
    private const string Begin = "-----BEGIN ";
    private const string End = "-----END ";
    private const string Dashes = "-----";
    private const int LineLength = 64;

    /// <summary>Whether it is an encrypted key: PKCS#8, or in the style of old (<c>Proc-Type: 4,ENCRYPTED</c>).</summary>
    public bool IsEncrypted
        => Label == PrivateKeyReader.EncryptedLabel || Body.IndexOf("Proc-Type", StringComparison.Ordinal) >= 0;

    /// <summary>False when the text ends before the block does.</summary>
    public bool IsComplete { get; init; } = true;

    /// <summary>The bytes.</summary>
    /// <exception cref="FormatException">The body is cut off or not base64.</exception>
    public byte[] Data => IsComplete ? Convert.FromBase64String(Body) : throw new FormatException("The PEM block has no end.");

    /// <summary>
    /// All blocks of a text, in its order, one that is cut off included: what is missing must be noticed. Text around them
    /// and any line ends are tolerated.
    /// </summary>
    public static IReadOnlyList<PemBlock> ReadAll(string text)
    {
        var blocks = new List<PemBlock>();
        var position = 0;
        while ((position = text.IndexOf(Begin, position, StringComparison.Ordinal)) >= 0)
        {
            position += Begin.Length;
            var labelEnd = text.IndexOf(Dashes, position, StringComparison.Ordinal);
            if (labelEnd < 0)
            {
                break;
            }

            var label = text.Substring(position, labelEnd - position);
            var bodyStart = labelEnd + Dashes.Length;
            var bodyEnd = text.IndexOf(End + label + Dashes, bodyStart, StringComparison.Ordinal);
            var isComplete = bodyEnd >= 0;
            position = isComplete ? bodyEnd : bodyStart;
            blocks.Add(new(label, isComplete ? text.Substring(bodyStart, bodyEnd - bodyStart) : string.Empty) { IsComplete = isComplete });
        }

        return blocks;
    }

    /// <summary>Writes a block: ASCII, LF, a final newline.</summary>
    public static string Write(string label, byte[] data)
    {
        var base64 = Convert.ToBase64String(data);
        var text = new StringBuilder(base64.Length + (base64.Length / LineLength) + 80);
        text.Append(Begin).Append(label).Append(Dashes).Append('\n');
        for (var i = 0; i < base64.Length; i += LineLength)
        {
            text.Append(base64, i, Math.Min(LineLength, base64.Length - i)).Append('\n');
        }

        return text.Append(End).Append(label).Append(Dashes).Append('\n').ToString();
    }
}
