using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace PoshAcmeSharp.Certificates;

/// <summary>
/// The platform's elliptic curve keys. Mono lacks them, and some of the types; so nothing outside this file that runs
/// for RSA keys names these types, and the methods that do are not inlined into those that catch their absence.
/// </summary>
internal static class PlatformEc
{
    /// <summary>The error id where the runtime has no elliptic curves.</summary>
    public const string NotSupported = "EcKeysNotSupported";

    /// <summary>Makes a new key.</summary>
    public static (AsymmetricAlgorithm PlatformKey, EcKey Key) Generate(EcCurve curve)
    {
        try
        {
            return GenerateCore(curve);
        }
        catch (Exception e) when (IsMissing(e))
        {
            throw Missing(e);
        }
    }

    /// <summary>A platform key with the given numbers.</summary>
    public static AsymmetricAlgorithm Import(EcKey key)
    {
        try
        {
            return ImportCore(key);
        }
        catch (Exception e) when (IsMissing(e))
        {
            throw Missing(e);
        }
    }

    /// <summary>Signs; r and s one after the other, each as long as the field.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static byte[] Sign(AsymmetricAlgorithm platformKey, byte[] data, HashAlgorithmName hash)
        => ((ECDsa)platformKey).SignData(data, hash);

    /// <summary>Checks such a signature.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static bool Verify(AsymmetricAlgorithm platformKey, byte[] data, byte[] signature, HashAlgorithmName hash)
        => ((ECDsa)platformKey).VerifyData(data, signature, hash);

    /// <summary>The platform's form of a key.</summary>
    public static ECParameters ToParameters(EcKey key) => new()
    {
        Curve = CurveOf(key.Curve.KeyLength),
        D = (byte[]?)key.D?.Clone(),
        Q = new ECPoint { X = (byte[])key.X.Clone(), Y = (byte[])key.Y.Clone() },
    };

    /// <summary>The curve of the platform's form, or null. .NET Framework may give a name alone.</summary>
    public static EcCurve? FindCurve(ECCurve curve)
    {
        if (!curve.IsNamed)
        {
            return null;
        }

        return EcCurve.Find(curve.Oid.Value) ?? curve.Oid.FriendlyName switch
        {
            "nistP256" or "ECDSA_P256" => EcCurve.Of(KeyLength.Ec256),
            "nistP384" or "ECDSA_P384" => EcCurve.Of(KeyLength.Ec384),
            "nistP521" or "ECDSA_P521" => EcCurve.Of(KeyLength.Ec521),
            _ => null,
        };
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (AsymmetricAlgorithm PlatformKey, EcKey Key) GenerateCore(EcCurve curve)
    {
        var key = ECDsa.Create(CurveOf(curve.KeyLength));
        var parameters = key.ExportParameters(includePrivateParameters: true);
        return (key, new(curve, parameters.Q.X, parameters.Q.Y, parameters.D));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ECDsa ImportCore(EcKey key) => ECDsa.Create(ToParameters(key));

    private static ECCurve CurveOf(KeyLength keyLength) => keyLength.Bits switch
    {
        256 => ECCurve.NamedCurves.nistP256,
        384 => ECCurve.NamedCurves.nistP384,
        _ => ECCurve.NamedCurves.nistP521,
    };

    private static bool IsMissing(Exception exception)
        => exception is NotSupportedException or NotImplementedException or MissingMemberException or TypeLoadException;

    private static PoshAcmeException Missing(Exception cause) => new(
        NotSupported,
        ErrorKind.InvalidOperation,
        "This runtime has no elliptic curve signatures.",
        "Use an RSA key here, such as -KeyLength 2048, or run on .NET or .NET Framework.",
        cause);
}
