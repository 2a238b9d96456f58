using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PoshAcmeSharp.AcmeTestServers;

/// <summary>Verifies signatures (RFC 7518) with code of its own, so that a client's mistakes do not cancel out.</summary>
internal static class JwsVerifier
{
    private static readonly Dictionary<string, (string Curve, ECCurve Parameters, HashAlgorithmName Hash, int Size)> EllipticCurves = new()
    {
        ["ES256"] = ("P-256", ECCurve.NamedCurves.nistP256, HashAlgorithmName.SHA256, 32),
        ["ES384"] = ("P-384", ECCurve.NamedCurves.nistP384, HashAlgorithmName.SHA384, 48),
        ["ES512"] = ("P-521", ECCurve.NamedCurves.nistP521, HashAlgorithmName.SHA512, 66),
    };

    /// <summary>Verifies a signature with a public key.</summary>
    /// <param name="jws">The JWS.</param>
    /// <param name="jwk">The public key.</param>
    /// <exception cref="AcmeRefusalException">The algorithm, the key or the signature is not good.</exception>
    public static void Verify(Jws jws, JsonObject jwk)
    {
        if (jws.Algorithm != "RS256" && !EllipticCurves.ContainsKey(jws.Algorithm))
        {
            throw new AcmeRefusalException(new ProblemDocument(400, "badSignatureAlgorithm", $"The algorithm '{jws.Algorithm}' is not supported."));
        }

        if (jwk.ContainsKey("d"))
        {
            throw BadPublicKey("A private key was sent.");
        }

        if (!(jws.Algorithm == "RS256" ? VerifyRsa(jws, jwk) : VerifyEllipticCurve(jws, jwk)))
        {
            throw AcmeRefusalException.Malformed("The signature does not verify.");
        }
    }

    /// <summary>The thumbprint of a public key (RFC 7638).</summary>
    /// <param name="jwk">The public key.</param>
    /// <returns>Base64url of the SHA-256.</returns>
    public static string Thumbprint(JsonObject jwk)
    {
        string[] names = Text(jwk, "kty") == "RSA" ? ["e", "kty", "n"] : ["crv", "kty", "x", "y"];
        var canonical = "{" + string.Join(",", names.Select(n => $"\"{n}\":{JsonSerializer.Serialize(Text(jwk, n))}")) + "}";
        return Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)));
    }

    /// <summary>Verifies an external account binding (RFC 8555 section 7.3.4).</summary>
    /// <param name="binding">The inner JWS.</param>
    /// <param name="accountJwk">The account's public key, which must be its payload.</param>
    /// <param name="newAccountUrl">What its url must be.</param>
    /// <param name="macKeys">Key ids and MAC keys as base64url.</param>
    /// <exception cref="AcmeRefusalException">It is not good.</exception>
    public static void VerifyExternalAccount(Jws binding, JsonObject accountJwk, string newAccountUrl, IReadOnlyDictionary<string, string> macKeys)
    {
        if (binding.Protected.ContainsKey("nonce") || binding.Text("url") != newAccountUrl)
        {
            throw AcmeRefusalException.Malformed("An external account binding has the url of the outer JWS and no nonce.");
        }

        if (!JsonNode.DeepEquals(binding.PayloadObject, accountJwk))
        {
            throw AcmeRefusalException.Malformed("The payload of the external account binding is not the account key.");
        }

        if (!macKeys.TryGetValue(binding.Text("kid") ?? string.Empty, out var macKey))
        {
            throw AcmeRefusalException.Unauthorized("The key id of the external account binding is not known.");
        }

        var key = Jws.Decode(macKey);
        var expected = binding.Algorithm switch
        {
            "HS256" => HMACSHA256.HashData(key, binding.SigningInput),
            "HS384" => HMACSHA384.HashData(key, binding.SigningInput),
            "HS512" => HMACSHA512.HashData(key, binding.SigningInput),
            _ => throw AcmeRefusalException.Malformed($"The algorithm '{binding.Algorithm}' is none for an external account binding."),
        };
        if (!CryptographicOperations.FixedTimeEquals(expected, binding.Signature))
        {
            throw AcmeRefusalException.Unauthorized("The external account binding does not verify.");
        }
    }

    private static bool VerifyRsa(Jws jws, JsonObject jwk)
    {
        if (Text(jwk, "kty") != "RSA")
        {
            throw BadPublicKey("RS256 needs an RSA key.");
        }

        var (modulus, exponent) = (Jws.Decode(Text(jwk, "n")), Jws.Decode(Text(jwk, "e")));
        if (modulus.Length is < 256 or > 512 || modulus[0] == 0 || exponent[0] == 0)
        {
            // Base64urlUInt has no leading zeros (RFC 7518 section 2).
            throw BadPublicKey("The modulus must have 2048 to 4096 bits, and numbers no leading zeros.");
        }

        using var rsa = RSA.Create(new RSAParameters { Modulus = modulus, Exponent = exponent });
        return rsa.VerifyData(jws.SigningInput, jws.Signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    private static bool VerifyEllipticCurve(Jws jws, JsonObject jwk)
    {
        var (curve, parameters, hash, size) = EllipticCurves[jws.Algorithm];
        var (x, y) = (Jws.Decode(Text(jwk, "x")), Jws.Decode(Text(jwk, "y")));
        if (Text(jwk, "kty") != "EC" || Text(jwk, "crv") != curve || x.Length != size || y.Length != size)
        {
            throw BadPublicKey($"{jws.Algorithm} needs a key on {curve} with coordinates of full length.");
        }

        using var ecdsa = ECDsa.Create(new ECParameters { Curve = parameters, Q = new ECPoint { X = x, Y = y } });
        return jws.Signature.Length == 2 * size && ecdsa.VerifyData(jws.SigningInput, jws.Signature, hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    private static string Text(JsonObject jwk, string name)
        => jwk[name] is JsonValue value && value.TryGetValue(out string? text) && text.Length > 0 ? text : throw BadPublicKey($"The key has no {name}.");

    private static AcmeRefusalException BadPublicKey(string detail) => new(new ProblemDocument(400, "badPublicKey", detail));
}
