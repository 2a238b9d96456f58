using Org.BouncyCastle.Asn1;

namespace PoshAcmeSharp.Certificates;

/// <summary>One of the three named prime curves that ACME servers take (RFC 7518 section 3.4). No other is accepted.</summary>
internal sealed record EcCurve(KeyLength KeyLength, DerObjectIdentifier Oid)
{
    private static readonly EcCurve[] All =
    [
        new(KeyLength.Ec256, new("1.2.840.10045.3.1.7")),
        new(KeyLength.Ec384, new("1.3.132.0.34")),
        new(KeyLength.Ec521, new("1.3.132.0.35")),
    ];

    /// <summary>The length of a coordinate and of the private value in bytes.</summary>
    public int FieldLength => (KeyLength.Bits + 7) / 8;

    /// <summary>The curve of a key length.</summary>
    public static EcCurve Of(KeyLength keyLength) => Array.Find(All, curve => curve.KeyLength == keyLength);

    /// <summary>The curve of an object identifier, or null.</summary>
    public static EcCurve? Find(string? oid) => Array.Find(All, curve => curve.Oid.Id == oid);
}
