using Xunit;

namespace PoshAcmeSharp.Tests.Diagnostics;

public sealed class RedactionTests
{
    private const string Secret = "c2VjcmV0";

    [Theory]
    [InlineData("signature")]
    [InlineData("d")]
    [InlineData("p")]
    [InlineData("q")]
    [InlineData("dp")]
    [InlineData("dq")]
    [InlineData("qi")]
    [InlineData("k")]
    [InlineData("password")]
    [InlineData("Password")]
    [InlineData("hmacKey")]
    [InlineData("sskey")]
    public void The_value_of_a_secret_member_is_taken_away(string member)
    {
        var text = Redaction.Json($$"""{"a":"b","{{member}}" : "{{Secret}}","c":"d"}""");

        Assert.DoesNotContain(Secret, text, StringComparison.Ordinal);
        Assert.Contains("\"a\":\"b\"", text, StringComparison.Ordinal);
        Assert.Contains("\"c\":\"d\"", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"password\":\"a\\\"c2VjcmV0\"}")]
    [InlineData("{\"password\":\"a\\\\\",\"d\":\"c2VjcmV0\"}")]
    [InlineData("{\"password\":\"c2VjcmV0")]
    [InlineData("{\"password\":\"c2VjcmV0\\")]
    [InlineData("{\"password\":\n\t\"c2Vj\ncmV0 c2VjcmV0\"}")]
    [InlineData("{\"x\":{\"y\":[{\"d\":\"c2VjcmV0\"}]}}")]
    public void Escapes_and_texts_that_are_cut_off_do_not_let_it_through(string json)
        => Assert.DoesNotContain(Secret, Redaction.Json(json), StringComparison.Ordinal);

    [Fact]
    public void What_is_public_stays()
    {
        const string Json = """{"n":"AQAB","x":"AQAB","token":"AQAB","url":"https://example.com/d","detail":"the \"password\" is wrong"}""";

        Assert.Equal(Json, Redaction.Json(Json));
    }

    [Fact]
    public void A_huge_text_is_no_burden()
    {
        var text = Redaction.Json("{\"password\":\"" + new string('a', 1_000_000) + "\"" + new string('"', 100_000));

        Assert.InRange(text.Length, 1, 200_000);
    }
}
