using PoshAcmeSharp.Deployment.Iis;
using Xunit;

namespace PoshAcmeSharp.Tests.Deployment.Iis;

/// <summary>What IIS writes of a binding, and which bindings have their certificate in common.</summary>
public sealed class IisBindingTests
{
    [Theory]
    [InlineData("*:443:", "*", 443, "")]
    [InlineData(":443:www.example.com", "*", 443, "www.example.com")]
    [InlineData("10.0.0.1:8443:*.example.com", "10.0.0.1", 8443, "*.example.com")]
    [InlineData("[::1]:443:", "[::1]", 443, "")]
    public void A_binding_is_read_as_IIS_writes_it(string information, string address, int port, string host)
        => Assert.Equal(new IisBinding("Site", address, port, host), IisBinding.Parse("Site", information));

    [Theory]
    [InlineData("")]
    [InlineData("*:443")]
    [InlineData("*:https:")]
    [InlineData("localhost")]
    public void What_is_no_such_binding_is_none(string information) => Assert.Null(IisBinding.Parse("Site", information));

    [Fact]
    public void A_binding_is_written_as_it_is_read()
        => Assert.Equal("[::1]:443:host", IisBinding.Parse("Site", "[::1]:443:host")!.Information);

    [Theory]
    [InlineData("*:443:", 0, "*:443:b", 0, true)]
    [InlineData("*:443:", 0, "*:443:b", 1, false)]
    [InlineData("*:443:a", 1, "*:443:b", 1, false)]
    [InlineData("*:443:", 0, "10.0.0.1:443:", 0, false)]
    [InlineData("*:443:", 0, "*:444:", 0, false)]
    public void Only_without_SNI_do_bindings_of_one_address_and_port_share_the_certificate(string one, int oneFlags, string other, int otherFlags, bool isShared)
        => Assert.Equal(
            isShared,
            (IisBinding.Parse("A", one)! with { SslFlags = oneFlags }).SharesCertificate(IisBinding.Parse("B", other)! with { SslFlags = otherFlags }));

    [Fact]
    public void A_binding_that_is_asked_for_requires_SNI_when_it_has_a_host_name()
    {
        var wish = new IisWish { Site = "Site", Thumbprint = "AB", IPAddress = "::1", HostHeaders = ["a", "A", "b"] };

        Assert.Equal(["[::1]:443:a", "[::1]:443:b"], wish.Bindings().Select(b => b.Information));
        Assert.All(wish.Bindings(), b => Assert.True(b.RequiresSni));
        Assert.All((wish with { RequiresSni = false }).Bindings(), b => Assert.False(b.RequiresSni));
        Assert.False(Assert.Single((wish with { HostHeaders = [] }).Bindings()).RequiresSni);
    }
}
