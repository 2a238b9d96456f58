using System.Security.Cryptography;
using Org.BouncyCastle.Math;

namespace PoshAcmeSharp.Certificates;

/// <summary>
/// A private key of an account or of a certificate. The platform signs with it; the formats are PEM, DER and key parameters.
/// Instances may be used by several threads at once.
/// </summary>
public sealed class PrivateKey : IDisposable
{
    private static readonly byte[] Probe = [0x70, 0x72, 0x6F, 0x62, 0x65];

    private readonly object _gate = new();
    private readonly AsymmetricAlgorithm _platformKey;
    private readonly RSAParameters _rsa;
    private readonly ECParameters _ec;

    private PrivateKey(RSA platformKey, RSAParameters parameters)
    {
        _platformKey = platformKey;
        _rsa = parameters;
        KeyLength = RsaKeyLength(parameters);
        SubjectPublicKeyInfo = Der.Encode(KeyEncoding.PublicKeyInfo(parameters));
    }

    private PrivateKey(ECDsa platformKey, ECParameters parameters, EcCurve curve)
    {
        _platformKey = platformKey;
        _ec = parameters;
        KeyLength = curve.KeyLength;
        SubjectPublicKeyInfo = Der.Encode(KeyEncoding.PublicKeyInfo(parameters, curve));
    }

    /// <summary>The kind and size of the key.</summary>
    public KeyLength KeyLength { get; }

    /// <summary>True for an elliptic curve key, false for RSA.</summary>
    public bool IsEc => KeyLength.IsEc;

    /// <summary>The public key as SubjectPublicKeyInfo in DER (RFC 5280 section 4.1.2.7).</summary>
    public byte[] SubjectPublicKeyInfo { get; }

    /// <summary>Makes a new key.</summary>
    /// <param name="keyLength">The kind and size.</param>
    /// <returns>The key.</returns>
    /// <exception cref="PoshAcmeException"><c>EcKeysNotSupported</c>, <c>KeyGenerationFailed</c>: the runtime cannot.</exception>
    public static PrivateKey Generate(KeyLength keyLength)
    {
        if (keyLength.IsEc)
        {
            var curve = EcCurve.Of(keyLength);
            var ec = PlatformKeys.GenerateEc(curve);
            return new(ec, Normalise(ec.ExportParameters(includePrivateParameters: true), curve), curve);
        }

        var rsa = PlatformKeys.GenerateRsa(keyLength.Bits);
        return new(rsa, rsa.ExportParameters(includePrivateParameters: true));
    }

    /// <summary>
    /// Reads the first private key of a PEM text: PKCS#1 (<c>RSA PRIVATE KEY</c>), PKCS#8 (<c>PRIVATE KEY</c>) or
    /// SEC 1 (<c>EC PRIVATE KEY</c>, with or without an <c>EC PARAMETERS</c> block). Other text and blocks around it are skipped.
    /// </summary>
    /// <param name="pem">The text.</param>
    /// <returns>The key.</returns>
    /// <exception cref="PoshAcmeException">
    /// <c>NotAPrivateKey</c>, <c>EncryptedPrivateKey</c>, <c>InvalidPrivateKey</c>, <c>UnsupportedKey</c>, <c>EcKeysNotSupported</c>.
    /// </exception>
    public static PrivateKey FromPem(string pem) => PrivateKeyReader.Read(pem);

