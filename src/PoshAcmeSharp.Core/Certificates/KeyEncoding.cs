using System.Security.Cryptography;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.Pkcs;
using Org.BouncyCastle.Asn1.Sec;
using Org.BouncyCastle.Math;

namespace PoshAcmeSharp.Certificates;

/// <summary>Turns the platform's key parameters into ASN.1 structures and back.</summary>
internal static class KeyEncoding
{
    private const int PrivateValueField = 1;
    private const int CurveTag = 0;
    private const int PublicPointTag = 1;
    private const byte UncompressedPoint = 4;

    /// <summary>RSAPrivateKey of PKCS#1 (RFC 8017 appendix A.1.2).</summary>
    public static Asn1Encodable Pkcs1(RSAParameters key) => new DerSequence(
        new DerInteger(0),
        Der.Integer(key.Modulus),
        Der.Integer(key.Exponent),
        Der.Integer(key.D),
        Der.Integer(key.P),
        Der.Integer(key.Q),
        Der.Integer(key.DP),
        Der.Integer(key.DQ),
        Der.Integer(key.InverseQ));

    /// <summary>ECPrivateKey of SEC 1 (RFC 5915), with the curve when it stands alone.</summary>
    public static Asn1Encodable Sec1(EcKey key, bool withCurve)
    {
        var parts = new Asn1EncodableVector
        {
            new DerInteger(1),
            new DerOctetString(key.D!),
        };
        if (withCurve)
        {
            parts.Add(new DerTaggedObject(true, CurveTag, key.Curve.Oid));
        }

        parts.Add(new DerTaggedObject(true, PublicPointTag, new DerBitString(Point(key))));
        return new DerSequence(parts);
    }

    /// <summary>PrivateKeyInfo of PKCS#8 (RFC 5208).</summary>
    public static Asn1Encodable Pkcs8(RSAParameters key) => new DerSequence(
        new DerInteger(0),
        new DerSequence(Oids.RsaEncryption, DerNull.Instance),
        new DerOctetString(Der.Encode(Pkcs1(key))));

    /// <summary>PrivateKeyInfo of PKCS#8 (RFC 5208).</summary>
    public static Asn1Encodable Pkcs8(EcKey key) => new DerSequence(
        new DerInteger(0),
        new DerSequence(Oids.EcPublicKey, key.Curve.Oid),
        new DerOctetString(Der.Encode(Sec1(key, withCurve: false))));

    /// <summary>SubjectPublicKeyInfo (RFC 3279 section 2.3.1).</summary>
    public static Asn1Encodable PublicKeyInfo(RSAParameters key) => new DerSequence(
        new DerSequence(Oids.RsaEncryption, DerNull.Instance),
        new DerBitString(Der.Encode(new DerSequence(Der.Integer(key.Modulus), Der.Integer(key.Exponent)))));

    /// <summary>SubjectPublicKeyInfo (RFC 5480 section 2).</summary>
    public static Asn1Encodable PublicKeyInfo(EcKey key) => new DerSequence(
        new DerSequence(Oids.EcPublicKey, key.Curve.Oid),
        new DerBitString(Point(key)));

    /// <summary>Reads RSAPrivateKey of PKCS#1.</summary>
    public static RSAParameters ReadPkcs1(Asn1Object data)
    {
        var key = RsaPrivateKeyStructure.GetInstance(data);
        var modulusLength = (key.Modulus.BitLength + 7) / 8;
        var halfLength = (modulusLength + 1) / 2;
        return new RSAParameters
        {
            Modulus = key.Modulus.ToByteArrayUnsigned(),
            Exponent = key.PublicExponent.ToByteArrayUnsigned(),
            D = Der.FixedLength(key.PrivateExponent, modulusLength),
            P = Der.FixedLength(key.Prime1, halfLength),
            Q = Der.FixedLength(key.Prime2, halfLength),
            DP = Der.FixedLength(key.Exponent1, halfLength),
            DQ = Der.FixedLength(key.Exponent2, halfLength),
            InverseQ = Der.FixedLength(key.Coefficient, halfLength),
        };
    }

    /// <summary>Reads ECPrivateKey of SEC 1. The curve comes from outside or from the structure.</summary>
    /// <exception cref="UnsupportedCurveException">The curve is not one of the three, or not given by name.</exception>
    public static EcKey ReadSec1(Asn1Object data, EcCurve? outerCurve)
    {
        var fields = Asn1Sequence.GetInstance(data);
        var curve = outerCurve;
        byte[]? point = null;
        for (var i = PrivateValueField + 1; i < fields.Count; i++)
        {
            var tagged = (Asn1TaggedObject)fields[i];
            if (tagged.TagNo == CurveTag)
            {
                curve = ReadCurve(tagged);
            }
            else if (tagged.TagNo == PublicPointTag)
            {
                point = DerBitString.GetInstance(tagged, true).GetBytes();
            }
        }

        if (curve is null)
        {
            throw new UnsupportedCurveException();
        }

        var number = new BigInteger(1, Asn1OctetString.GetInstance(fields[PrivateValueField]).GetOctets());
        var key = ReadPoint(point ?? PublicPoint(number, curve), curve);
        return new(curve, key.X, key.Y, number.ToByteArrayUnsigned());
    }

    /// <summary>The curve that an algorithm's parameters name.</summary>
    /// <exception cref="UnsupportedCurveException">The curve is not one of the three, or not given by name.</exception>
    public static EcCurve ReadCurve(Asn1Encodable? parameters)
        => EcCurve.Find((parameters?.ToAsn1Object() as DerObjectIdentifier)?.Id) ?? throw new UnsupportedCurveException();

    private static EcCurve ReadCurve(Asn1TaggedObject tagged)
    {
        DerObjectIdentifier? oid = null;
        try
        {
            oid = DerObjectIdentifier.GetInstance(tagged, true);
        }
        catch (Exception e) when (Der.IsFault(e))
        {
            // Explicit parameters: a SEQUENCE stands where the name should.
        }

        return EcCurve.Find(oid?.Id) ?? throw new UnsupportedCurveException();
    }

    /// <summary>Reads a public point, compressed or not (SEC 1 section 2.3.4), and checks that it lies on the curve.</summary>
    public static EcKey ReadPoint(byte[] encoded, EcCurve curve)
    {
        var point = SecNamedCurves.GetByOid(curve.Oid).Curve.DecodePoint(encoded).Normalize();
        return point.IsInfinity
            ? throw new FormatException("The public point is the point at infinity.")
            : new(curve, point.AffineXCoord.GetEncoded(), point.AffineYCoord.GetEncoded());
    }

    /// <summary>The public point of a private value, for files that leave it out.</summary>
    private static byte[] PublicPoint(BigInteger privateValue, EcCurve curve)
        => SecNamedCurves.GetByOid(curve.Oid).G.Multiply(privateValue).Normalize().GetEncoded(false);

    private static byte[] Point(EcKey key) => [UncompressedPoint, .. key.X, .. key.Y];
}

/// <summary>A curve that is not P-256, P-384 or P-521, or one given by its parameters instead of its name.</summary>
internal sealed class UnsupportedCurveException : FormatException
{
}
