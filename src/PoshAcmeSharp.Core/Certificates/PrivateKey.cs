using System.Security.Cryptography;
using Org.BouncyCastle.Math;

namespace PoshAcmeSharp.Certificates;

/// <summary>
/// A private key of an account or of a certificate. The platform signs with it; the formats are PEM, DER and key parameters.
/// Instances may be used by several threads at once.
/// </summary>
public sealed class PrivateKey : IDisposable
{
    private const string RsaPartsDoNotFit = "The members of the RSA key do not fit together.";
    private const string EcPartsDoNotFit = "The public point of the EC key does not belong to its private value.";

    // The file may be copied away and attacked at leisure; reading it costs some tenths of a second.
    private const int PasswordIterations = 100_000;

    private static readonly byte[] Probe = [0x70, 0x72, 0x6F, 0x62, 0x65];

    private readonly object _gate = new();
    private readonly AsymmetricAlgorithm _platformKey;
    private readonly RSAParameters _rsa;

    private PrivateKey(RSA platformKey, RSAParameters parameters)
    {
        _platformKey = platformKey;
        _rsa = parameters;
        KeyLength = RsaKeyLength(parameters);
        SubjectPublicKeyInfo = Der.Encode(KeyEncoding.PublicKeyInfo(parameters));
    }

    private PrivateKey(AsymmetricAlgorithm platformKey, EcKey key)
    {
        _platformKey = platformKey;
        EcKey = key;
        KeyLength = key.Curve.KeyLength;
        SubjectPublicKeyInfo = Der.Encode(KeyEncoding.PublicKeyInfo(key));
    }

    /// <summary>The kind and size of the key.</summary>
    public KeyLength KeyLength { get; }

    /// <summary>True for an elliptic curve key, false for RSA.</summary>
    public bool IsEc => KeyLength.IsEc;

    /// <summary>The public key as SubjectPublicKeyInfo in DER (RFC 5280 section 4.1.2.7).</summary>
    public byte[] SubjectPublicKeyInfo { get; }

    /// <summary>The numbers of an EC key, the secret one included; null for RSA.</summary>
    internal EcKey? EcKey { get; }

    /// <summary>Makes a new key.</summary>
    /// <param name="keyLength">The kind and size.</param>
    /// <returns>The key.</returns>
    /// <exception cref="PoshAcmeException"><c>EcKeysNotSupported</c>, <c>KeyGenerationFailed</c>: the runtime cannot.</exception>
    public static PrivateKey Generate(KeyLength keyLength)
    {
        if (keyLength.IsEc)
        {
            var (platformKey, key) = PlatformEc.Generate(EcCurve.Of(keyLength));
            return new(platformKey, key);
        }

        var rsa = PlatformRsa.Generate(keyLength.Bits);
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
    public static PrivateKey FromPem(string pem) => PrivateKeyReader.Read(pem, password: null);

    /// <summary>
    /// Reads the first private key of a PEM text, which may be encrypted: PKCS#8 (<c>ENCRYPTED PRIVATE KEY</c>) with PBES2,
    /// PBKDF2 and AES or 3DES (RFC 8018).
    /// </summary>
    /// <param name="pem">The text.</param>
    /// <param name="password">The password, taken as UTF-8; of a key that is not encrypted it is not looked at.</param>
    /// <returns>The key.</returns>
    /// <exception cref="PoshAcmeException">
    /// <c>WrongKeyPassword</c>, <c>UnsupportedKeyEncryption</c>, or as <see cref="FromPem(string)"/>.
    /// </exception>
    public static PrivateKey FromPem(string pem, string password) => PrivateKeyReader.Read(pem, password);

    /// <summary>Whether the first private key of a PEM text is encrypted.</summary>
    /// <param name="pem">The text.</param>
    /// <returns>False too when there is none.</returns>
    public static bool IsEncrypted(string pem) => PrivateKeyReader.Find(PemBlock.ReadAll(pem)) is { IsEncrypted: true };

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
            rsa = PlatformRsa.Import(normal);
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
            throw Damaged(RsaPartsDoNotFit, e);
        }
        finally
        {
            rsa?.Dispose();
        }