    /// <summary>Takes over an RSA key, such as the members of a JWK. The lengths of the numbers may differ from what the platform wants.</summary>
    /// <param name="parameters">All eight members, unsigned big-endian.</param>
    /// <returns>The key.</returns>
    /// <exception cref="PoshAcmeException"><c>UnsupportedKey</c>: the size is not allowed; <c>InvalidPrivateKey</c>: the members do not fit together.</exception>
    public static PrivateKey FromRsaParameters(RSAParameters parameters)
    {
        if (parameters is not { Modulus: not null, Exponent: not null, D: not null, P: not null, Q: not null, DP: not null, DQ: not null, InverseQ: not null })
        {
            throw Damaged("The RSA key lacks a member of its private part.");
        }

        RsaKeyLength(parameters);
        RSA? rsa = null;
        try
        {
            var normal = Normalise(parameters);
            rsa = PlatformKeys.ImportRsa(normal);
            var signature = rsa.SignData(Probe, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            if (rsa.VerifyData(Probe, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))
            {
                var key = new PrivateKey(rsa, normal);
                rsa = null;
                return key;
            }
        }
        catch (Exception e) when (Der.IsFault(e))
        {
            throw Damaged("The members of the RSA key do not fit together.", e);
        }
        finally
        {
            rsa?.Dispose();
        }

        throw Damaged("The members of the RSA key do not fit together.");
    }

    /// <summary>Takes over an EC key, such as the members of a JWK.</summary>
    /// <param name="parameters">A named curve, the private value and the public point, big-endian.</param>
    /// <returns>The key.</returns>
    /// <exception cref="PoshAcmeException">
    /// <c>UnsupportedKey</c>: not P-256, P-384 or P-521; <c>InvalidPrivateKey</c>: the members do not fit together;
    /// <c>EcKeysNotSupported</c>: the runtime has no elliptic curves.
    /// </exception>
    public static PrivateKey FromEcParameters(ECParameters parameters)
    {
        var curve = EcCurve.Find(parameters.Curve) ?? throw new PoshAcmeException(
            "UnsupportedKey", ErrorKind.InvalidData, "The EC key is on none of the curves P-256, P-384 and P-521.", "Use an EC key on one of these, or an RSA key.");
        if (parameters.D is null || parameters.Q.X is null || parameters.Q.Y is null)
        {
            throw Damaged("The EC key lacks its private value or its public point.");
        }

        ECDsa? ec = null;
        try
        {
            var normal = Normalise(parameters, curve);
            ec = PlatformKeys.ImportEc(normal);
            if (ec.VerifyData(Probe, ec.SignData(Probe, HashAlgorithmName.SHA256), HashAlgorithmName.SHA256))
            {
                var key = new PrivateKey(ec, normal, curve);
                ec = null;
                return key;
            }
        }
        catch (Exception e) when (Der.IsFault(e))
        {
            throw Damaged("The public point of the EC key does not belong to its private value.", e);
        }
        finally
        {
            ec?.Dispose();
        }

        throw Damaged("The public point of the EC key does not belong to its private value.");
    }

    /// <summary>The members of an RSA key, the private part included, in the lengths that JWK and the platform use.</summary>
    /// <returns>A copy.</returns>
    /// <exception cref="InvalidOperationException">It is an EC key.</exception>
    public RSAParameters ToRsaParameters()
        => IsEc ? throw new InvalidOperationException("The key is an EC key.") : Normalise(_rsa);

    /// <summary>The members of an EC key, the private part included, each as long as the curve's field (RFC 7518 section 6.2).</summary>
    /// <returns>A copy.</returns>
    /// <exception cref="InvalidOperationException">It is an RSA key.</exception>
    public ECParameters ToEcParameters()
        => IsEc ? Normalise(_ec, EcCurve.Of(KeyLength)) : throw new InvalidOperationException("The key is an RSA key.");

    /// <summary>
    /// Signs as JWS does (RFC 7518 sections 3.3 and 3.4): RSASSA-PKCS1-v1_5, or ECDSA with r and s one after the other, each
    /// as long as the curve's field.
    /// </summary>
    /// <param name="data">What is signed; it is hashed here.</param>
    /// <param name="hash">The hash.</param>
    /// <returns>The signature.</returns>
    public byte[] Sign(byte[] data, HashAlgorithmName hash)
    {
        // The platform's key objects do not promise to be safe for several threads.
        lock (_gate)
        {
            return _platformKey is ECDsa ec
                ? ec.SignData(data, hash)
                : ((RSA)_platformKey).SignData(data, hash, RSASignaturePadding.Pkcs1);
        }
    }

    /// <summary>The key as unencrypted PEM, ASCII with LF: RSA as PKCS#8, EC as SEC 1.</summary>
    /// <returns>One block with a final newline. It is a secret.</returns>
    public string ToPem() => IsEc
        ? PemBlock.Write("EC PRIVATE KEY", Der.Encode(KeyEncoding.Sec1(_ec, EcCurve.Of(KeyLength), withCurve: true)))
        : PemBlock.Write("PRIVATE KEY", Der.Encode(KeyEncoding.Pkcs8(_rsa)));

    /// <summary>Frees the platform's key and clears the private members.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _platformKey.Dispose();
            foreach (var secret in new[] { _rsa.D, _rsa.P, _rsa.Q, _rsa.DP, _rsa.DQ, _rsa.InverseQ, _ec.D })
            {
                if (secret is not null)
                {
                    Array.Clear(secret, 0, secret.Length);
                }
            }
        }
    }

    /// <summary>The key as PKCS#8 in DER, unencrypted. It is a secret.</summary>
    internal byte[] ToPkcs8() => Der.Encode(IsEc ? KeyEncoding.Pkcs8(_ec, EcCurve.Of(KeyLength)) : KeyEncoding.Pkcs8(_rsa));

    private static RSAParameters Normalise(RSAParameters key)
    {
        var modulus = new BigInteger(1, key.Modulus);
        var length = (modulus.BitLength + 7) / 8;
        var half = (length + 1) / 2;
        return new()
        {
            Modulus = Der.FixedLength(key.Modulus, length),
            Exponent = new BigInteger(1, key.Exponent).ToByteArrayUnsigned(),
            D = Der.FixedLength(key.D, length),
            P = Der.FixedLength(key.P, half),
            Q = Der.FixedLength(key.Q, half),
            DP = Der.FixedLength(key.DP, half),
            DQ = Der.FixedLength(key.DQ, half),
            InverseQ = Der.FixedLength(key.InverseQ, half),
        };
    }

    private static ECParameters Normalise(ECParameters key, EcCurve curve) => new()
    {
        Curve = curve.Platform,
        D = Der.FixedLength(key.D, curve.FieldLength),
        Q = new ECPoint { X = Der.FixedLength(key.Q.X, curve.FieldLength), Y = Der.FixedLength(key.Q.Y, curve.FieldLength) },
    };

    private static KeyLength RsaKeyLength(RSAParameters key)
    {
        var bits = new BigInteger(1, key.Modulus).BitLength.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return KeyLength.TryParse(bits, out var keyLength)
            ? keyLength
            : throw new PoshAcmeException(
                "UnsupportedKey",
                ErrorKind.InvalidData,
                $"The RSA key has {bits} bits.",
                "Use an RSA key of 2048 to 4096 bits in steps of 128, or an EC key on P-256, P-384 or P-521.");
    }

    private static PoshAcmeException Damaged(string message, Exception? cause = null)
        => new("InvalidPrivateKey", ErrorKind.InvalidData, message, "Take the key from a backup, or make a new one.", cause);
}
