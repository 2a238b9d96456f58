using System.Security;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Plugins;
using PoshAcmeSharp.Plugins.Cloudflare;
using PoshAcmeSharp.Tests.Support;
using Xunit;

namespace PoshAcmeSharp.Tests.Plugins.Cloudflare;

public sealed class CloudflareOptionsTests
{
    private static readonly PluginDescriptor Described = NativePlugins.List().Single(p => p.Name == "Cloudflare");

    private static IChallengePlugin Create(params (string Name, object Value)[] arguments)
        => Described.Create(arguments.ToDictionary(a => a.Name, a => (object?)a.Value), new PluginEnvironment(new RecordingReporter(), new FakeClock()));

    public static TheoryData<CloudflareOptions> Unusable() => new()
    {
        new CloudflareOptions(),
        new CloudflareOptions { CFAuthEmail = "bob@example.com" },
        new CloudflareOptions { CFAuthKey = "key" },
        new CloudflareOptions { CFToken = SecureText.Of("token"), CFTokenInsecure = "token" },
        new CloudflareOptions { CFToken = SecureText.Of("token"), CFAuthEmail = "bob@example.com" },
        new CloudflareOptions { CFToken = new SecureString() },
        new CloudflareOptions { CFTokenInsecure = "two lines\n" },
        new CloudflareOptions { CFAuthEmail = "bob@example.com\r\nX: y", CFAuthKey = "key" },
    };

    [Theory]
    [MemberData(nameof(Unusable))]
    public void Not_exactly_one_usable_credential_is_an_error(CloudflareOptions options)
    {
        var error = Assert.Throws<PoshAcmeException>(() => new CloudflarePlugin(options));

        Assert.Equal("InvalidPluginArguments", error.ErrorId);
    }

    [Theory]
    [InlineData("http://api.example.com", "InsecureBaseUri")]
    [InlineData("api.example.com", "InvalidPluginArguments")]
    public void The_base_of_the_API_is_checked(string baseUri, string id)
    {
        var error = Assert.Throws<PoshAcmeException>(() => new CloudflarePlugin(new CloudflareOptions { CFTokenInsecure = "token", CFBaseUri = baseUri }));

        Assert.Equal(id, error.ErrorId);
    }

    [Fact]
    public void Arguments_of_Posh_ACME_go_on_working()
    {
        Assert.IsType<CloudflarePlugin>(Create(("CFToken", SecureText.Of("token"))));
        Assert.IsType<CloudflarePlugin>(Create(("CFTokenInsecure", "token")));
        Assert.IsType<CloudflarePlugin>(Create(("CFAuthEmail", "bob@example.com"), ("CFAuthKeySecure", SecureText.Of("key"))));
        Assert.IsType<CloudflarePlugin>(Create(("CFAuthEmail", "bob@example.com"), ("CFAuthKey", "key")));
        Assert.Equal("Bearer", Described.DefaultParameterSet);
    }

    [Fact]
    public void A_key_without_its_address_is_told_before_anything_is_sent()
    {
        var error = Assert.Throws<PoshAcmeException>(() => Create(("CFAuthKey", "key")));

        Assert.Contains("CFAuthEmail", error.Message, StringComparison.Ordinal);
    }
}
