using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;
using PoshAcmeSharp.Acme;
using PoshAcmeSharp.Jose;

namespace PoshAcmeSharp.Certificates;

/// <summary>
/// Makes the certificates that answer tls-alpn-01 challenges (RFC 8737 section 3; for IP addresses RFC 8738 section 6): a
/// server shows them to clients that offer the ALPN protocol <c>acme-tls/1</c>.
/// </summary>
public static class TlsAlpnCertificate
{
    /// <summary>The ALPN protocol under which the certificate is shown.</summary>
    public const string Protocol = "acme-tls/1";

    private const int X509Version3 = 2;
    private const int SerialLength = 16;
    private const int VersionTag = 0;
    private const int ExtensionsTag = 3;
    private const string SubjectName = "ACME challenge";

    // Clocks differ; and no challenge lasts longer than its authorization is pending.
    private static readonly TimeSpan Before = TimeSpan.FromDays(1);
    private static readonly TimeSpan After = TimeSpan.FromDays(7);

    /// <summary>Makes a certificate with a key of its own (P-256).</summary>
    /// <param name="account">The key of the account that is being validated.</param>
    /// <param name="token">The challenge's token.</param>
    /// <param name="name">The DNS name or IP address that is validated; no wildcard.</param>
    /// <param name="password">The password of the PFX. A secret.</param>
    /// <param name="now">The time; the certificate is valid from a day before to seven days after.</param>
    /// <returns>A PFX file's content.</returns>
    /// <exception cref="PoshAcmeException"><c>InvalidToken</c>, <c>InvalidDomainName</c>, <c>WildcardNeedsDns</c>; <c>EcKeysNotSupported</c>.</exception>
    public static byte[] CreatePfx(AccountKey account, string token, string name, string password, DateTimeOffset now)
    {
        var identifier = AcmeIdentifier.Parse(name);
        if (identifier.Value.StartsWith("*.", StringComparison.Ordinal))
        {
            throw new PoshAcmeException(
                "WildcardNeedsDns",
                ErrorKind.InvalidArgument,
                $"'{identifier.Value}' cannot be validated by tls-alpn-01.",
                "A wildcard is validated by DNS: publish a TXT record for it.");
        }

        var keyAuthorization = account.GetKeyAuthorization(token);
        using var key = PrivateKey.Generate(KeyLength.Ec256);
        var certificate = CertificateInfo.FromDer(Sign(key, identifier, keyAuthorization, now));
        return PfxWriter.Create(certificate, [], key, new PfxOptions { Password = password, FriendlyName = $"{SubjectName} {identifier.Value}" });
    }

    private static byte[] Sign(PrivateKey key, AcmeIdentifier identifier, string keyAuthorization, DateTimeOffset now)
    {
        var subject = new DerSequence(new DerSet(new DerSequence(Oids.CommonName, new DerUtf8String(SubjectName))));
        var algorithm = SignatureAlgorithm.For(key.KeyLength);
        var body = new DerSequence(
            new DerTaggedObject(true, VersionTag, new DerInteger(X509Version3)),
            Serial(),
            algorithm.Identifier,
            subject,
            new DerSequence(new Time((now - Before).UtcDateTime), new Time((now + After).UtcDateTime)),
            subject,
            Der.Read(key.SubjectPublicKeyInfo),
            new DerTaggedObject(true, ExtensionsTag, Extensions(identifier, keyAuthorization)));
        return Der.Encode(new DerSequence(body, algorithm.Identifier, new DerBitString(algorithm.Sign(key, Der.Encode(body)))));
    }

    /// <summary>Exactly the one name, and the hash of the key authorization in a critical extension (RFC 8737 section 3).</summary>
    private static DerSequence Extensions(AcmeIdentifier identifier, string keyAuthorization)
    {
        using var sha = SHA256.Create();
        return new DerSequence(
            CsrBuilder.Extension(Oids.SubjectAlternativeName, isCritical: false, new DerSequence(CsrBuilder.GeneralNameOf(identifier))),
            CsrBuilder.Extension(Oids.AcmeIdentifier, isCritical: true, new DerOctetString(sha.ComputeHash(Encoding.ASCII.GetBytes(keyAuthorization)))));
    }

    private static DerInteger Serial()
    {
        using var random = RandomNumberGenerator.Create();
        var serial = new byte[SerialLength];
        random.GetBytes(serial);

        // Positive, and as long as it is for all.
        serial[0] = (byte)((serial[0] & 0x7F) | 0x40);
        return Der.Integer(serial);
    }
}
