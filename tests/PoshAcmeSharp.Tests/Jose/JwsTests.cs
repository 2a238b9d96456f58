using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Jose;
using Xunit;
using PlatformBase64Url = System.Buffers.Text.Base64Url;

namespace PoshAcmeSharp.Tests.Jose;

public sealed class JwsTests
{
    private const string ExamplePayload = "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}";
    private const string EncodedExamplePayload = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";

    [Fact]
    public void RS256_gives_the_very_signature_of_RFC_7515_appendix_A_2()
    {
        using var key = AccountKey.FromJwk(RfcKeys.Rs256);

        var jws = Sign(key, ExamplePayload);

        Assert.Equal("eyJhbGciOiJSUzI1NiJ9", (string?)jws["protected"]);
        Assert.Equal(EncodedExamplePayload, (string?)jws["payload"]);
        Assert.Equal(
            "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw",
            (string?)jws["signature"]);
    }

    [Fact]
    public void ES256_verifies_with_the_key_of_RFC_7515_appendix_A_3()
    {
        using var key = AccountKey.FromJwk(RfcKeys.Es256);

        var jws = Sign(key, ExamplePayload);

        Assert.Equal("eyJhbGciOiJFUzI1NiJ9", (string?)jws["protected"]);
        Assert.Equal(64, PlatformBase64Url.DecodeFromChars((string)jws["signature"]!).Length);
        Assert.True(Verifies(jws, RfcKeys.Es256, ECCurve.NamedCurves.nistP256, HashAlgorithmName.SHA256));
    }

    [Fact]
    public void ES512_verifies_with_the_key_of_RFC_7515_appendix_A_4()
    {
        using var key = AccountKey.FromJwk(RfcKeys.Es512);

        var jws = Sign(key, "Payload");

        Assert.Equal("eyJhbGciOiJFUzUxMiJ9", (string?)jws["protected"]);
        Assert.Equal("UGF5bG9hZA", (string?)jws["payload"]);
        Assert.Equal(132, PlatformBase64Url.DecodeFromChars((string)jws["signature"]!).Length);
        Assert.True(Verifies(jws, RfcKeys.Es512, ECCurve.NamedCurves.nistP521, HashAlgorithmName.SHA512));
    }

    [Fact]
    public void ES384_verifies_with_a_key_whose_coordinates_begin_with_zeros()
    {
        var jwk = RfcKeys.WithLeadingZeros.First(k => k.Contains("P-384", StringComparison.Ordinal));
        using var key = AccountKey.FromJwk(jwk);

        var jws = Sign(key, ExamplePayload);

        Assert.Equal("{\"alg\":\"ES384\"}", Encoding.UTF8.GetString(PlatformBase64Url.DecodeFromChars((string)jws["protected"]!)));
        Assert.True(Verifies(jws, jwk, ECCurve.NamedCurves.nistP384, HashAlgorithmName.SHA384));
    }

    // The platform's own judgement, so that the check above is known to be able to fail.
    [Theory]
    [InlineData("eyJhbGciOiJFUzI1NiJ9", "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q", true)]
    [InlineData("eyJhbGciOiJFUzI1NiJ9", "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1g", false)]
    public void The_signature_of_RFC_7515_appendix_A_3_verifies_and_a_changed_one_does_not(string header, string signature, bool isGood)
    {
        var jws = new JsonObject { ["protected"] = header, ["payload"] = EncodedExamplePayload, ["signature"] = signature };

        Assert.Equal(isGood, Verifies(jws, RfcKeys.Es256, ECCurve.NamedCurves.nistP256, HashAlgorithmName.SHA256));
    }

    [Fact]
    public void POST_as_GET_has_an_empty_payload_and_a_flattened_JWS_nothing_beside_its_three_members()
    {
        using var key = AccountKey.Generate(KeyLength.Ec256);

        var jws = Sign(key, string.Empty);

        Assert.Equal(["payload", "protected", "signature"], jws.Select(m => m.Key).Order());
        Assert.Equal(string.Empty, (string?)jws["payload"]);
    }

    [Theory]
    [InlineData("HS256")]
    [InlineData("HS384")]
    [InlineData("hs512")]
    public void An_external_account_binding_has_the_form_of_RFC_8555_section_7_3_4(string algorithm)
    {
        const string Url = "https://example.com/acme/new-account";
        byte[] macKey = [.. Enumerable.Range(0, 64).Select(i => (byte)i)];
        using var key = AccountKey.FromJwk(RfcKeys.Es256);
        var account = new ExternalAccount("  kid-1 ", PlatformBase64Url.EncodeToString(macKey), algorithm);

        var jws = Parse(Jws.BindExternalAccount(key, account, Url).ToString());

        var header = Json(jws, "protected");
        Assert.Equal(["alg", "kid", "url"], header.Select(m => m.Key).Order());
        Assert.Equal(algorithm.ToUpperInvariant(), (string?)header["alg"]);
        Assert.Equal("kid-1", (string?)header["kid"]);
        Assert.Equal(Url, (string?)header["url"]);
        var payload = Json(jws, "payload");
        Assert.Equal(["crv", "kty", "x", "y"], payload.Select(m => m.Key).Order());
        Assert.Equal("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", (string?)payload["x"]);
        using HMAC mac = algorithm.ToUpperInvariant() switch
        {
            "HS256" => new HMACSHA256(macKey),
            "HS384" => new HMACSHA384(macKey),
            _ => new HMACSHA512(macKey),
        };
        Assert.Equal(mac.ComputeHash(SigningInput(jws)), PlatformBase64Url.DecodeFromChars((string)jws["signature"]!));
    }

    private static JsonObject Sign(AccountKey key, string payload) => Parse(Jws.Sign(key, [], payload).ToString());

    private static JsonObject Parse(string json) => (JsonObject)JsonNode.Parse(json)!;

    private static JsonObject Json(JsonObject jws, string member)
        => Parse(Encoding.UTF8.GetString(PlatformBase64Url.DecodeFromChars((string)jws[member]!)));

    private static byte[] SigningInput(JsonObject jws) => Encoding.ASCII.GetBytes($"{jws["protected"]}.{jws["payload"]}");

    private static bool Verifies(JsonObject jws, string jwk, ECCurve curve, HashAlgorithmName hash)
    {
        using var document = JsonDocument.Parse(jwk);
        byte[] Member(string name) => PlatformBase64Url.DecodeFromChars(document.RootElement.GetProperty(name).GetString()!);

        using var ecdsa = ECDsa.Create(new ECParameters { Curve = curve, Q = new ECPoint { X = Member("x"), Y = Member("y") } });
        return ecdsa.VerifyData(SigningInput(jws), PlatformBase64Url.DecodeFromChars((string)jws["signature"]!), hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }
}
