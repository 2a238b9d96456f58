using System.Security.Cryptography;

namespace PoshAcmeSharp.Certificates;

/// <summary>Makes the platform's key objects. The runtimes differ; nothing outside this file knows how.</summary>
internal static class PlatformKeys
{
    /// <summary>The error id where the runtime has no elliptic curves, as Mono.</summary>
    public const string EcKeysNotSupported = "EcKeysNotSupported";

    /// <summary>Makes a new RSA key.</summary>
    public static RSA GenerateRsa(int bits)
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

    /// <summary>An RSA object that holds the given key.</summary>
    public static RSA ImportRsa(RSAParameters parameters)
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

    /// <summary>Makes a new key on a curve.</summary>
    public static ECDsa GenerateEc(EcCurve curve) => CreateEc(() => EcFactory.Generate(curve.Platform));

    /// <summary>An ECDsa object that holds the given key.</summary>
    public static ECDsa ImportEc(ECParameters parameters) => CreateEc(() => EcFactory.Import(parameters));

    private static bool HasModulus(RSA rsa, int bits)
    {
        var modulus = rsa.ExportParameters(includePrivateParameters: false).Modulus;
        return modulus is not null && new Org.BouncyCastle.Math.BigInteger(1, modulus).BitLength == bits;
    }

    private static ECDsa CreateEc(Func<ECDsa?> create)
    {
        Exception? cause = null;
        try
        {
            if (create() is { } key)
            {
                return key;
            }
        }
        catch (Exception e) when (e is NotSupportedException or NotImplementedException or MissingMemberException or TypeLoadException)
        {
            cause = e;
        }

        throw new PoshAcmeException(
            EcKeysNotSupported,
            ErrorKind.InvalidOperation,
            "This runtime has no elliptic curve signatures.",
            "Use an RSA key here, such as -KeyLength 2048, or run on .NET or .NET Framework.",
            cause);
    }

    /// <summary>Apart, so that a runtime that lacks these methods fails inside the try above and not before it.</summary>
    private static class EcFactory
    {
        public static ECDsa? Generate(ECCurve curve) => ECDsa.Create(curve);

        public static ECDsa? Import(ECParameters parameters) => ECDsa.Create(parameters);
    }
}
