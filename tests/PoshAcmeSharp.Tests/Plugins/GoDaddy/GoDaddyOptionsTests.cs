using System.Reflection;
using System.Security;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Plugins.GoDaddy;
using Xunit;

namespace PoshAcmeSharp.Tests.Plugins.GoDaddy;

public sealed class GoDaddyOptionsTests
{
    public static TheoryData<string, GoDaddyOptions> Unusable => new()
    {
        { "GDToken", new GoDaddyOptions() },
        { "GDKey", new GoDaddyOptions { GDSecret = "s" } },
        { "GDKey", new GoDaddyOptions { GDCustomerId = "c" } },
        { "secret", new GoDaddyOptions { GDKey = "k" } },
        { "GDKey", new GoDaddyOptions { GDKey = "", GDSecret = "s" } },
        { "GDSecret", new GoDaddyOptions { GDKey = "k", GDSecret = "" } },
        { "GDSecret", new GoDaddyOptions { GDKey = "k", GDSecret = "hush hush" } },
        { "GDSecretSecure", new GoDaddyOptions { GDKey = "k", GDSecretSecure = new SecureString() } },
        { "GDSecretSecure and GDSecret", new GoDaddyOptions { GDKey = "k", GDSecret = "s", GDSecretSecure = SecureText.Of("s") } },
        { "GDToken", new GoDaddyOptions { GDToken = SecureText.Of("") } },
        { "GDToken", new GoDaddyOptions { GDToken = SecureText.Of("hush\r\n") } },
        { "GDToken", new GoDaddyOptions { GDToken = SecureText.Of("t"), GDKey = "k" } },
        { "GDCustomerId", new GoDaddyOptions { GDKey = "k", GDSecret = "s", GDCustomerId = "../x" } },
        { "GDUseOTE and GDBaseUri", new GoDaddyOptions { GDKey = "k", GDSecret = "s", GDUseOTE = true, GDBaseUri = "https://gw.example" } },
        { "GDBaseUri", new GoDaddyOptions { GDKey = "k", GDSecret = "s", GDBaseUri = "ftp://gw.example" } },
        { "GDBaseUri", new GoDaddyOptions { GDKey = "k", GDSecret = "s", GDBaseUri = "https://u:hush@gw.example" } },
    };

    [Theory]
    [MemberData(nameof(Unusable))]
    public void Unusable_arguments_are_named_before_anything_is_sent(string named, GoDaddyOptions options)
    {
        var error = Assert.Throws<PoshAcmeException>(() => new GoDaddyPlugin(options));

        Assert.Equal("InvalidPluginArguments", error.ErrorId);
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", error.ToString(), StringComparison.Ordinal);
        Assert.NotNull(error.RecommendedAction);
    }

    [Theory]
    [InlineData("http://api.example.com")]
    [InlineData("http://127.0.0.1.example.com")]
    [InlineData("http://localhost.example.com")]
    [InlineData("http://10.0.0.1")]
    public void Plain_http_to_another_machine_is_refused(string baseUri)
    {
        var error = Assert.Throws<PoshAcmeException>(() => new GoDaddyPlugin(new GoDaddyOptions { GDKey = "k", GDSecret = "s", GDBaseUri = baseUri }));

        Assert.Equal("InsecureBaseUri", error.ErrorId);
    }

    [Theory]
    [InlineData("http://localhost:8080", "http://localhost:8080/v1/domains/")]
    [InlineData("http://[::1]:8080/", "http://[::1]:8080/v1/domains/")]
    [InlineData("https://gw.example/godaddy", "https://gw.example/godaddy/v1/domains/")]
    public async Task A_base_URL_keeps_its_path(string baseUri, string expectedStart)
    {
        var handler = new CannedHandler((_, _) => CannedHandler.Json(404, "{}"));
        using var plugin = new GoDaddyPlugin(new GoDaddyOptions { GDKey = "k", GDSecret = "s", GDBaseUri = baseUri }, handler);

        await Assert.ThrowsAsync<PoshAcmeException>(() => plugin.PublishAsync(new("a.example.com", ["v"]), new(NullReporter.Instance, new ManualClock()), CancellationToken.None));

        Assert.StartsWith("GET " + expectedStart, handler.Requests[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, "https://api.godaddy.com/")]
    [InlineData(true, "https://api.ote-godaddy.com/")]
    public async Task The_test_environment_has_its_own_host(bool useOte, string expectedStart)
    {
        var handler = new CannedHandler((_, _) => CannedHandler.Json(404, "{}"));
        using var plugin = new GoDaddyPlugin(new GoDaddyOptions { GDToken = SecureText.Of("t"), GDUseOTE = useOte }, handler);

        await Assert.ThrowsAsync<PoshAcmeException>(() => plugin.PublishAsync(new("a.example.com", ["v"]), new(NullReporter.Instance, new ManualClock()), CancellationToken.None));

        Assert.StartsWith("GET " + expectedStart, handler.Requests[0], StringComparison.Ordinal);
    }

    [Fact]
    public void The_secret_of_a_disposed_argument_stays_usable()
    {
        var token = SecureText.Of("t");
        using var plugin = new GoDaddyPlugin(new GoDaddyOptions { GDToken = token }, new CannedHandler((_, _) => CannedHandler.Json(404, "{}")));
        token.Dispose();

        var error = Record.Exception(() => plugin.PublishAsync(new("a.example.com", ["v"]), new(NullReporter.Instance, new ManualClock()), CancellationToken.None).GetAwaiter().GetResult());

        Assert.Equal("GoDaddy.ZoneNotFound", Assert.IsType<PoshAcmeException>(error).ErrorId);
    }

    [Fact]
    public void Every_argument_declares_itself()
    {
        Assert.All(typeof(GoDaddyOptions).GetProperties(), property =>
        {
            Assert.StartsWith("GD", property.Name, StringComparison.Ordinal);
            Assert.NotNull(property.GetCustomAttribute<PluginArgumentAttribute>()?.Help);
        });
    }
}
