using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Newtonsoft.Json.Linq;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Jose;
using PoshAcmeSharp.Plugins;
using PoshAcmeSharp.Plugins.Azure;
using PoshAcmeSharp.Profile;
using PoshAcmeSharp.Tests.Support;
using Xunit;

namespace PoshAcmeSharp.Tests.Plugins.Azure;

public sealed class AzureLoginTests : IDisposable
{
    private static readonly PluginDescriptor Described = NativePlugins.List().Single(p => p.Name == "Azure");

    private readonly AzureStub _server = new();
    private readonly FakeClock _clock = new();
    private readonly RecordingReporter _reporter = new();

    public AzureLoginTests() => _server.AddZone("example.com");

    public void Dispose() => _server.Dispose();

    private async Task PublishAsync(AzureOptions options, Func<string, string?>? getVariable = null)
    {
        options.AZSubscriptionId ??= AzureStub.Subscription;
        using var plugin = new AzurePlugin(options, _server, null, getVariable ?? (_ => null));
        await plugin.PublishAsync(new TxtRecordSet("_acme-challenge.example.com", ["one"]), new PluginContext(_reporter, _clock), default);
        Assert.Equal(["one"], _server.Values(AzureStub.PathOf("example.com", "_acme-challenge")));
        Assert.DoesNotContain(_reporter.Lines, line => line.Contains("S3cret", StringComparison.Ordinal));
    }

