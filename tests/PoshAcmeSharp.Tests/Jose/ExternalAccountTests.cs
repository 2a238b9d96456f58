using System.Text;
using PoshAcmeSharp.Jose;
using Xunit;

namespace PoshAcmeSharp.Tests.Jose;

public sealed class ExternalAccountTests
{
    private const string MacKey = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";

    [Fact]
    public void HS256_gives_the_very_signature_of_RFC_7515_appendix_A_1()
    {
        const string SigningInput = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9"
            + ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";

        var signature = new ExternalAccount("kid", MacKey).Sign(Encoding.ASCII.GetBytes(SigningInput));

        Assert.Equal("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", Base64Url.Encode(signature));
    }

    [Theory]
    [InlineData("", MacKey, "HS256", "key identifier is empty")]
    [InlineData(" ", MacKey, "HS256", "key identifier is empty")]
    [InlineData("kid", "", "HS256", "MAC key is empty")]
    [InlineData("kid", "not*base64", "HS256", "not base64url")]
    [InlineData("kid", MacKey, "RS256", "'RS256' is not HS256")]
    [InlineData("kid", MacKey, "none", "'none' is not HS256")]
    public void A_part_that_cannot_be_used_is_named(string keyId, string macKey, string algorithm, string reason)
    {
        var error = Assert.Throws<PoshAcmeException>(() => new ExternalAccount(keyId, macKey, algorithm));

        Assert.Equal("InvalidExternalAccount", error.ErrorId);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(MacKey, error.ToString(), StringComparison.Ordinal);
    }
}
