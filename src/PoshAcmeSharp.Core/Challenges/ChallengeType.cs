namespace PoshAcmeSharp.Challenges;

/// <summary>The challenge types as they are written on the wire.</summary>
public static class ChallengeType
{
    /// <summary>A TXT record at <c>_acme-challenge.</c> (RFC 8555 section 8.4).</summary>
    public const string Dns01 = "dns-01";

    /// <summary>A TXT record below a label of the account (draft-ietf-acme-dns-account-label).</summary>
    public const string DnsAccount01 = "dns-account-01";

    /// <summary>A lasting TXT record at <c>_validation-persist.</c> that names the account (draft-ietf-acme-dns-persist).</summary>
    public const string DnsPersist01 = "dns-persist-01";

    /// <summary>A file below <c>/.well-known/acme-challenge/</c> (RFC 8555 section 8.3).</summary>
    public const string Http01 = "http-01";

    /// <summary>A self-signed certificate under the ALPN protocol <c>acme-tls/1</c> (RFC 8737).</summary>
    public const string TlsAlpn01 = "tls-alpn-01";
}
