using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Jose;
using Xunit;

namespace PoshAcmeSharp.Tests.Jose;

public sealed class AccountKeyTests
{
    // RFC 8555 section 8.4 has this token.
    private const string Token = "evaGxfADs6pSRb2LAv9IZf17Dt3juxGJ-PCt92wr-oA";
    private const string Rfc7638Thumbprint = "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs";

    [Fact]
    public void The_thumbprint_is_that_of_RFC_7638_section_3_1()
    {
        using var key = AccountKey.FromJwk(RfcKeys.Rfc7638);

        Assert.Equal(Rfc7638Thumbprint, key.Thumbprint);
    }

    [Fact]
    public void The_key_authorization_is_token_dot_thumbprint()
    {
        using var key = AccountKey.FromJwk(RfcKeys.Rfc7638);

        Assert.Equal($"{Token}.{Rfc7638Thumbprint}", key.GetKeyAuthorization(Token));
    }

    [Fact]
    public void The_TXT_value_is_the_digest_of_the_key_authorization()
    {
        using var key = AccountKey.FromJwk(RfcKeys.Rfc7638);

        // printf %s TOKEN.THUMBPRINT | openssl dgst -sha256 -binary | basenc --base64url
        Assert.Equal("ZTRx1Ckl1-tM05o5zaizTTA0yUy5AGereMgSNWC6Ll8", key.GetDnsTxtValue(Token));
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("../../etc/passwd")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("a=")]
    [InlineData("a b")]
    [InlineData("a.b")]
    [InlineData("ä")]
    [InlineData("a\n")]
    public void A_token_with_anything_but_base64url_is_refused(string token)
    {
        using var key = AccountKey.Generate(KeyLength.Ec256);

        Assert.Equal("InvalidToken", Assert.Throws<PoshAcmeException>(() => key.GetKeyAuthorization(token)).ErrorId);
        Assert.Equal("InvalidToken", Assert.Throws<PoshAcmeException>(() => key.GetDnsTxtValue(token)).ErrorId);
    }

    [Fact]
    public void A_token_that_is_refused_is_shown_cut_and_on_one_line()
    {
        using var key = AccountKey.Generate(KeyLength.Ec256);

        var error = Assert.Throws<PoshAcmeException>(() => key.GetKeyAuthorization("\u001b[31m\n" + new string('!', 10_000)));

        Assert.InRange(error.Message.Length, 1, 400);
        Assert.DoesNotContain(error.Message, char.IsControl);
    }

    [Theory]
    [InlineData("2048", "RS256")]
    [InlineData("3072", "RS256")]
    [InlineData("ec-256", "ES256")]
    [InlineData("ec-384", "ES384")]
    [InlineData("ec-521", "ES512")]
    public void The_algorithm_follows_from_the_key(string keyLength, string algorithm)
    {
        using var key = AccountKey.Generate(KeyLength.Parse(keyLength));

        Assert.Equal(algorithm, key.Algorithm);
        Assert.Equal(43, key.Thumbprint.Length);
    }
}
