using System.Security.Cryptography;
using Org.BouncyCastle.Asn1;

namespace PoshAcmeSharp.Certificates;

/// <summary>The signature algorithms of certificates and requests: RSASSA-PKCS1-v1_5 and ECDSA.</summary>
internal sealed record SignatureAlgorithm(DerObjectIdentifier Oid, HashAlgorithmName Hash, bool IsEc)
{
    private static readonly SignatureAlgorithm[] All =
    [
        new(new("1.2.840.113549.1.1.4"), HashAlgorithmName.MD5, IsEc: false),
        new(new("1.2.840.113549.1.1.5"), HashAlgorithmName.SHA1, IsEc: false),
        new(Oids.Sha256WithRsa, HashAlgorithmName.SHA256, IsEc: false),
        new(new("1.2.840.113549.1.1.12"), HashAlgorithmName.SHA384, IsEc: false),
        new(new("1.2.840.113549.1.1.13"), HashAlgorithmName.SHA512, IsEc: false),
        new(new("1.2.840.10045.4.1"), HashAlgorithmName.SHA1, IsEc: true),
        new(Oids.EcdsaWithSha256, HashAlgorithmName.SHA256, IsEc: true),
        new(Oids.EcdsaWithSha384, HashAlgorithmName.SHA384, IsEc: true),
        new(Oids.EcdsaWithSha512, HashAlgorithmName.SHA512, IsEc: true),
    ];

    /// <summary>False for hashes that no CA takes any more.</summary>
    public bool IsStrong => Hash != HashAlgorithmName.MD5 && Hash != HashAlgorithmName.SHA1;

    /// <summary>The AlgorithmIdentifier: NULL parameters for RSA, none for ECDSA (RFC 4055, RFC 5758).</summary>
    public Asn1Encodable Identifier => IsEc ? new DerSequence(Oid) : new DerSequence(Oid, DerNull.Instance);

    /// <summary>The algorithm of an object identifier, or null.</summary>
    public static SignatureAlgorithm? Find(string oid) => Array.Find(All, algorithm => algorithm.Oid.Id == oid);

    /// <summary>What a key signs with: SHA-256, but SHA-384 on P-384 and SHA-512 on P-521.</summary>
    public static SignatureAlgorithm For(KeyLength keyLength) => Find(keyLength switch
    {
        { IsEc: false } => Oids.Sha256WithRsa.Id,
        { Bits: 256 } => Oids.EcdsaWithSha256.Id,
        { Bits: 384 } => Oids.EcdsaWithSha384.Id,
        _ => Oids.EcdsaWithSha512.Id,
    })!;

    /// <summary>Signs as X.509 does: an ECDSA signature is a SEQUENCE of r and s (RFC 3279 section 2.2.3).</summary>
    public byte[] Sign(PrivateKey key, byte[] data)
    {
        var signature = key.Sign(data, Hash);
        if (!IsEc)
        {
            return signature;
        }

        var half = signature.Length / 2;
        return Der.Encode(new DerSequence(
            Der.Integer([.. signature.Take(half)]),
            Der.Integer([.. signature.Skip(half)])));
    }
}
