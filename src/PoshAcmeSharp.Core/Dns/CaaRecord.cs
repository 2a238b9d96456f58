using System.Globalization;

namespace PoshAcmeSharp.Dns;

/// <summary>A CAA record (RFC 8659 section 4) and the parameters of RFC 8657.</summary>
internal sealed record CaaRecord(int Flags, string Tag, string Value)
{
    public const string Issue = "issue";
    public const string IssueWild = "issuewild";

    private const int CriticalFlag = 128;

    // What a CA may be expected to know: RFC 8659, RFC 9495, and the contacts of the CA/Browser Forum.
    private static readonly string[] KnownTags = [Issue, IssueWild, "iodef", "issuemail", "issuevmc", "contactemail", "contactphone"];

    /// <summary>Whether a CA that does not know the property must not issue, and it is one that few know.</summary>
    public bool IsCriticalAndUnknown => (Flags & CriticalFlag) != 0 && !KnownTags.Contains(Tag, StringComparer.Ordinal);

    /// <summary>The CA's name; empty forbids everybody.</summary>
    public string Issuer => Value.Split(';')[0].Trim().ToLowerInvariant();

    /// <summary>The URL of the only account that may ask (RFC 8657 section 3), or null.</summary>
    public string? AccountUri => Parameter("accounturi");

    /// <summary>The only challenges that may be used (RFC 8657 section 4), or null.</summary>
    public IReadOnlyList<string>? ValidationMethods
        => Parameter("validationmethods")?.Split([','], StringSplitOptions.RemoveEmptyEntries).Select(static method => method.Trim().ToLowerInvariant()).ToList();

    /// <summary>Reads the text of a record, as <see cref="DnsRecord.Data"/> has it.</summary>
    public static CaaRecord Parse(string data)
    {
        var fields = data.Split([' '], 3);
        return new(int.Parse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture), fields[1], fields[2]);
    }

    private string? Parameter(string name)
    {
        foreach (var part in Value.Split(';').Skip(1))
        {
            var equals = part.IndexOf('=');
            if (equals > 0 && string.Equals(part.Substring(0, equals).Trim(), name, StringComparison.OrdinalIgnoreCase))
            {
                return part.Substring(equals + 1).Trim();
            }
        }

        return null;
    }
}
