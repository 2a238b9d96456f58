using PoshAcmeSharp.Jose;

namespace PoshAcmeSharp.Challenges;

/// <summary>The TXT record that answers a challenge of DNS validation.</summary>
public static class DnsChallengeRecord
{
    private const string Wildcard = "*.";

    /// <summary>The name of the record.</summary>
    /// <param name="domain">The domain that is validated; <c>*.</c> before it makes no difference.</param>
    /// <param name="accountUrl">The account's URL as the server gave it; needed for dns-account-01 only.</param>
    /// <param name="variant"><see cref="ChallengeType.Dns01"/> or <see cref="ChallengeType.DnsAccount01"/>; empty means dns-01.</param>
    /// <param name="alias">The name that the CNAME of the record's own name leads to; empty when there is none.</param>
    /// <returns>
    /// The full name without a trailing dot: the alias where one is given, else below <c>_acme-challenge</c> (RFC 8555
    /// section 8.4) or below the label of the account (draft-ietf-acme-dns-account-label).
    /// </returns>
    public static string NameFor(string domain, string? accountUrl, string? variant, string? alias = null)
    {
        if (!string.IsNullOrWhiteSpace(alias))
        {
            return alias!.Trim().TrimEnd('.');
        }

        var bare = (domain.StartsWith(Wildcard, StringComparison.Ordinal) ? domain.Substring(Wildcard.Length) : domain).TrimEnd('.');
        return variant switch
        {
            null or "" or ChallengeType.Dns01 => "_acme-challenge." + bare,
            ChallengeType.DnsAccount01 => DnsAccountLabel.ForAccount(accountUrl ?? throw new ArgumentNullException(nameof(accountUrl))) + "." + bare,
            _ => throw new ArgumentException($"Nothing is published for the variant '{variant}' when a certificate is issued.", nameof(variant)),
        };
    }

    /// <summary>The record with its value.</summary>
    /// <param name="key">The account's key.</param>
    /// <param name="accountUrl">The account's URL as the server gave it; needed for dns-account-01 only.</param>
    /// <param name="domain">The domain that is validated; <c>*.</c> before it makes no difference.</param>
    /// <param name="token">The token of the challenge.</param>
    /// <param name="variant"><see cref="ChallengeType.Dns01"/> or <see cref="ChallengeType.DnsAccount01"/>; empty means dns-01.</param>
    /// <param name="alias">The name that the CNAME of the record's own name leads to; empty when there is none.</param>
    /// <returns>The record; both variants have the same value.</returns>
    public static TxtRecordSet For(AccountKey key, string? accountUrl, string domain, string token, string? variant = null, string? alias = null)
        => new(NameFor(domain, accountUrl, variant, alias), [key.GetDnsTxtValue(token)]);
}
