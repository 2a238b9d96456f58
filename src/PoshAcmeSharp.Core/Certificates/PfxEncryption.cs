using System.Security.Cryptography;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;

namespace PoshAcmeSharp.Certificates;

/// <summary>
/// Password-based encryption and MAC of PKCS#12: the old one (RFC 7292 appendix B and C) and PBES2 (RFC 8018 section 6.2).
/// The keys are derived here; the ciphers and the HMAC are the platform's.
/// </summary>
internal sealed class PfxEncryption(string? password, bool modern, RandomNumberGenerator random)
{
    // The password of a PFX guards a file that lies beside the plain key; five times what OpenSSL and Windows use is
    // enough and costs some hundredths of a second.
    private const int Iterations = 10_000;
    private const int BitsPerByte = 8;

    /// <summary>Encrypts. Each call has a salt of its own.</summary>
    /// <returns>The AlgorithmIdentifier and the ciphertext.</returns>
    public (Asn1Encodable Algorithm, byte[] Ciphertext) Encrypt(byte[] plain) => modern
        ? Pbes2.Encrypt(plain, password ?? string.Empty, Iterations, random)
        : EncryptTripleDes(plain);

    /// <summary>MacData over the authenticated safe (RFC 7292 section 4).</summary>
    public Asn1Encodable Mac(byte[] authenticatedSafe)
    {
        var salt = Random(modern ? 16 : 8);
        var generator = Pkcs12Generator(modern ? new Sha256Digest() : new Sha1Digest(), salt);
        var key = KeyOf(generator.GenerateDerivedMacParameters((modern ? 32 : 20) * BitsPerByte));
#pragma warning disable CA5350 // The old form is defined with it; Windows Server 2016 reads no other.
        using HMAC hmac = modern ? new HMACSHA256(key) : new HMACSHA1(key);
#pragma warning restore CA5350
        return new DerSequence(
            new DerSequence(
                new DerSequence(modern ? Oids.Sha256 : Oids.Sha1, DerNull.Instance),
                new DerOctetString(hmac.ComputeHash(authenticatedSafe))),
            new DerOctetString(salt),
            new DerInteger(Iterations));
    }

    private static byte[] KeyOf(ICipherParameters parameters) => ((KeyParameter)parameters).GetKey();

    private (Asn1Encodable Algorithm, byte[] Ciphertext) EncryptTripleDes(byte[] plain)
    {
        var salt = Random(8);
        var parameters = (ParametersWithIV)Pkcs12Generator(new Sha1Digest(), salt).GenerateDerivedParameters("DESede", 192, 64);
        var algorithm = new DerSequence(
            Oids.PbeWithSha1And3KeyTripleDes,
            new DerSequence(new DerOctetString(salt), new DerInteger(Iterations)));
#pragma warning disable CA5350 // The old form is defined with it; Windows Server 2016 reads no other.
        using var cipher = TripleDES.Create();
#pragma warning restore CA5350
        cipher.Mode = CipherMode.CBC;
        cipher.Padding = PaddingMode.PKCS7;
        using var encryptor = cipher.CreateEncryptor(KeyOf(parameters.Parameters), parameters.GetIV());
        return (algorithm, encryptor.TransformFinalBlock(plain, 0, plain.Length));
    }

    private Pkcs12ParametersGenerator Pkcs12Generator(IDigest digest, byte[] salt)
    {
        var generator = new Pkcs12ParametersGenerator(digest);
        generator.Init(PbeParametersGenerator.Pkcs12PasswordToBytes((password ?? string.Empty).ToCharArray()), salt, Iterations);
        return generator;
    }

    private byte[] Random(int length)
    {
        var bytes = new byte[length];
        random.GetBytes(bytes);
        return bytes;
    }
}
