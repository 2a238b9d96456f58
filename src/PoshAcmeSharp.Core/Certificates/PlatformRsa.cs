using System.Security.Cryptography;
using Org.BouncyCastle.Math;

namespace PoshAcmeSharp.Certificates;

/// <summary>The platform's RSA keys. The runtimes differ in how a size is asked for.</summary>
internal static class PlatformRsa
{
    /// <summary>Makes a new key.</summary>
    public static RSA Generate(int bits)
    {
        // .NET Framework and Mono hand out an RSACryptoServiceProvider here that ignores KeySize and makes 1024 bits.
        // Only the modulus itself tells.
        var rsa = RSA.Create();
        try
        {
            rsa.KeySize = bits;
            if (HasModulus(rsa, bits))
            {
                return rsa;
            }
        }
        catch (CryptographicException)
        {
            // A size that RSA.Create() refuses is tried with the other class.
        }

        rsa.Dispose();
        rsa = new RSACryptoServiceProvider(bits);
        if (HasModulus(rsa, bits))
        {
            return rsa;
        }

        rsa.Dispose();
        throw new PoshAcmeException(
            "KeyGenerationFailed",
            ErrorKind.Security,
            $"This runtime did not make an RSA key of {bits} bits.",
            "Make the key with 'openssl genrsa' and give it with -KeyFile.");
    }

    /// <summary>A platform key with the given numbers.</summary>
    public static RSA Import(RSAParameters parameters)
    {
        var rsa = RSA.Create();
        try
        {
            rsa.ImportParameters(parameters);
            return rsa;
        }
        catch
        {
            rsa.Dispose();
            throw;
        }
    }

    private static bool HasModulus(RSA rsa, int bits)
    {
        var modulus = rsa.ExportParameters(includePrivateParameters: false).Modulus;
        return modulus is not null && new BigInteger(1, modulus).BitLength == bits;
    }
}
