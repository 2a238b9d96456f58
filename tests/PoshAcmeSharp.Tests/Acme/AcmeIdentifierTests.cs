using PoshAcmeSharp.Acme;
using Xunit;

namespace PoshAcmeSharp.Tests.Acme;

public sealed class AcmeIdentifierTests
{
    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("192.0.2.1.", "192.0.2.1")]
    [InlineData("::1", "::1")]
    [InlineData("[::1]", "::1")]
    [InlineData("2001:DB8:0:0:0:0:0:1", "2001:db8::1")]
    [InlineData("[2001:0db8::00ff]", "2001:db8::ff")]
    public void An_address_is_recognised_and_written_canonically(string name, string expected)
        => Assert.Equal(new AcmeIdentifier("ip", expected), AcmeIdentifier.Parse(name));

    [Theory]
    [InlineData("Www.Example.com", "www.example.com")]
    [InlineData("*.bücher.example", "*.xn--bcher-kva.example")]
    [InlineData("1.2.3", "1.2.3")]
    [InlineData("1.2.3.256", "1.2.3.256")]
    [InlineData("01.2.3.4", "01.2.3.4")]
    public void Anything_else_is_a_DNS_name(string name, string expected)
        => Assert.Equal(new AcmeIdentifier("dns", expected), AcmeIdentifier.Parse(name));

    [Theory]
    [InlineData("")]
    [InlineData("127.0.0.1:80")]
    [InlineData("[::1]:80")]
    [InlineData("::1::2")]
    [InlineData("fe80::1%eth0")]
    [InlineData("192.0.2.0/24")]
    [InlineData("2001:db8::/32")]
    [InlineData("https://192.0.2.1")]
    public void What_is_neither_is_refused_by_name(string name)
    {
        var error = Assert.Throws<PoshAcmeException>(() => AcmeIdentifier.Parse(name));

        Assert.Equal("InvalidDomainName", error.ErrorId);
        Assert.Contains($"'{name}'", error.Message, StringComparison.Ordinal);
    }
}
