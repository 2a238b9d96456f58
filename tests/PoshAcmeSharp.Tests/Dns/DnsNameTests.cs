using PoshAcmeSharp.Dns;
using Xunit;

namespace PoshAcmeSharp.Tests.Dns;

public sealed class DnsNameTests
{
    [Theory]
    [InlineData("example.com", "example.com")]
    [InlineData("WWW.Example.COM", "www.example.com")]
    [InlineData("example.com.", "example.com")]
    [InlineData("*.Example.com", "*.example.com")]
    [InlineData("bücher.example", "xn--bcher-kva.example")]
    [InlineData("*.BÜCHER.example", "*.xn--bcher-kva.example")]
    [InlineData("例え。テスト", "xn--r8jz45g.xn--zckzah")]
    [InlineData("XN--Bcher-Kva.example", "xn--bcher-kva.example")]
    public void A_name_is_brought_into_the_form_that_is_sent(string name, string expected)
        => Assert.Equal(expected, DnsName.Normalize(name));

    [Theory]
    [InlineData("_acme-challenge.example.com")]
    [InlineData("under_score.example.com")]
    [InlineData("-leading.example.com")]
    [InlineData("localhost")]
    [InlineData("*.com")]
    [InlineData("1.2.3")]
    public void What_only_a_CA_would_refuse_passes(string name)
        => Assert.Equal(name, DnsName.Normalize(name));

    [Theory]
    [InlineData("", "empty")]
    [InlineData(".", "empty")]
    [InlineData("*.", "'*'")]
    [InlineData("*", "'*'")]
    [InlineData("*.*.example.com", "'*'")]
    [InlineData("www.*.example.com", "'*'")]
    [InlineData("a..example.com", "empty")]
    [InlineData("example.com..", "empty")]
    [InlineData(".example.com", "empty")]
    [InlineData("exam ple.com", "space")]
    [InlineData(" example.com", "space")]
    [InlineData("example.com\n", "space")]
    [InlineData("https://example.com", "URL")]
    [InlineData("example.com/path", "path")]
    [InlineData("example.com:443", "port")]
    [InlineData("admin@example.com", "'@'")]
    [InlineData("exa,mple.com", "','")]
    [InlineData("a\0b.example.com", "U+0000")]
    [InlineData("a\u2100b.example.com", "cannot")]
    [InlineData("\uD800.example.com", "punycode")]
    public void What_cannot_be_encoded_is_refused_with_the_reason(string name, string reason)
    {
        var error = Assert.Throws<PoshAcmeException>(() => DnsName.Normalize(name));

        Assert.Equal("InvalidDomainName", error.ErrorId);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.NotNull(error.RecommendedAction);
    }

    [Fact]
    public void The_error_names_the_name()
        => Assert.Contains("'exam ple.com'", Assert.Throws<PoshAcmeException>(() => DnsName.Normalize("exam ple.com")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(63, true)]
    [InlineData(64, false)]
    public void A_label_may_have_63_characters(int length, bool allowed)
    {
        var name = new string('a', length) + ".example.com";
        if (allowed)
        {
            Assert.Equal(name, DnsName.Normalize(name));
        }
        else
        {
            Assert.Contains("63", Assert.Throws<PoshAcmeException>(() => DnsName.Normalize(name)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_international_label_is_measured_in_punycode()
        => Assert.Equal("InvalidDomainName", Assert.Throws<PoshAcmeException>(() => DnsName.Normalize(new string('é', 60) + ".example.com")).ErrorId);

    [Theory]
    [InlineData(253, true)]
    [InlineData(254, false)]
    public void A_name_may_have_253_characters(int length, bool allowed)
    {
        var name = string.Concat(Enumerable.Repeat("aaaaaaa.", 40)).Substring(0, length - 1).TrimEnd('.');
        name += new string('b', length - name.Length);
        if (allowed)
        {
            Assert.Equal(name, DnsName.Normalize(name + "."));
        }
        else
        {
            Assert.Contains("254 characters", Assert.Throws<PoshAcmeException>(() => DnsName.Normalize(name)).Message, StringComparison.Ordinal);
        }
    }
}
