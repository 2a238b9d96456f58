using System.Collections;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Plugins;
using PoshAcmeSharp.Plugins.AcmeDns;
using PoshAcmeSharp.Profile;
using PoshAcmeSharp.Tests.Support;
using Xunit;

namespace PoshAcmeSharp.Tests.Plugins.AcmeDns;

public sealed class AcmeDnsOptionsTests : IDisposable
{
    private const string Name = "_acme-challenge.www.example.com";

    private readonly AcmeDnsScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Theory]
    [InlineData("https://auth.example.org:8443/", "https://auth.example.org:8443/register")]
    [InlineData("https://example.org/dns/acme", "https://example.org/dns/acme/register")]
    [InlineData("http://127.0.0.1:8053", "http://127.0.0.1:8053/register")]
    public async Task A_server_may_have_any_address(string uri, string first)
    {
        await _scene.PublishAsync(_scene.Plugin(new AcmeDnsOptions { ACMEUri = new Uri(uri) }), Name, "one");

        Assert.StartsWith($"POST {first} ", _scene.Server.Requests[0], StringComparison.Ordinal);
        Assert.Empty(_scene.Reporter.Warnings);
    }

    [Fact]
    public void Plain_http_to_another_machine_is_warned_of()
    {
        _scene.Plugin(new AcmeDnsOptions { ACMEUri = new Uri("http://auth.example.org") });

        Assert.Contains("plain http", Assert.Single(_scene.Reporter.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_credential_of_the_server_comes_as_an_argument()
    {
        _scene.Server.BasicCredential = "bob:p@ss:wörd";

        await _scene.PublishAsync(_scene.Plugin(new AcmeDnsOptions { ACMECredential = new StoredCredential("bob", SecureText.Of("p@ss:wörd")) }), Name, "one");

        Assert.Equal([AcmeDnsScene.Value("one")], _scene.Server[0].Values);
    }

    [Fact]
    public async Task The_credential_of_the_server_may_stand_in_its_address_and_is_never_shown()
    {
        _scene.Server.BasicCredential = "bob:p@ss";

        await _scene.PublishAsync(_scene.Plugin(new AcmeDnsOptions { ACMEUri = new Uri("https://bob:p%40ss@auth.example.org") }), Name, "one");

        Assert.Equal([AcmeDnsScene.Value("one")], _scene.Server[0].Values);
        Assert.DoesNotContain(_scene.Reporter.Lines, line => line.Contains("p@ss", StringComparison.Ordinal) || line.Contains("p%40ss", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_that_asks_for_a_credential_is_explained()
    {
        _scene.Server.BasicCredential = "bob:secret";

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => _scene.PublishAsync(_scene.Plugin(), Name, "one"));

        Assert.Equal("AcmeDns.NotRegistered", error.ErrorId);
        Assert.Contains("ACMECredential", error.RecommendedAction, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://auth.example.org")]
    [InlineData("auth.example.org/path")]
    [InlineData("")]
    public void A_server_that_is_no_host_name_is_an_error(string server)
    {
        var error = Assert.Throws<PoshAcmeException>(() => _scene.Plugin(new AcmeDnsOptions { ACMEServer = server }));

        Assert.Equal("InvalidPluginArguments", error.ErrorId);
        Assert.Contains("ACMEUri", error.RecommendedAction, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("auth.example.org")]
    [InlineData("ftp://bob:S3cret@auth.example.org")]
    [InlineData("https://bob:S3cret@auth.example.org/?a=b")]
    public void An_address_that_is_none_is_an_error_that_does_not_repeat_it(string uri)
    {
        var error = Assert.Throws<PoshAcmeException>(() => _scene.Plugin(new AcmeDnsOptions { ACMEUri = new Uri(uri, UriKind.RelativeOrAbsolute) }));

        Assert.Equal("InvalidPluginArguments", error.ErrorId);
        Assert.DoesNotContain("S3cret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_registration_that_is_none_is_an_error_that_names_the_record()
    {
        var error = Assert.Throws<PoshAcmeException>(() => _scene.Plugin(new AcmeDnsOptions { ACMERegistration = new Hashtable { [Name] = "sub user pass full" } }));

        Assert.Equal("InvalidPluginArguments", error.ErrorId);
        Assert.Contains(Name, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_catalogue_makes_it_of_arguments_as_a_profile_keeps_them()
    {
        var plugin = NativePlugins.List().Single(p => p.Name == "AcmeDns");
        Dictionary<string, object?> arguments = new()
        {
            ["ACMEUri"] = "https://auth.example.org",
            ["ACMEAllowFrom"] = "10.0.0.0/8",
            ["ACMERegistration"] = new Hashtable { [Name] = new[] { "sub", "user", "password", "sub.auth.example.org" } },
        };

        using var made = Assert.IsType<AcmeDnsPlugin>(plugin.Create(arguments, new PluginEnvironment(new RecordingReporter(), new FakeClock())));

        Assert.Equal("Server", plugin.DefaultParameterSet);
        var error = Assert.Throws<PoshAcmeException>(() => plugin.Create(new Dictionary<string, object?>(), new PluginEnvironment(new RecordingReporter(), new FakeClock())));
        Assert.Contains("ACMEServer, or ACMEUri", error.Message, StringComparison.Ordinal);
    }
}
