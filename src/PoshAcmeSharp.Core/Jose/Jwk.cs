using System.Security.Cryptography;
using System.Text;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using PoshAcmeSharp.Certificates;

namespace PoshAcmeSharp.Jose;

/// <summary>JSON Web Keys (RFC 7517; the members: RFC 7518 section 6) and their thumbprints (RFC 7638).</summary>
internal static class Jwk
{
    /// <summary>The members that a thumbprint is made of, in lexicographic order (RFC 7638 section 3.2).</summary>
    private static readonly string[] EcMembers = ["crv", "kty", "x", "y"];
    private static readonly string[] RsaMembers = ["e", "kty", "n"];

    public static JObject FromPublicPart(PrivateKey key)
    {
        var full = FromPrivateKey(key);
        var members = key.IsEc ? EcMembers : RsaMembers;
        return new JObject(members.Select(name => new JProperty(name, full[name])));
    }

    public static JObject FromPrivateKey(PrivateKey key)
    {
        if (key.EcKey is { } ec)
        {
            return new JObject
            {
                ["crv"] = "P-" + key.KeyLength.Bits.ToString(System.Globalization.CultureInfo.InvariantCulture),
                ["d"] = Base64Url.Encode(ec.D!),
                ["kty"] = "EC",
                ["x"] = Base64Url.Encode(ec.X),
                ["y"] = Base64Url.Encode(ec.Y),
            };
        }

        var rsa = key.ToRsaParameters();
        return new JObject
        {
            ["d"] = Number(rsa.D!),
            ["dp"] = Number(rsa.DP!),
            ["dq"] = Number(rsa.DQ!),
            ["e"] = Number(rsa.Exponent!),
            ["kty"] = "RSA",
            ["n"] = Number(rsa.Modulus!),
            ["p"] = Number(rsa.P!),
            ["q"] = Number(rsa.Q!),
            ["qi"] = Number(rsa.InverseQ!),
        };
    }

    public static PrivateKey ToPrivateKey(string json)
    {
        try
        {
            var jwk = JObject.Parse(json);
            return (string?)jwk["kty"] switch
            {
                "EC" => PrivateKey.FromEcKey(ReadEc(jwk)),
                "RSA" => PrivateKey.FromRsaParameters(ReadRsa(jwk)),
                var kty => throw Invalid($"its kty is '{kty}', not EC or RSA"),
            };
        }
        catch (Exception e) when (e is JsonException or FormatException or CryptographicException or ArgumentException or InvalidCastException)
        {
            // The inner exception may quote the text, which is a secret.
            throw Invalid("it cannot be read");
        }
    }

    /// <summary>SHA-256 over the required members without white space, base64url (RFC 7638 section 3).</summary>
    public static string Thumbprint(JObject publicJwk)
    {
        using var sha = SHA256.Create();
        return Base64Url.Encode(sha.ComputeHash(Encoding.UTF8.GetBytes(publicJwk.ToString(Formatting.None))));
    }

    // The platform's ECParameters would keep RSA keys, too, from being read where the runtime lacks that type (Mono).
    private static EcKey ReadEc(JObject jwk)
    {
        var curve = EcCurve.Of((string?)jwk["crv"] switch
        {
            "P-256" => KeyLength.Ec256,
            "P-384" => KeyLength.Ec384,
            "P-521" => KeyLength.Ec521,
            var crv => throw Invalid($"its curve is '{crv}', not P-256, P-384 or P-521"),
        });
        var size = curve.FieldLength;
        return new(curve, Read(jwk, "x", size), Read(jwk, "y", size), Read(jwk, "d", size));
    }

    private static RSAParameters ReadRsa(JObject jwk)
    {
        var modulus = Read(jwk, "n", 0);
        var half = (modulus.Length + 1) / 2;
        return new RSAParameters
        {
            Modulus = modulus,
            Exponent = Read(jwk, "e", 0),
            D = Read(jwk, "d", modulus.Length),
            P = Read(jwk, "p", half),
            Q = Read(jwk, "q", half),
            DP = Read(jwk, "dp", half),
            DQ = Read(jwk, "dq", half),
            InverseQ = Read(jwk, "qi", half),
        };
    }

    /// <summary>Base64urlUInt: as few bytes as the number needs (RFC 7518 section 2). Coordinates of EC keys keep their zeros.</summary>
    private static string Number(byte[] bigEndian) => Base64Url.Encode([.. bigEndian.SkipWhile(b => b == 0)]);

    /// <summary>Reads a number as big-endian bytes without leading zeros, then as long as the platform wants it.</summary>
    private static byte[] Read(JObject jwk, string member, int length)
    {
        var text = (string?)jwk[member] ?? throw Invalid($"its member '{member}' is missing");
        var bytes = Base64Url.Decode(text).SkipWhile(b => b == 0).ToArray();
        return bytes.Length >= length ? bytes : [.. new byte[length - bytes.Length], .. bytes];
    }

    private static PoshAcmeException Invalid(string reason) => new(
        "InvalidJwk",
        ErrorKind.InvalidData,
        $"The JWK is not a usable private key: {reason}.",
        "Use an RSA key of 2048 to 4096 bits, or an EC key on P-256, P-384 or P-521, with its private members.");
}