        throw Damaged(RsaPartsDoNotFit);
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
        var curve = PlatformEc.FindCurve(parameters.Curve) ?? throw new PoshAcmeException(
            "UnsupportedKey", ErrorKind.InvalidData, "The EC key is on none of the curves P-256, P-384 and P-521.", "Use an EC key on one of these, or an RSA key.");
        if (parameters.D is null || parameters.Q.X is null || parameters.Q.Y is null)
        {
            throw Damaged("The EC key lacks its private value or its public point.");
        }

        try
        {
            return FromEcKey(new(curve, parameters.Q.X, parameters.Q.Y, parameters.D));
        }
        catch (FormatException e)
        {
            throw Damaged("A number of the EC key is longer than its curve's field.", e);
        }
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
        => EcKey is not null ? PlatformEc.ToParameters(EcKey) : throw new InvalidOperationException("The key is an RSA key.");

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
            return _platformKey is RSA rsa
                ? rsa.SignData(data, hash, RSASignaturePadding.Pkcs1)
                : PlatformEc.Sign(_platformKey, data, hash);
        }
    }

    /// <summary>The key as unencrypted PEM, ASCII with LF: RSA as PKCS#8, EC as SEC 1.</summary>
    /// <returns>One block with a final newline. It is a secret.</returns>
    public string ToPem() => EcKey is not null
        ? PemBlock.Write("EC PRIVATE KEY", Der.Encode(KeyEncoding.Sec1(EcKey, withCurve: true)))
        : PemBlock.Write("PRIVATE KEY", Der.Encode(KeyEncoding.Pkcs8(_rsa)));

    /// <summary>
    /// The key as encrypted PEM, ASCII with LF: PKCS#8 (EncryptedPrivateKeyInfo, RFC 5958 section 3) with PBES2, PBKDF2 with
    /// HMAC-SHA256 and AES-256-CBC (RFC 8018).
    /// </summary>
    /// <param name="password">The password, taken as UTF-8.</param>
    /// <returns>One block with a final newline, another one each time.</returns>
    public string ToEncryptedPem(string password)
    {
        using var random = RandomNumberGenerator.Create();
        var plain = ToPkcs8();
        var (algorithm, ciphertext) = Pbes2.Encrypt(plain, password, PasswordIterations, random);
        Array.Clear(plain, 0, plain.Length);
        return PemBlock.Write(PrivateKeyReader.EncryptedLabel, Der.Encode(new Org.BouncyCastle.Asn1.DerSequence(algorithm, new Org.BouncyCastle.Asn1.DerOctetString(ciphertext))));
    }

    /// <summary>Frees the platform's key and clears the private members.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _platformKey.Dispose();
            foreach (var secret in new[] { _rsa.D, _rsa.P, _rsa.Q, _rsa.DP, _rsa.DQ, _rsa.InverseQ, EcKey?.D })
            {
                if (secret is not null)
                {
                    Array.Clear(secret, 0, secret.Length);
                }
            }
        }
    }

    /// <summary>The key as PKCS#8 in DER, unencrypted. It is a secret.</summary>
    internal byte[] ToPkcs8() => Der.Encode(EcKey is not null ? KeyEncoding.Pkcs8(EcKey) : KeyEncoding.Pkcs8(_rsa));

    /// <summary>Takes over an EC key after a signature has shown that its parts belong together.</summary>
    internal static PrivateKey FromEcKey(EcKey key)
    {
        AsymmetricAlgorithm? platformKey = null;
        try
        {
            platformKey = PlatformEc.Import(key);
            var signature = PlatformEc.Sign(platformKey, Probe, HashAlgorithmName.SHA256);
            if (PlatformEc.Verify(platformKey, Probe, signature, HashAlgorithmName.SHA256))
            {
                var result = new PrivateKey(platformKey, key);
                platformKey = null;
                return result;
            }
        }
        catch (Exception e) when (Der.IsFault(e))
        {
            throw Damaged(EcPartsDoNotFit, e);
        }
        finally
        {
            platformKey?.Dispose();
        }

        throw Damaged(EcPartsDoNotFit);
    }

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
