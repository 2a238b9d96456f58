using System.Security.Cryptography;
using Org.BouncyCastle.Asn1;

namespace PoshAcmeSharp.Certificates;

/// <summary>One of the three named prime curves that ACME servers take (RFC 7518 section 3.4). No other is accepted.</summary>
internal sealed record EcCurve(KeyLength KeyLength, DerObjectIdentifier Oid, ECCurve Platform)
{
    private static readonly EcCurve[] All =
    [
        new(KeyLength.Ec256, new("1.2.840.10045.3.1.7"), ECCurve.NamedCurves.nistP256),
        new(KeyLength.Ec384, new("1.3.132.0.34"), ECCurve.NamedCurves.nistP384),
        new(KeyLength.Ec521, new("1.3.132.0.35"), ECCurve.NamedCurves.nistP521),
    ];

    /// <summary>The length of a coordinate and of the private value in bytes.</summary>
    public int FieldLength => (KeyLength.Bits + 7) / 8;

    /// <summary>The curve of a key length.</summary>
    public static EcCurve Of(KeyLength keyLength) => Array.Find(All, curve => curve.KeyLength == keyLength);

    /// <summary>The curve of an object identifier, or null.</summary>
    public static EcCurve? Find(string? oid) => Array.Find(All, curve => curve.Oid.Id == oid);

    /// <summary>The curve of the platform's description, or null. .NET Framework may give a name alone.</summary>
    public static EcCurve? Find(ECCurve platform)
    {
        if (!platform.IsNamed)
        {
            return null;
        }

        return Find(platform.Oid.Value) ?? platform.Oid.FriendlyName switch
        {
            "nistP256" or "ECDSA_P256" or "ECDH_P256" => Of(KeyLength.Ec256),
            "nistP384" or "ECDSA_P384" or "ECDH_P384" => Of(KeyLength.Ec384),
            "nistP521" or "ECDSA_P521" or "ECDH_P521" => Of(KeyLength.Ec521),
            _ => null,
        };
    }
}
