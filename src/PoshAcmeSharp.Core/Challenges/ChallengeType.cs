namespace PoshAcmeSharp.Challenges;

/// <summary>The challenge types as they are written on the wire.</summary>
public static class ChallengeType
{
    /// <summary>A TXT record at <c>_acme-challenge.</c> (RFC 8555 section 8.4).</summary>
    public const string Dns01 = "dns-01";

    /// <summary>A file below <c>/.well-known/acme-challenge/</c> (RFC 8555 section 8.3).</summary>
    public const string Http01 = "http-01";

    /// <summary>A self-signed certificate under the ALPN protocol <c>acme-tls/1</c> (RFC 8737).</summary>
    public const string TlsAlpn01 = "tls-alpn-01";
}
