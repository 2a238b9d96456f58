using PoshAcmeSharp.Acme;
using Xunit;

namespace PoshAcmeSharp.Tests.Acme;

public sealed class EndpointPolicyTests
{
    [Theory]
    [InlineData("https://acme.example/directory")]
    [InlineData("HTTPS://acme.example:14000/dir")]
    [InlineData("http://localhost:8080/dir")]
    [InlineData("http://127.0.0.1:8080/dir")]
    [InlineData("http://127.8.9.10/dir")]
    [InlineData("http://[::1]:8080/dir")]
    public void Https_and_http_to_this_machine_are_taken(string url) => Assert.Equal(new Uri(url), EndpointPolicy.Require(url, "directory URL"));

    [Theory]
    [InlineData("http://acme.example/directory")]
    [InlineData("http://10.0.0.1/directory")]
    [InlineData("http://localhost.example/directory")]
    [InlineData("http://127.0.0.1.example/directory")]
    [InlineData("http://[2001:db8::1]/directory")]
    public void Plain_http_to_elsewhere_is_refused(string url)
    {
        var error = Assert.Throws<PoshAcmeException>(() => EndpointPolicy.Require(url, "directory URL"));

        Assert.Equal("InsecureUrl", error.ErrorId);
        Assert.Contains(url, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("acme.example/directory")]
    [InlineData("/directory")]
    [InlineData("//acme.example/directory")]
    [InlineData("ftp://acme.example/directory")]
    [InlineData("file:///etc/passwd")]
    [InlineData("mailto:admin@acme.example")]
    public void What_is_no_http_URL_is_refused(string? url)
        => Assert.Equal("InvalidUrl", Assert.Throws<PoshAcmeException>(() => EndpointPolicy.Require(url, "directory URL")).ErrorId);

    [Fact]
    public void A_password_in_a_URL_is_refused_and_not_repeated()
    {
        var error = Assert.Throws<PoshAcmeException>(() => EndpointPolicy.Require("https://admin:hunter2@acme.example/", "directory URL"));

        Assert.Equal("InvalidUrl", error.ErrorId);
        Assert.DoesNotContain("hunter2", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://acme.example/")]
    [InlineData("not a URL ")]
    public void A_huge_URL_is_cut_in_the_error(string start)
    {
        var error = Assert.Throws<PoshAcmeException>(() => EndpointPolicy.Require(start + new string('a', 10_000), "redirect target"));

        Assert.InRange(error.Message.Length, 1, 400);
    }

    [Theory]
    [InlineData("https://acme.example/", "https://www.acme.example/dir", true)]
    [InlineData("http://127.0.0.1/", "http://127.0.0.1/dir", true)]
    [InlineData("http://127.0.0.1/", "https://acme.example/dir", true)]
    [InlineData("https://acme.example/", "http://acme.example/dir", false)]
    [InlineData("https://acme.example/", "http://127.0.0.1/dir", false)]
    [InlineData("http://127.0.0.1/", "http://acme.example/dir", false)]
    public void A_redirect_never_leads_from_https_to_http(string from, string to, bool isAllowed)
    {
        var error = Record.Exception(() => EndpointPolicy.RequireRedirect(new Uri(from), new Uri(to)));

        Assert.Equal(isAllowed ? null : "InsecureUrl", (error as PoshAcmeException)?.ErrorId);
    }
}
