using System.Globalization;
using PoshAcmeSharp.Acme;
using PoshAcmeSharp.Dns;

namespace PoshAcmeSharp.Challenges;

/// <summary>
/// The value of a TXT record of dns-persist-01 (draft-ietf-acme-dns-persist): which CA may issue for which account, in the
/// form of a CAA record (RFC 8659 section 4.2). It stands for as long as the owner of the domain wants it to.
/// </summary>
public sealed record DnsPersistValue
{
    /// <summary>A challenge with more names than this is malformed.</summary>
    private const int MaxIssuers = 10;

    private const string Label = "_validation-persist.";
    private const string Wildcard = "*.";
    private const string AccountUriTag = "accounturi";
    private const string PolicyTag = "policy";
    private const string WildcardPolicy = "wildcard";
    private const string PersistUntilTag = "persistUntil";

    private static readonly char[] WhiteSpace = [' ', '\t'];

    /// <summary>Makes a value.</summary>
    /// <param name="issuerDomainName">A name of the CA, such as <c>ca.example</c>; a final dot and upper case do not matter.</param>
    /// <param name="accountUri">The account's URL exactly as the CA gave it.</param>
    /// <param name="allowsWildcard">Whether wildcards and all names below the domain are covered too.</param>
    /// <param name="persistUntil">When the CA must stop to accept it; null: never. Parts of a second are cut off.</param>
    /// <exception cref="PoshAcmeException">
    /// <c>InvalidIssuerDomainName</c>, <c>InvalidAccountUri</c>, <c>InvalidPersistUntil</c>: it has no form in such a record.
    /// </exception>
    public DnsPersistValue(string issuerDomainName, string accountUri, bool allowsWildcard = false, DateTimeOffset? persistUntil = null)
    {
        IssuerDomainName = NormalizeIssuer(issuerDomainName);
        AccountUri = CheckAccountUri(accountUri);
        AllowsWildcard = allowsWildcard;
        PersistUntil = persistUntil is { } until ? DateTimeOffset.FromUnixTimeSeconds(CheckSeconds(until)) : null;
    }

    /// <summary>The name of the CA: lower case, punycode, no final dot.</summary>
    public string IssuerDomainName { get; }

    /// <summary>The account's URL.</summary>
    public string AccountUri { get; }

    /// <summary>Whether wildcards and all names below the domain are covered too.</summary>
    public bool AllowsWildcard { get; }

    /// <summary>When the CA must stop to accept it, to the second; null: never.</summary>
    public DateTimeOffset? PersistUntil { get; }

    /// <summary>The name of the record for a domain.</summary>
    /// <param name="domain">The domain; <c>*.</c> before it makes no difference.</param>
    /// <returns>The full name without a trailing dot.</returns>
    /// <exception cref="PoshAcmeException"><c>InvalidDomainName</c>: the domain cannot be encoded.</exception>
    public static string RecordNameFor(string domain) => Label + BareDomain(domain);

    /// <summary>The names of the CA that a challenge offers, in an order that is always the same.</summary>
    /// <param name="challenge">A challenge of dns-persist-01.</param>
    /// <returns>At least one name.</returns>
    /// <exception cref="PoshAcmeException"><c>MalformedChallenge</c>: there is none, or there are more than 10; the draft has it refused.</exception>
    public static IReadOnlyList<string> IssuersOf(AcmeChallenge challenge)
        => challenge.IssuerDomainNames.Count is > 0 and <= MaxIssuers
            ? [.. challenge.IssuerDomainNames.OrderBy(n => n, StringComparer.Ordinal)]
            : throw new PoshAcmeException(
                "MalformedChallenge",
                ErrorKind.InvalidData,
                string.Format(CultureInfo.InvariantCulture, "The CA's dns-persist-01 challenge names {0} issuers; 1 to {1} are allowed.", challenge.IssuerDomainNames.Count, MaxIssuers),
                "Use another -DnsVariant, and report it to the CA.");

    /// <summary>Reads the value of a record as a CA does.</summary>
    /// <param name="text">The text of a TXT record.</param>
    /// <returns>The value; null when the text is no such value, so that a CA would pass it over.</returns>
    public static DnsPersistValue? TryParse(string text)
    {
        var parts = text.Split(';');
        var tags = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var part in parts.Skip(1))
        {
            var equals = part.IndexOf('=');
            if (equals < 0)
            {
                return null;
            }

            var tag = part.Substring(0, equals).Trim(WhiteSpace);
            if (tags.ContainsKey(tag) && IsKnown(tag))
            {
                return null;
            }

            tags[tag] = part.Substring(equals + 1).Trim(WhiteSpace);
        }

