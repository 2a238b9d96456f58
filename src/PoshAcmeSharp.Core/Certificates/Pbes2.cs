using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;

namespace PoshAcmeSharp.Certificates;

/// <summary>
/// Password-based encryption, PBES2 with PBKDF2 (RFC 8018 section 6.2). Written is AES-256-CBC with HMAC-SHA256; read is
/// also what other tools write. The keys are derived here; the ciphers are the platform's.
/// </summary>
internal static class Pbes2
{
    private const int BitsPerByte = 8;
    private const int SaltLength = 16;

    /// <summary>A count of rounds from outside that would keep the machine busy for minutes is no key of ours or OpenSSL's.</summary>
    private const int MostIterations = 10_000_000;

    /// <summary>Encrypts, with a salt of its own each time.</summary>
    /// <returns>The AlgorithmIdentifier and the ciphertext.</returns>
    public static (Asn1Encodable Algorithm, byte[] Ciphertext) Encrypt(byte[] plain, string password, int iterations, RandomNumberGenerator random)
    {
        var salt = new byte[SaltLength];
        random.GetBytes(salt);
        using var aes = Aes.Create();
        aes.Mode = CipherMode.CBC;
        aes.Padding = PaddingMode.PKCS7;
        var iv = new byte[aes.BlockSize / BitsPerByte];
        random.GetBytes(iv);
        var algorithm = new DerSequence(
            Oids.Pbes2,
            new DerSequence(
                new DerSequence(
                    Oids.Pbkdf2,
                    new DerSequence(
                        new DerOctetString(salt),
                        new DerInteger(iterations),
                        new DerSequence(Oids.HmacWithSha256, DerNull.Instance))),
                new DerSequence(Oids.Aes256Cbc, new DerOctetString(iv))));
        using var encryptor = aes.CreateEncryptor(DeriveKey(new Sha256Digest(), password, salt, iterations, 32), iv);
        return (algorithm, encryptor.TransformFinalBlock(plain, 0, plain.Length));
    }

    /// <summary>Decrypts. Throws what <see cref="Der.IsFault"/> knows when the data is damaged.</summary>
    /// <returns>The plain bytes; null when the password is wrong, or, once in some hundred times, bytes that mean nothing.</returns>
    /// <exception cref="NotSupportedException">It is encrypted in another way; the message names the algorithm.</exception>
    public static byte[]? Decrypt(Asn1Sequence algorithm, byte[] ciphertext, string password)
    {
        Require(algorithm[0], Oids.Pbes2);
        var parameters = Asn1Sequence.GetInstance(algorithm[1]);
        var derivation = Asn1Sequence.GetInstance(parameters[0]);
        Require(derivation[0], Oids.Pbkdf2);
        var scheme = Asn1Sequence.GetInstance(parameters[1]);
        using var cipher = CipherOf(DerObjectIdentifier.GetInstance(scheme[0]), out var keyLength);
        cipher.Mode = CipherMode.CBC;
        cipher.Padding = PaddingMode.PKCS7;
        var iv = Asn1OctetString.GetInstance(scheme[1]).GetOctets();
        var key = DeriveKey(Asn1Sequence.GetInstance(derivation[1]), password, keyLength);
        using var decryptor = cipher.CreateDecryptor(key, iv);
        try
        {
            return decryptor.TransformFinalBlock(ciphertext, 0, ciphertext.Length);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static byte[] DeriveKey(Asn1Sequence parameters, string password, int keyLength)
    {
        var salt = Asn1OctetString.GetInstance(parameters[0]).GetOctets();
        var iterations = DerInteger.GetInstance(parameters[1]).Value;
        if (iterations.SignValue <= 0 || iterations.CompareTo(Org.BouncyCastle.Math.BigInteger.ValueOf(MostIterations)) > 0)
        {
            throw new FormatException("The number of rounds is out of range.");
        }

        // After the rounds may come the key's length; what comes last may be the function, HMAC-SHA1 when it does not.
        var function = parameters[parameters.Count - 1].ToAsn1Object() is Asn1Sequence named ? DerObjectIdentifier.GetInstance(named[0]) : Oids.HmacWithSha1;
        return DeriveKey(DigestOf(function), password, salt, iterations.IntValue, keyLength);
    }

    private static byte[] DeriveKey(IDigest digest, string password, byte[] salt, int iterations, int length)
    {
        var secret = Encoding.UTF8.GetBytes(password);
        var generator = new Pkcs5S2ParametersGenerator(digest);
        generator.Init(secret, salt, iterations);
        var key = ((KeyParameter)generator.GenerateDerivedMacParameters(length * BitsPerByte)).GetKey();
        Array.Clear(secret, 0, secret.Length);
        return key;
    }

    private static IDigest DigestOf(DerObjectIdentifier function)
        => function.Equals(Oids.HmacWithSha256) ? new Sha256Digest()
            : function.Equals(Oids.HmacWithSha1) ? new Sha1Digest()
            : function.Equals(Oids.HmacWithSha384) ? new Sha384Digest()
            : function.Equals(Oids.HmacWithSha512) ? new Sha512Digest()
            : throw Unknown(function);

    private static SymmetricAlgorithm CipherOf(DerObjectIdentifier scheme, out int keyLength)
    {
        keyLength = scheme.Equals(Oids.Aes128Cbc) ? 16 : scheme.Equals(Oids.Aes192Cbc) || scheme.Equals(Oids.TripleDesCbc) ? 24 : 32;
        if (scheme.Equals(Oids.TripleDesCbc))
        {
#pragma warning disable CA5350 // Only read: keys that older tools wrote.
            return TripleDES.Create();
#pragma warning restore CA5350
        }

        return scheme.Equals(Oids.Aes256Cbc) || scheme.Equals(Oids.Aes192Cbc) || scheme.Equals(Oids.Aes128Cbc) ? Aes.Create() : throw Unknown(scheme);
    }

    private static void Require(Asn1Encodable found, DerObjectIdentifier wanted)
    {
        var oid = DerObjectIdentifier.GetInstance(found);
        if (!oid.Equals(wanted))
        {
            throw Unknown(oid);
        }
    }

    private static NotSupportedException Unknown(DerObjectIdentifier oid) => new(oid.Id);
}
