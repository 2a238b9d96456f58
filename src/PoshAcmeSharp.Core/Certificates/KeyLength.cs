using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace PoshAcmeSharp.Certificates;

/// <summary>
/// The kind and size of a key as users write it: <c>ec-256</c>, <c>ec-384</c>, <c>ec-521</c>, or an RSA modulus
/// of 2048 to 4096 bits in steps of 128.
/// </summary>
public sealed record KeyLength
{
    private const string EcPrefix = "ec-";

    private KeyLength(bool isEc, int bits)
    {
        IsEc = isEc;
        Bits = bits;
    }

    /// <summary>P-256 (secp256r1).</summary>
    public static KeyLength Ec256 { get; } = new(true, 256);

    /// <summary>P-384 (secp384r1).</summary>
    public static KeyLength Ec384 { get; } = new(true, 384);

    /// <summary>P-521 (secp521r1).</summary>
    public static KeyLength Ec521 { get; } = new(true, 521);

    /// <summary>RSA with a modulus of 2048 bits.</summary>
    public static KeyLength Rsa2048 { get; } = new(false, 2048);

    /// <summary>True for an elliptic curve, false for RSA.</summary>
    public bool IsEc { get; }

    /// <summary>The size of the curve or of the modulus in bits.</summary>
    public int Bits { get; }

    /// <summary>Reads a key length.</summary>
    /// <param name="text">Such as <c>ec-256</c> or <c>2048</c>.</param>
    /// <returns>The key length.</returns>
    /// <exception cref="PoshAcmeException"><c>InvalidKeyLength</c>: it is not one of the allowed.</exception>
    public static KeyLength Parse(string text)
        => TryParse(text, out var keyLength)
            ? keyLength
            : throw new PoshAcmeException(
                "InvalidKeyLength",
                ErrorKind.InvalidArgument,
                $"'{text}' is not a key length.",
                "Use ec-256, ec-384, ec-521, or an RSA size from 2048 to 4096 in steps of 128.");

    /// <summary>Reads a key length, or tells that it is none.</summary>
    /// <param name="text">Such as <c>ec-256</c> or <c>2048</c>.</param>
    /// <param name="keyLength">The key length.</param>
    /// <returns>True when the text is one of the allowed.</returns>
    public static bool TryParse(string? text, [NotNullWhen(true)] out KeyLength? keyLength)
    {
        keyLength = null;
        if (text is null)
        {
            return false;
        }

        if (text.StartsWith(EcPrefix, StringComparison.OrdinalIgnoreCase))
        {
            keyLength = text.Substring(EcPrefix.Length) switch
            {
                "256" => Ec256,
                "384" => Ec384,
                "521" => Ec521,
                _ => null,
            };
        }
        else if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var bits)
            && bits is >= 2048 and <= 4096 && bits % 128 == 0)
        {
            keyLength = new(false, bits);
        }

        return keyLength is not null;
    }

    /// <summary>The text as users write it.</summary>
    /// <returns>Such as <c>ec-256</c> or <c>2048</c>.</returns>
    public override string ToString()
        => IsEc ? EcPrefix + Bits.ToString(CultureInfo.InvariantCulture) : Bits.ToString(CultureInfo.InvariantCulture);
}