    private static string Jwt(DateTimeOffset expires)
        => $"e30.{Base64Url.Encode(Encoding.UTF8.GetBytes($$"""{"exp":{{expires.ToUnixTimeSeconds()}}}"""))}.S3cret";

    [Fact]
    public Task An_application_logs_in_with_its_password_as_plain_text()
        => PublishAsync(new AzureOptions { AZTenantId = AzureStub.Tenant, AZAppUsername = AzureStub.Application, AZAppPasswordInsecure = AzureStub.Password });

    [Fact]
    public async Task A_token_that_lasts_beyond_all_dates_is_used()
    {
        _server.TokenLifetime = 250_000_000_000;

        await PublishAsync(new AzureOptions { AZTenantId = AzureStub.Tenant, AZAppUsername = AzureStub.Application, AZAppPasswordInsecure = AzureStub.Password });
    }

    [Fact]
    public async Task A_certificate_file_without_a_name_is_told()
    {
        var options = new AzureOptions { AZTenantId = AzureStub.Tenant, AZAppUsername = AzureStub.Application, AZCertPfx = string.Empty, AZPfxPass = "x" };

        Assert.Equal("Azure.CertificateUnusable", (await Assert.ThrowsAsync<PoshAcmeException>(() => PublishAsync(options))).ErrorId);
    }

    [Fact]
    public async Task A_machine_without_an_identity_endpoint_is_told_what_it_lacks()
    {
        using var silent = new CannedHandler((_, _) => throw new HttpRequestException("No route to host"));
        using var plugin = new AzurePlugin(new AzureOptions { AZSubscriptionId = AzureStub.Subscription, AZUseIMDS = true }, silent, null, _ => null);

        var error = await Assert.ThrowsAsync<PoshAcmeException>(
            () => plugin.PublishAsync(new TxtRecordSet("_acme-challenge.example.com", ["one"]), new PluginContext(_reporter, _clock), default));

        Assert.Equal("Azure.LoginFailed", error.ErrorId);
        Assert.Contains("AZUseIMDS", error.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal(3, silent.Requests.Count);
    }

    [Fact]
    public Task A_token_that_is_given_is_used()
        => PublishAsync(new AzureOptions { AZAccessTokenSecure = SecureText.Of(AzureStub.Token) });

    [Fact]
    public async Task A_token_that_has_ended_is_told_before_anything_is_sent()
    {
        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => PublishAsync(new AzureOptions { AZAccessToken = Jwt(_clock.UtcNow.AddMinutes(-1)) }));

        Assert.Equal("Azure.TokenExpired", error.ErrorId);
        Assert.Empty(_server.Requests);
    }

    [Fact]
    public async Task A_token_that_Azure_does_not_take_is_told()
    {
        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => PublishAsync(new AzureOptions { AZAccessToken = Jwt(_clock.UtcNow.AddHours(1)) }));

        Assert.Equal("Azure.Unauthorized", error.ErrorId);
    }

    [Fact]
    public async Task The_identity_of_the_machine_gives_a_token()
    {
        await PublishAsync(new AzureOptions { AZUseIMDS = true });

        Assert.StartsWith("GET http://169.254.169.254/metadata/identity/oauth2/token?api-version=2021-02-01&", _server.Requests[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_names_an_endpoint_of_its_own()
    {
        await PublishAsync(
            new AzureOptions { AZUseIMDS = true, AZArcAgentAPIVersion = "2019-08-01" },
            name => name == "IDENTITY_ENDPOINT" ? "http://127.0.0.1:4141/msi/token" : "S3cret-header");

        Assert.StartsWith("GET http://127.0.0.1:4141/msi/token?api-version=2019-08-01&", _server.Requests[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_agent_that_wants_more_proof_is_named_with_who_can_give_it()
    {
        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => PublishAsync(
            new AzureOptions { AZUseIMDS = true },
            name => name == "IDENTITY_ENDPOINT" ? "http://127.0.0.1:40342/metadata/identity/oauth2/token" : null));

        Assert.Equal("Azure.LoginFailed", error.ErrorId);
        Assert.Contains("Azure Arc", error.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_application_logs_in_with_its_certificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=application", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var path = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N") + ".pfx");
        await File.WriteAllBytesAsync(path, certificate.Export(X509ContentType.Pfx, "S3cret-pfx"));
        var seen = new JObject();
        _server.CheckLogin = form =>
        {
            var parts = form["client_assertion"]!.Split('.');
            seen = JObject.Parse(Encoding.UTF8.GetString(Base64Url.Decode(parts[1])));
            seen["x5t"] = JObject.Parse(Encoding.UTF8.GetString(Base64Url.Decode(parts[0])))["x5t"];
            return form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
                && key.VerifyData(Encoding.ASCII.GetBytes(parts[0] + "." + parts[1]), Base64Url.Decode(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
                    ? null
                    : "invalid_client";
        };
        try
        {
            await PublishAsync(new AzureOptions { AZTenantId = AzureStub.Tenant, AZAppUsername = AzureStub.Application, AZCertPfx = path, AZPfxPassSecure = SecureText.Of("S3cret-pfx") });

            Assert.Equal($"https://login.microsoftonline.com/{AzureStub.Tenant}/oauth2/v2.0/token", (string?)seen["aud"]);
            Assert.Equal(AzureStub.Application, (string?)seen["sub"]);
            Assert.Equal(Base64Url.Encode(certificate.GetCertHash()), (string?)seen["x5t"]);
            Assert.DoesNotContain(_reporter.Lines, line => line.Contains("eyJ", StringComparison.Ordinal));

            var error = await Assert.ThrowsAsync<PoshAcmeException>(() => PublishAsync(new AzureOptions { AZTenantId = AzureStub.Tenant, AZAppUsername = AzureStub.Application, AZCertPfx = path, AZPfxPass = "wrong" }));
            Assert.Equal("Azure.CertificateUnusable", error.ErrorId);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task A_certificate_that_is_in_no_store_is_named()
    {
        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => PublishAsync(new AzureOptions
        {
            AZTenantId = AzureStub.Tenant,
            AZAppUsername = AzureStub.Application,
            AZCertThumbprint = "00112233445566778899AABBCCDDEEFF00112233",
        }));

        Assert.Equal("Azure.CertificateUnusable", error.ErrorId);
        Assert.Contains("00112233445566778899AABBCCDDEEFF00112233", error.Message, StringComparison.Ordinal);
    }

    public static TheoryData<AzureOptions> Unusable() => new()
    {
        new AzureOptions { AZSubscriptionId = AzureStub.Subscription },
        new AzureOptions { AZUseIMDS = true },
        new AzureOptions { AZSubscriptionId = "../1", AZUseIMDS = true },
        new AzureOptions { AZSubscriptionId = "..", AZUseIMDS = true },
        new AzureOptions { AZSubscriptionId = AzureStub.Subscription, AZUseIMDS = true, AZAccessToken = "token" },
        new AzureOptions { AZSubscriptionId = AzureStub.Subscription, AZAccessToken = "two words" },
        new AzureOptions { AZSubscriptionId = AzureStub.Subscription, AZUseIMDS = true, AZEnvironment = "Moon" },
        new AzureOptions { AZSubscriptionId = AzureStub.Subscription, AZTenantId = "a/b", AZAppUsername = AzureStub.Application, AZAppPasswordInsecure = "x" },
    };

    [Theory]
    [MemberData(nameof(Unusable))]
    public void What_cannot_be_used_is_an_error_before_anything_is_sent(AzureOptions options)
        => Assert.Equal("InvalidPluginArguments", Assert.Throws<PoshAcmeException>(() => new AzurePlugin(options, _server)).ErrorId);

    [Fact]
    public void Arguments_of_Posh_ACME_go_on_working()
    {
        IChallengePlugin Create(params (string Name, object Value)[] arguments) => Described.Create(
            arguments.Append(("AZSubscriptionId", AzureStub.Subscription)).ToDictionary(a => a.Item1, a => (object?)a.Item2),
            new PluginEnvironment(_reporter, _clock));

        Assert.IsType<AzurePlugin>(Create(("AZTenantId", AzureStub.Tenant), ("AZAppCred", new StoredCredential(AzureStub.Application, SecureText.Of("pw")))));
        Assert.IsType<AzurePlugin>(Create(("AZTenantId", AzureStub.Tenant), ("AZAppUsername", AzureStub.Application), ("AZAppPasswordInsecure", "pw"), ("AZEnvironment", "AzureUSGovernment")));
        Assert.IsType<AzurePlugin>(Create(("AZUseIMDS", true)));
        Assert.IsType<AzurePlugin>(Create(("AZAccessToken", "token")));
        Assert.Equal("Credential", Described.DefaultParameterSet);
        Assert.Throws<PoshAcmeException>(() => Create(("AZUseIMDS", true), ("AZAccessToken", "token")));
    }
}
