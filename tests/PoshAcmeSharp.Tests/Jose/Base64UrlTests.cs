using PoshAcmeSharp.Jose;
using Xunit;

namespace PoshAcmeSharp.Tests.Jose;

public sealed class Base64UrlTests
{
    // RFC 4648 section 10, and RFC 7515 appendix C.
    [Theory]
    [InlineData("", "")]
    [InlineData("66", "Zg")]
    [InlineData("666f", "Zm8")]
    [InlineData("666f6f", "Zm9v")]
    [InlineData("666f6f62", "Zm9vYg")]
    [InlineData("666f6f6261", "Zm9vYmE")]
    [InlineData("666f6f626172", "Zm9vYmFy")]
    [InlineData("03ecffe0c1", "A-z_4ME")]
    public void The_examples_are_encoded_and_decoded(string hex, string text)
    {
        Assert.Equal(text, Base64Url.Encode(Convert.FromHexString(hex)));
        Assert.Equal(hex, Convert.ToHexStringLower(Base64Url.Decode(text)));
    }

    [Theory]
    [InlineData("A+z/4ME=")]
    [InlineData("A-z_4ME=")]
    [InlineData("A+z/4ME")]
    public void Padding_and_the_standard_alphabet_are_tolerated(string text)
        => Assert.Equal([0x03, 0xec, 0xff, 0xe0, 0xc1], Base64Url.Decode(text));

    [Theory]
    [InlineData("A")]
    [InlineData("AAAAA")]
    [InlineData("A*AA")]
    [InlineData("AA.A")]
    [InlineData("ÄÄÄÄ")]
    public void Anything_else_is_refused(string text) => Assert.Throws<FormatException>(() => Base64Url.Decode(text));

    [Fact]
    public void A_text_is_encoded_as_UTF_8() => Assert.Equal("w7w", Base64Url.Encode("ü"));
}
