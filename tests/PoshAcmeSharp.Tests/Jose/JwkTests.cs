using System.Text.Json.Nodes;
using PoshAcmeSharp.Jose;
using Xunit;
using PlatformBase64Url = System.Buffers.Text.Base64Url;

namespace PoshAcmeSharp.Tests.Jose;

public sealed class JwkTests
{
    private static readonly string[] RsaNumbers = ["d", "dp", "dq", "e", "n", "p", "q", "qi"];

    public static TheoryData<string> RfcPrivateKeys => new(RfcKeys.Rs256, RfcKeys.Es256, RfcKeys.Es512, RfcKeys.Rfc7517Ec, RfcKeys.Rfc7638, RfcKeys.RsaWithShortNumbers);

    public static TheoryData<string> KeysWithLeadingZeros => new(RfcKeys.WithLeadingZeros);

    [Theory]
    [MemberData(nameof(RfcPrivateKeys))]
    [MemberData(nameof(KeysWithLeadingZeros))]
    public void A_private_key_comes_out_as_it_went_in(string jwk)
    {
        using var key = AccountKey.FromJwk(jwk);

        var expected = Parse(jwk);
        foreach (var name in (string[])["use", "kid", "alg"])
        {
            expected.Remove(name);
        }

        Assert.True(JsonNode.DeepEquals(expected, Parse(key.ToPrivateJwk())), key.ToPrivateJwk());
    }

    [Theory]
    [MemberData(nameof(KeysWithLeadingZeros))]
    public void Coordinates_without_their_leading_zeros_are_understood(string jwk)
    {
        using var whole = AccountKey.FromJwk(jwk);
        var json = Parse(jwk);
        foreach (var name in (string[])["d", "x", "y"])
        {
            json[name] = PlatformBase64Url.EncodeToString(PlatformBase64Url.DecodeFromChars((string)json[name]!).AsSpan().TrimStart((byte)0));
        }

        using var stripped = AccountKey.FromJwk(json.ToJsonString());

        Assert.Equal(whole.ToPrivateJwk(), stripped.ToPrivateJwk());
        Assert.Equal(whole.Thumbprint, stripped.Thumbprint);
    }

    [Fact]
    public void Numbers_of_an_RSA_key_with_zeros_in_front_are_understood_and_written_without()
    {
        var json = Parse(RfcKeys.Rs256);
        foreach (var name in RsaNumbers)
        {
            json[name] = PlatformBase64Url.EncodeToString([0, 0, .. PlatformBase64Url.DecodeFromChars((string)json[name]!)]);
        }

        using var key = AccountKey.FromJwk(json.ToJsonString());

        Assert.True(JsonNode.DeepEquals(Parse(RfcKeys.Rs256), Parse(key.ToPrivateJwk())));
    }

    [Fact]
    public void The_public_part_holds_nothing_private()
    {
        using var rsa = AccountKey.FromJwk(RfcKeys.Rs256);
        using var ec = AccountKey.FromJwk(RfcKeys.Es512);

        Assert.Equal(["e", "kty", "n"], rsa.PublicJwk.Properties().Select(p => p.Name));
        Assert.Equal(["crv", "kty", "x", "y"], ec.PublicJwk.Properties().Select(p => p.Name));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("""{"kty":"oct","k":"AAAA"}""")]
    [InlineData("""{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"}""")]
    [InlineData("""{"kty":["EC"]}""")]
    [InlineData("""{"kty":"EC","crv":"secp256k1","x":"AA","y":"AA","d":"AA"}""")]
    [InlineData("""{"kty":"EC","crv":"P-256","x":"","y":"","d":""}""")]
    [InlineData("""{"kty":"EC","crv":"P-256","x":{"a":1},"y":"AA","d":"AA"}""")]
    [InlineData("""{"kty":"RSA","n":"","e":"AQAB","d":"","p":"","q":"","dp":"","dq":"","qi":""}""")]
    [InlineData("""{"kty":"RSA","n":"AQAB","e":"AQAB","d":"AQAB","p":"AQAB","q":"AQAB","dp":"AQAB","dq":"AQAB","qi":"AQAB"}""")]
    public void What_is_no_private_key_is_refused(string jwk) => AssertRefused(jwk);

    [Theory]
    [InlineData("d")]
    [InlineData("x")]
    [InlineData("y")]
    [InlineData("crv")]
    [InlineData("kty")]
    public void An_EC_key_that_lacks_a_member_is_refused(string member) => AssertRefused(Without(RfcKeys.Es256, member));

    [Theory]
    [InlineData("n")]
    [InlineData("e")]
    [InlineData("d")]
    [InlineData("p")]
    [InlineData("qi")]
    public void An_RSA_key_that_lacks_a_member_is_refused(string member) => AssertRefused(Without(RfcKeys.Rs256, member));

    [Theory]
    [InlineData("x", "*")]
    [InlineData("d", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("d", "_____________________________________________________")]
    [InlineData("x", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE")]
    [InlineData("crv", "P-384")]
    public void An_EC_key_whose_members_do_not_fit_is_refused(string member, string value) => AssertRefused(RfcKeys.With(RfcKeys.Es256, (member, value)));

    [Theory]
    [InlineData("e", "Ag")]
    [InlineData("d", "AQAB")]
    [InlineData("p", "AQAB")]
    [InlineData("n", "AQAB")]
    public void An_RSA_key_whose_members_do_not_fit_is_refused(string member, string value) => AssertRefused(RfcKeys.With(RfcKeys.Rs256, (member, value)));

    [Fact]
    public void A_deeply_nested_text_is_refused_and_not_followed()
        => AssertRefused(string.Concat(Enumerable.Repeat("{\"kty\":", 100_000)));

    private static void AssertRefused(string jwk)
    {
        var error = Assert.Throws<PoshAcmeException>(() => AccountKey.FromJwk(jwk));

        Assert.Contains(error.ErrorId, (string[])["InvalidJwk", "InvalidPrivateKey", "UnsupportedKey"]);
        Assert.NotNull(error.RecommendedAction);
        if (jwk.Length > 100 && Parse(jwk) is { } json && json["d"] is JsonValue d)
        {
            Assert.DoesNotContain((string)d!, error.ToString(), StringComparison.Ordinal);
        }
    }

    private static string Without(string jwk, string member)
    {
        var json = Parse(jwk);
        json.Remove(member);
        return json.ToJsonString();
    }

    private static JsonObject Parse(string json)
    {
        try
        {
            return (JsonObject)JsonNode.Parse(json)!;
        }
        catch (System.Text.Json.JsonException)
        {
            return [];
        }
    }
}
