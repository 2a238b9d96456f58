using System.Globalization;
using System.Security.Cryptography;
using Org.BouncyCastle.Asn1;

namespace PoshAcmeSharp.Certificates;

/// <summary>A public key read from a SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7).</summary>
internal sealed class PublicKey
{
    private readonly string _algorithm;
    private readonly string? _parameters;
    private readonly byte[] _key;
    private readonly RSAParameters? _rsa;
    private readonly EcCurve? _curve;

    private PublicKey(byte[] subjectPublicKeyInfo)
    {
        var info = Asn1Sequence.GetInstance(Der.Read(subjectPublicKeyInfo));
        var algorithm = Asn1Sequence.GetInstance(info[0]);
        _algorithm = DerObjectIdentifier.GetInstance(algorithm[0]).Id;
        _parameters = algorithm.Count > 1 && algorithm[1] is DerObjectIdentifier parameters ? parameters.Id : null;
        _key = DerBitString.GetInstance(info[1]).GetBytes();
        if (_algorithm == Oids.RsaEncryption.Id)
        {
            var numbers = Asn1Sequence.GetInstance(Der.Read(_key));
            _rsa = new RSAParameters
            {
                Modulus = DerInteger.GetInstance(numbers[0]).PositiveValue.ToByteArrayUnsigned(),
                Exponent = DerInteger.GetInstance(numbers[1]).PositiveValue.ToByteArrayUnsigned(),
            };
            Length = DerInteger.GetInstance(numbers[0]).PositiveValue.BitLength.ToString(CultureInfo.InvariantCulture);
        }
        else
        {
            _curve = _algorithm == Oids.EcPublicKey.Id ? EcCurve.Find(_parameters) : null;
            Length = _curve?.KeyLength.ToString() ?? _parameters ?? _algorithm;
        }
    }

    /// <summary>Such as <c>ec-256</c> or <c>2048</c>; an object identifier for a kind of key that has no such name.</summary>
    public string Length { get; }

    /// <summary>Reads a key. Throws what <see cref="Der.IsFault"/> knows.</summary>
    public static PublicKey Read(byte[] subjectPublicKeyInfo) => new(subjectPublicKeyInfo);

    /// <summary>Whether both are the same key. Absent and NULL parameters of RSA are the same.</summary>
    public bool IsSameAs(PublicKey other)
        => _algorithm == other._algorithm && _parameters == other._parameters && _key.SequenceEqual(other._key);

    /// <summary>Checks a signature.</summary>
    /// <returns>Null when this platform cannot tell: the algorithm is another, or refused.</returns>
    public bool? Verify(SignatureAlgorithm? algorithm, byte[] data, byte[] signature)
    {
        try
        {
            return algorithm switch
            {
                { IsEc: false } when _rsa is { } rsa => VerifyRsa(rsa, algorithm, data, signature),
                { IsEc: true } when _curve is not null => VerifyEc(_curve, algorithm, data, signature),
                null => null,
                _ => false,
            };
        }
        catch (CryptographicException)
        {
            return null;
        }
        catch (PoshAcmeException e) when (e.ErrorId == PlatformEc.NotSupported)
        {
            return null;
        }
    }

    private static bool VerifyRsa(RSAParameters parameters, SignatureAlgorithm algorithm, byte[] data, byte[] signature)
    {
        using var rsa = PlatformRsa.Import(parameters);
        return rsa.VerifyData(data, signature, algorithm.Hash, RSASignaturePadding.Pkcs1);
    }

    private bool VerifyEc(EcCurve curve, SignatureAlgorithm algorithm, byte[] data, byte[] signature)
    {
        byte[] fixedLength;
        EcKey key;
        try
        {
            var numbers = Asn1Sequence.GetInstance(Der.Read(signature));
            fixedLength =
            [
                .. Der.FixedLength(DerInteger.GetInstance(numbers[0]).Value, curve.FieldLength),
                .. Der.FixedLength(DerInteger.GetInstance(numbers[1]).Value, curve.FieldLength),
            ];
            key = KeyEncoding.ReadPoint(_key, curve);
        }
        catch (Exception e) when (Der.IsFault(e))
        {
            return false;
        }

        using var platformKey = PlatformEc.Import(key);
        return PlatformEc.Verify(platformKey, data, fixedLength, algorithm.Hash);
    }
}
