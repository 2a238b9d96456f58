using GoDaddyStub;
using PoshAcmeSharp.Plugins.GoDaddy;
using Xunit;

namespace PoshAcmeSharp.Tests.Plugins.GoDaddy;

public sealed class GoDaddyErrorTests
{
    private const string Name = "_acme-challenge.example.com";

    [Fact]
    public async Task An_account_without_API_access_is_told_so()
    {
        await using var scene = await GoDaddyScene.StartAsync(new StubOptions { AccessDenied = true });

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => scene.PublishAsync(scene.WithKey(), Name, "a"));

        Assert.Equal("GoDaddy.AccessDenied", error.ErrorId);
        Assert.Equal(ErrorKind.PermissionDenied, error.Kind);
        Assert.Contains("the account's plan or number of domains does not give it API access", error.Message, StringComparison.Ordinal);
        Assert.Contains("403 ACCESS_DENIED: Authenticated user is not allowed access", error.Message, StringComparison.Ordinal);
        Assert.NotNull(error.RecommendedAction);
    }

    [Fact]
    public async Task A_token_without_API_access_is_told_so()
    {
        await using var scene = await GoDaddyScene.StartAsync(new StubOptions { AccessDenied = true });

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => scene.PublishAsync(scene.WithToken(), Name, "a"));

        Assert.Equal("GoDaddy.AccessDenied", error.ErrorId);
        Assert.Contains("the account's plan or number of domains does not give it API access", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_key_points_to_the_environment()
    {
        await using var scene = await GoDaddyScene.StartAsync();

        var error = await Assert.ThrowsAsync<PoshAcmeException>(
            () => scene.PublishAsync(scene.Plugin(new GoDaddyOptions { GDKey = "other", GDSecret = "wrong" }), Name, "a"));

        Assert.Equal("GoDaddy.Unauthorized", error.ErrorId);
        Assert.Contains("GDUseOTE", error.RecommendedAction, StringComparison.Ordinal);
        Assert.Single(scene.Server.State.Requests);
    }

    [Fact]
    public void Code_message_and_fields_are_shown_as_they_came_and_cut_to_size()
    {
        using var plugin = new GoDaddyPlugin(new GoDaddyOptions { GDKey = "k", GDSecret = "s3cret", GDBaseUri = "http://127.0.0.1:1" }, new CannedHandler(
            (request, _) => request.RequestUri!.AbsolutePath.EndsWith("/NS", StringComparison.Ordinal)
                ? CannedHandler.Json(200, "[]")
                : CannedHandler.Json(422, """{"code":"INVALID_BODY","message":"does not fulfil schema s3cret","fields":[{"code":"TOO_LONG","message":"MSG","path":"records[0].data"}]}""".Replace("MSG", new string('x', 9000), StringComparison.Ordinal))));

        var error = Assert.Throws<PoshAcmeException>(() => plugin
            .PublishAsync(new(Name, ["a"]), new(NullReporter.Instance, new ManualClock()), CancellationToken.None).GetAwaiter().GetResult());

        Assert.Equal("GoDaddy.Refused", error.ErrorId);
        Assert.Contains("422 INVALID_BODY: does not fulfil schema ***; records[0].data TOO_LONG xxx", error.Message, StringComparison.Ordinal);
        Assert.True(error.Message.Length < 700);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("<html>captive portal</html>")]
    [InlineData("[\"a\"]")]
    [InlineData("")]
    public async Task An_answer_that_is_no_list_is_never_taken_for_an_empty_record(string body)
    {
        var handler = new CannedHandler((request, _) => request.RequestUri!.AbsolutePath.EndsWith("/NS", StringComparison.Ordinal)
            ? CannedHandler.Json(200, "[]")
            : CannedHandler.Json(200, body));
        using var plugin = new GoDaddyPlugin(new GoDaddyOptions { GDKey = "k", GDSecret = "s3cret", GDBaseUri = "http://127.0.0.1:1" }, handler);

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => plugin.PublishAsync(new(Name, ["a"]), new(NullReporter.Instance, new ManualClock()), CancellationToken.None));

        Assert.Equal("GoDaddy.UnexpectedAnswer", error.ErrorId);
        Assert.DoesNotContain(handler.Requests, request => request.StartsWith("PUT", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task No_text_holds_the_secret(bool token, bool wrong)
    {
        const string Secret = "gd+pat/S3cr3t=Text";
        var accepted = wrong ? "another" : Secret;
        await using var scene = await GoDaddyScene.StartAsync(new StubOptions { Secret = accepted, Token = accepted, EchoesCredential = true, FailFirst = 1, RequestsPerMinute = 5 });
        var plugin = scene.Plugin(token
            ? new GoDaddyOptions { GDToken = SecureText.Of(Secret) }
            : new GoDaddyOptions { GDKey = "stub-key", GDSecretSecure = SecureText.Of(Secret) });

        var error = await Record.ExceptionAsync(async () =>
        {
            await scene.PublishAsync(plugin, Name, "a", Secret);
            await scene.UnpublishAsync(plugin, Name, "a", Secret);
        });

        Assert.Equal(wrong, error is not null);
        Assert.NotEmpty(scene.Reporter.Lines);
        Assert.All(scene.Reporter.Lines.Append(error + " " + (error as PoshAcmeException)?.RecommendedAction), line =>
        {
            Assert.DoesNotContain(Secret, line, StringComparison.Ordinal);
            Assert.DoesNotContain(Uri.EscapeDataString(Secret), line, StringComparison.Ordinal);
        });
        Assert.DoesNotContain(scene.Reporter.Lines, line => line.Contains("Authorization", StringComparison.OrdinalIgnoreCase) && line.Contains("sso-key", StringComparison.Ordinal));
    }
}
