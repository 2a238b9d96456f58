using Org.BouncyCastle.Asn1;

namespace PoshAcmeSharp.Certificates;

/// <summary>The object identifiers that are written or looked for.</summary>
internal static class Oids
{
    // Keys and signatures (RFC 3279, RFC 4055, RFC 5758).
    public static readonly DerObjectIdentifier RsaEncryption = new("1.2.840.113549.1.1.1");
    public static readonly DerObjectIdentifier EcPublicKey = new("1.2.840.10045.2.1");
    public static readonly DerObjectIdentifier Sha256WithRsa = new("1.2.840.113549.1.1.11");
    public static readonly DerObjectIdentifier EcdsaWithSha256 = new("1.2.840.10045.4.3.2");
    public static readonly DerObjectIdentifier EcdsaWithSha384 = new("1.2.840.10045.4.3.3");
    public static readonly DerObjectIdentifier EcdsaWithSha512 = new("1.2.840.10045.4.3.4");

    // Names and extensions (RFC 5280, RFC 2985, RFC 7633).
    public static readonly DerObjectIdentifier CommonName = new("2.5.4.3");
    public static readonly DerObjectIdentifier ExtensionRequest = new("1.2.840.113549.1.9.14");
    public static readonly DerObjectIdentifier SubjectKeyIdentifier = new("2.5.29.14");
    public static readonly DerObjectIdentifier KeyUsage = new("2.5.29.15");
    public static readonly DerObjectIdentifier SubjectAlternativeName = new("2.5.29.17");
    public static readonly DerObjectIdentifier AuthorityKeyIdentifier = new("2.5.29.35");
    public static readonly DerObjectIdentifier TlsFeature = new("1.3.6.1.5.5.7.1.24");

    // The answer of a tls-alpn-01 challenge (RFC 8737 section 6.1).
    public static readonly DerObjectIdentifier AcmeIdentifier = new("1.3.6.1.5.5.7.1.31");

    // PKCS#12 (RFC 7292) and its encryption (RFC 8018).
    public static readonly DerObjectIdentifier Data = new("1.2.840.113549.1.7.1");
    public static readonly DerObjectIdentifier EncryptedData = new("1.2.840.113549.1.7.6");
    public static readonly DerObjectIdentifier ShroudedKeyBag = new("1.2.840.113549.1.12.10.1.2");
    public static readonly DerObjectIdentifier CertificateBag = new("1.2.840.113549.1.12.10.1.3");
    public static readonly DerObjectIdentifier X509Certificate = new("1.2.840.113549.1.9.22.1");
    public static readonly DerObjectIdentifier FriendlyName = new("1.2.840.113549.1.9.20");
    public static readonly DerObjectIdentifier LocalKeyId = new("1.2.840.113549.1.9.21");
    public static readonly DerObjectIdentifier CryptographicServiceProvider = new("1.3.6.1.4.1.311.17.1");
    public static readonly DerObjectIdentifier PbeWithSha1And3KeyTripleDes = new("1.2.840.113549.1.12.1.3");
    public static readonly DerObjectIdentifier Pbes2 = new("1.2.840.113549.1.5.13");
    public static readonly DerObjectIdentifier Pbkdf2 = new("1.2.840.113549.1.5.12");
    public static readonly DerObjectIdentifier HmacWithSha1 = new("1.2.840.113549.2.7");
    public static readonly DerObjectIdentifier HmacWithSha256 = new("1.2.840.113549.2.9");
    public static readonly DerObjectIdentifier HmacWithSha384 = new("1.2.840.113549.2.10");
    public static readonly DerObjectIdentifier HmacWithSha512 = new("1.2.840.113549.2.11");
    public static readonly DerObjectIdentifier TripleDesCbc = new("1.2.840.113549.3.7");
    public static readonly DerObjectIdentifier Aes128Cbc = new("2.16.840.1.101.3.4.1.2");
    public static readonly DerObjectIdentifier Aes192Cbc = new("2.16.840.1.101.3.4.1.22");
    public static readonly DerObjectIdentifier Aes256Cbc = new("2.16.840.1.101.3.4.1.42");
    public static readonly DerObjectIdentifier Sha1 = new("1.3.14.3.2.26");
    public static readonly DerObjectIdentifier Sha256 = new("2.16.840.1.101.3.4.2.1");
}
