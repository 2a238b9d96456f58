using PoshAcmeSharp.Dns;
using Xunit;

namespace PoshAcmeSharp.Tests.Dns;

public sealed class NameServerEndpointTests
{
    [Theory]
    [InlineData("ns1.example.com", "ns1.example.com", 53, "ns1.example.com:53")]
    [InlineData(" NS1.example.com:8053 ", "ns1.example.com", 8053, "ns1.example.com:8053")]
    [InlineData("127.0.0.1", "127.0.0.1", 53, "127.0.0.1:53")]
    [InlineData("127.0.0.1:8053", "127.0.0.1", 8053, "127.0.0.1:8053")]
    [InlineData("2001:db8::1", "2001:db8::1", 53, "[2001:db8::1]:53")]
    [InlineData("[::1]", "::1", 53, "[::1]:53")]
    [InlineData("[::1]:8053", "::1", 8053, "[::1]:8053")]
    public void A_name_server_is_host_or_host_and_port(string text, string host, int port, string written)
    {
        var endpoint = NameServerEndpoint.Parse(text);

        Assert.Equal(new NameServerEndpoint(host, port), endpoint);
        Assert.Equal(written, endpoint.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("host:")]
    [InlineData("host:0")]
    [InlineData("host:65536")]
    [InlineData("host:dns")]
    [InlineData(":53")]
    [InlineData("[::1")]
    [InlineData("[::1]53")]
    [InlineData("[127.0.0.1]:53")]
    [InlineData("https://dns.example")]
    [InlineData("a b")]
    public void Anything_else_is_refused_by_name(string text)
    {
        var error = Assert.Throws<PoshAcmeException>(() => NameServerEndpoint.Parse(text));

        Assert.Equal("InvalidNameServer", error.ErrorId);
        Assert.Contains($"'{text}'", error.Message, StringComparison.Ordinal);
    }
}
