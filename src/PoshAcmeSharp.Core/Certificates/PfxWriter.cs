using System.Security.Cryptography;
using Org.BouncyCastle.Asn1;

namespace PoshAcmeSharp.Certificates;

/// <summary>Writes PFX files (PKCS#12, RFC 7292), in DER with definite lengths throughout.</summary>
public static class PfxWriter
{
    private const int PfxVersion = 3;

    /// <summary>Writes a certificate with its key, and its issuers if they are given.</summary>
    /// <param name="leaf">The certificate.</param>
    /// <param name="issuers">Its issuers (fullchain.pfx), or none (cert.pfx).</param>
    /// <param name="key">The certificate's private key.</param>
    /// <param name="options">Password, names and encryption.</param>
    /// <returns>The file's content.</returns>
    /// <exception cref="PoshAcmeException"><c>CertificateKeyMismatch</c>: the key is not the certificate's.</exception>
    public static byte[] Create(CertificateInfo leaf, IReadOnlyList<CertificateInfo> issuers, PrivateKey key, PfxOptions options)
    {
        if (!leaf.HasKey(key.SubjectPublicKeyInfo))
        {
            throw new PoshAcmeException(
                "CertificateKeyMismatch",
                ErrorKind.InvalidData,
                $"The private key is not the one of the certificate {leaf.Thumbprint}.",
                "Give the key that the certificate was requested with, or request a new certificate.");
        }

        using var random = RandomNumberGenerator.Create();
        var encryption = new PfxEncryption(options.Password, options.Modern, random);
        var authenticatedSafe = Der.Encode(new DerSequence(
            CertificateSafe(leaf, issuers, options, encryption),
            KeySafe(leaf, key, options, encryption)));
        return Der.Encode(new DerSequence(
            new DerInteger(PfxVersion),
            ContentInfo(Oids.Data, new DerOctetString(authenticatedSafe)),
            encryption.Mac(authenticatedSafe)));
    }

    private static DerSequence CertificateSafe(
        CertificateInfo leaf, IReadOnlyList<CertificateInfo> issuers, PfxOptions options, PfxEncryption encryption)
    {
        var bags = new Asn1EncodableVector { CertificateBag(leaf, Attributes(leaf, options)) };
        foreach (var issuer in issuers)
        {
            bags.Add(CertificateBag(issuer, []));
        }

        var (algorithm, ciphertext) = encryption.Encrypt(Der.Encode(new DerSequence(bags)));
        return ContentInfo(Oids.EncryptedData, new DerSequence(
            new DerInteger(0),
            new DerSequence(Oids.Data, algorithm, new DerTaggedObject(false, 0, new DerOctetString(ciphertext)))));
    }

    private static DerSequence KeySafe(CertificateInfo leaf, PrivateKey key, PfxOptions options, PfxEncryption encryption)
    {
        var attributes = Attributes(leaf, options);
        if (!key.IsEc && !string.IsNullOrEmpty(options.CryptographicServiceProvider))
        {
            attributes.Add(Attribute(Oids.CryptographicServiceProvider, new DerBmpString(options.CryptographicServiceProvider!)));
        }

        var plain = key.ToPkcs8();
        var (algorithm, ciphertext) = encryption.Encrypt(plain);
        Array.Clear(plain, 0, plain.Length);
        var bag = Bag(Oids.ShroudedKeyBag, new DerSequence(algorithm, new DerOctetString(ciphertext)), attributes);
        return ContentInfo(Oids.Data, new DerOctetString(Der.Encode(new DerSequence(bag))));
    }

    private static DerSequence CertificateBag(CertificateInfo certificate, List<Asn1Encodable> attributes) => Bag(
        Oids.CertificateBag,
        new DerSequence(Oids.X509Certificate, new DerTaggedObject(true, 0, new DerOctetString(certificate.ToDer()))),
        attributes);

    /// <summary>What ties key and certificate together, and names both.</summary>
    private static List<Asn1Encodable> Attributes(CertificateInfo leaf, PfxOptions options)
    {
        var attributes = new List<Asn1Encodable>
        {
            Attribute(Oids.LocalKeyId, new DerOctetString(leaf.ThumbprintBytes())),
        };
        if (!string.IsNullOrEmpty(options.FriendlyName))
        {
            attributes.Add(Attribute(Oids.FriendlyName, new DerBmpString(options.FriendlyName!)));
        }

        return attributes;
    }

    private static DerSequence Attribute(DerObjectIdentifier oid, Asn1Encodable value) => new(oid, new DerSet(value));

    private static DerSequence Bag(DerObjectIdentifier type, Asn1Encodable value, List<Asn1Encodable> attributes)
    {
        var content = new DerTaggedObject(true, 0, value);
        return attributes.Count == 0
            ? new DerSequence(type, content)
            : new DerSequence(type, content, new DerSet(attributes.ToArray()));
    }

    private static DerSequence ContentInfo(DerObjectIdentifier type, Asn1Encodable content)
        => new(type, new DerTaggedObject(true, 0, content));
}