        var seconds = 0L;
        var hasUntil = tags.TryGetValue(PersistUntilTag, out var until);
        if (!tags.TryGetValue(AccountUriTag, out var account)
            || (hasUntil && !long.TryParse(until, NumberStyles.None, CultureInfo.InvariantCulture, out seconds)))
        {
            return null;
        }

        try
        {
            return new DnsPersistValue(
                parts[0].Trim(WhiteSpace),
                account,
                tags.TryGetValue(PolicyTag, out var policy) && string.Equals(policy, WildcardPolicy, StringComparison.OrdinalIgnoreCase),
                hasUntil ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null);
        }
        catch (Exception e) when (e is PoshAcmeException or ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    /// <summary>Whether a CA accepts it.</summary>
    /// <param name="issuers">The CA's names.</param>
    /// <param name="accountUri">The account that asks.</param>
    /// <param name="needsWildcard">Whether a wildcard is asked for, or a name below the domain of the record.</param>
    /// <param name="now">The time.</param>
    /// <returns>True when it does.</returns>
    public bool Permits(IEnumerable<string> issuers, string accountUri, bool needsWildcard, DateTimeOffset now)
        => issuers.Contains(IssuerDomainName, StringComparer.OrdinalIgnoreCase)
            && string.Equals(AccountUri, accountUri, StringComparison.Ordinal)
            && (AllowsWildcard || !needsWildcard)
            && !(PersistUntil < now);

    /// <summary>The text of the TXT record, not quoted.</summary>
    /// <returns>Such as <c>ca.example; accounturi=https://ca.example/acct/1; policy=wildcard; persistUntil=1798761600</c>.</returns>
    public override string ToString()
    {
        var parts = new List<string> { IssuerDomainName, $"{AccountUriTag}={AccountUri}" };
        if (AllowsWildcard)
        {
            parts.Add($"{PolicyTag}={WildcardPolicy}");
        }

        if (PersistUntil is { } until)
        {
            parts.Add($"{PersistUntilTag}={until.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)}");
        }

        return string.Join("; ", parts);
    }

    /// <summary>The domain whose record is meant: without <c>*.</c>, in the form that is sent.</summary>
    internal static string BareDomain(string domain)
    {
        var name = DnsName.Normalize(domain);
        return name.StartsWith(Wildcard, StringComparison.Ordinal) ? name.Substring(Wildcard.Length) : name;
    }

    /// <summary>Unknown parameters are passed over, so that records can have more than is known today.</summary>
    private static bool IsKnown(string tag)
        => new[] { AccountUriTag, PolicyTag, PersistUntilTag }.Contains(tag, StringComparer.OrdinalIgnoreCase);

    private static string NormalizeIssuer(string name)
    {
        try
        {
            var normalized = DnsName.Normalize(name);

            // RFC 8659 section 4.2 allows less than DNS does.
            if (normalized.Split('.').All(static l => !l.Contains("_") && !l.Contains("*") && l[0] != '-' && l[l.Length - 1] != '-'))
            {
                return normalized;
            }
        }
        catch (PoshAcmeException e)
        {
            throw InvalidIssuer(name, e);
        }

        throw InvalidIssuer(name, null);
    }

    private static PoshAcmeException InvalidIssuer(string name, Exception? cause) => new(
        "InvalidIssuerDomainName",
        ErrorKind.InvalidArgument,
        $"'{Text.Cut(name ?? string.Empty, 100)}' is not the domain name of a CA.",
        "Give one of the names in issuer-domain-names of the CA's dns-persist-01 challenge.",
        cause);

    /// <summary>The CA compares it byte for byte, so what the record cannot hold cannot be escaped either.</summary>
    private static string CheckAccountUri(string uri)
        => !string.IsNullOrEmpty(uri) && uri.All(static c => c is > ' ' and <= '~' and not ';') && Uri.TryCreate(uri, UriKind.Absolute, out _)
            ? uri
            : throw new PoshAcmeException(
                "InvalidAccountUri",
                ErrorKind.InvalidArgument,
                $"'{Text.Cut(uri ?? string.Empty, 200)}' is no account URL that a TXT record can hold: an absolute URL in ASCII without spaces and semicolons.",
                "Give the location of the account, as in (Get-PAAccount).location.");

    private static long CheckSeconds(DateTimeOffset until)
        => until.ToUnixTimeSeconds() is var seconds and >= 0
            ? seconds
            : throw new PoshAcmeException(
                "InvalidPersistUntil",
                ErrorKind.InvalidArgument,
                $"A record cannot be valid until {until.UtcDateTime.ToString("u", CultureInfo.InvariantCulture)}: that is before 1970.",
                "Give a date in the future.");
}
