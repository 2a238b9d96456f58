using System.Net;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Plugins.Cloudflare;
using PoshAcmeSharp.Tests.Support;
using Xunit;

namespace PoshAcmeSharp.Tests.Plugins.Cloudflare;

public sealed class CloudflarePluginTests : IDisposable
{
    private const string Name = "_acme-challenge.www.example.com";

    private readonly CloudflareStub _server = new();
    private readonly CloudflareStub.Zone _zone;
    private readonly RecordingReporter _reporter = new();
    private readonly FakeClock _clock = new();
    private readonly PluginContext _context;
    private readonly List<CloudflarePlugin> _plugins = [];

    public CloudflarePluginTests()
    {
        _zone = _server.AddZone("example.com");
        _context = new PluginContext(_reporter, _clock);
    }

    public void Dispose()
    {
        _plugins.ForEach(plugin => plugin.Dispose());
        _server.Dispose();
    }

    private CloudflarePlugin Plugin(CloudflareOptions? options = null, Func<string, CancellationToken, Task<string>>? resolveAlias = null)
    {
        var plugin = new CloudflarePlugin(options ?? new CloudflareOptions { CFToken = SecureText.Of(CloudflareStub.Token) }, _server, resolveAlias);
        _plugins.Add(plugin);
        return plugin;
    }

    private Task PublishAsync(CloudflarePlugin plugin, string name, params string[] values) => plugin.PublishAsync(new TxtRecordSet(name, values), _context, default);

    private Task UnpublishAsync(CloudflarePlugin plugin, string name, params string[] values) => plugin.UnpublishAsync(new TxtRecordSet(name, values), _context, default);

    private async Task<PoshAcmeException> FailAsync(CloudflarePlugin plugin, string name = Name)
    {
        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => PublishAsync(plugin, name, "one"));
        Assert.DoesNotContain("S3cret", error + string.Join("\n", _reporter.Lines), StringComparison.Ordinal);
        return error;
    }

    [Fact]
    public async Task Values_are_added_and_removed_and_those_of_others_stay()
    {
        _server.AddRecord(_zone, "TXT", Name, "foreign");
        _server.AddRecord(_zone, "TXT", "www.example.com", "\"one\"");
        var plugin = Plugin();

        await PublishAsync(plugin, Name, "one", "two");
        Assert.Equal(["foreign", "one", "two"], _server.Values(Name));

        await UnpublishAsync(plugin, Name, "one", "two");
        Assert.Equal(["foreign"], _server.Values(Name));
        Assert.Equal(["one"], _server.Values("www.example.com"));
    }

    [Theory]
    [InlineData("one")]
    [InlineData("\"one\"")]
    public async Task What_is_there_is_not_added_and_what_is_not_is_not_removed(string content)
    {
        _server.AddRecord(_zone, "TXT", Name, content);
        var plugin = Plugin();

        await PublishAsync(plugin, Name, "one");
        await UnpublishAsync(plugin, Name, "two");
        Assert.Equal(["one"], _server.Values(Name));
        Assert.Empty(_server.Sent("POST"));

        await UnpublishAsync(plugin, Name, "one");
        Assert.Empty(_server.Values(Name));
    }

    [Fact]
    public async Task Names_that_Cloudflare_writes_with_international_letters_are_found()
    {
        const string Punycode = "_acme-challenge.xn--bcher-kva.example";
        _server.Faults.Enqueue(() => CannedHandler.Json(200, """{"success":true,"errors":[],"result":[]}"""));
        _server.Faults.Enqueue(() => CannedHandler.Json(200, $$"""{"success":true,"errors":[],"result":[{"id":"{{_zone.Id}}","name":"Bücher.example","status":"active"}]}"""));
        _server.Faults.Enqueue(() => CannedHandler.Json(200, """{"success":true,"errors":[],"result":[{"id":"r1","type":"TXT","name":"_acme-challenge.bücher.example","content":"one"}]}"""));

        await PublishAsync(Plugin(), Punycode, "one");

        Assert.Empty(_server.Sent("POST"));
        Assert.Equal(3, _server.Requests.Count);
    }

    [Fact]
    public async Task An_answer_whose_success_is_no_truth_value_is_told()
    {
        _server.Faults.Enqueue(() => CannedHandler.Json(200, """{"success":"perhaps","errors":[],"result":[]}"""));

        Assert.Equal("Cloudflare.UnexpectedAnswer", (await FailAsync(Plugin())).ErrorId);
    }

    [Fact]
    public async Task A_value_that_another_process_has_added_meanwhile_is_there()
    {
        var plugin = Plugin();
        await PublishAsync(plugin, Name, "other");
        _server.Faults.Enqueue(() =>
        {
            _server.AddRecord(_zone, "TXT", Name, "one");
            return CannedHandler.Json(200, """{"success":true,"errors":[],"result":[]}""");
        });

        await PublishAsync(plugin, Name, "one");

        Assert.Equal(2, _server.Sent("POST").Count);
        Assert.Equal(["one", "other"], _server.Values(Name));
    }

    [Fact]
    public async Task A_value_that_another_process_has_removed_meanwhile_is_gone()
    {
        var plugin = Plugin();
        await PublishAsync(plugin, Name, "other");
        _server.Faults.Enqueue(() => CannedHandler.Json(200, $$"""{"success":true,"errors":[],"result":[{"id":"gone","type":"TXT","name":"{{Name}}","content":"one"}]}"""));

        await UnpublishAsync(plugin, Name, "one");

        Assert.Single(_server.Sent("DELETE"));
        Assert.Equal(["other"], _server.Values(Name));
    }

    [Fact]
    public async Task A_record_that_lies_on_a_later_page_is_found()
    {
        for (var i = 0; i < 120; i++)
        {
            _server.AddRecord(_zone, "TXT", Name, $"value{i}");
        }

        await UnpublishAsync(Plugin(), Name, "value119");

        Assert.Equal(119, _server.Values(Name).Count);
    }

    [Fact]
    public async Task The_deepest_zone_holds_the_record_and_zones_are_asked_for_once()
    {
        _server.AddZone("deep.example.com");
        var plugin = Plugin();

        await PublishAsync(plugin, "_acme-challenge.www.deep.example.com", "one");
        await PublishAsync(plugin, "_acme-challenge.www.deep.example.com", "two");

        Assert.All(_server.Records, record => Assert.Equal("zone2", record.ZoneId));
        Assert.Equal(3, _server.Sent("GET").Count(r => r.Contains("/zones?name=", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Of_two_zones_of_one_name_the_active_one_is_taken()
    {
        _server.Zones.Clear();
        _server.AddZone("example.com", status: "moved");
        var active = _server.AddZone("example.com");

        await PublishAsync(Plugin(), Name, "one");

        Assert.Equal(active.Id, Assert.Single(_server.Records).ZoneId);
    }

    [Fact]
    public async Task A_server_that_ignores_the_filter_does_not_lead_into_another_zone()
    {
        for (var i = 0; i < 3; i++)
        {
            _server.Faults.Enqueue(() => CannedHandler.Json(200, """{"success":true,"errors":[],"result":[{"id":"zone1","name":"example.com","status":"active"}]}"""));
        }

        var error = await FailAsync(Plugin(), "_acme-challenge.www.example.org");

        Assert.Equal("Cloudflare.ZoneNotFound", error.ErrorId);
    }

    [Fact]
    public async Task A_record_is_published_where_its_CNAME_leads()
    {
        await PublishAsync(Plugin(resolveAlias: (_, _) => Task.FromResult("acme.example.com")), "_acme-challenge.example.org", "one");

        Assert.Equal(["one"], _server.Values("acme.example.com"));
    }

    [Fact]
    public async Task Values_with_spaces_and_semicolons_are_kept_in_quotes()
    {
        const string Persistent = "ca.example; accounturi=https://ca.example/acct/1";
        var plugin = Plugin();
        await PublishAsync(plugin, Name, Persistent);
        await PublishAsync(plugin, Name, Persistent);

        Assert.Equal($"\"{Persistent}\"", Assert.Single(_server.Records).Content);
        await UnpublishAsync(plugin, Name, Persistent);
        Assert.Empty(_server.Records);
    }

    [Fact]
    public async Task A_zone_that_is_not_there_is_named_with_all_that_were_tried()
    {
        var error = await FailAsync(Plugin(), "_acme-challenge.www.example.org");

        Assert.Equal("Cloudflare.ZoneNotFound", error.ErrorId);
        Assert.Contains("www.example.org, example.org.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_that_is_not_known_is_explained_with_Cloudflares_words()
    {
        var error = await FailAsync(Plugin(new CloudflareOptions { CFTokenInsecure = "S3cret-but-wrong" }));

        Assert.Equal("Cloudflare.AccessDenied", error.ErrorId);
        Assert.Contains("9109: Invalid access token", error.Message, StringComparison.Ordinal);
        Assert.Contains("DNS:Edit", error.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_that_does_not_cover_the_zone_is_explained()
    {
        var plugin = Plugin();
        _server.Faults.Enqueue(() => CannedHandler.Json(200, """{"success":true,"errors":[],"result":[]}"""));
        _server.Faults.Enqueue(() => CannedHandler.Json(200, """{"success":true,"errors":[],"result":[{"id":"zone2","name":"www.example.com","status":"active"}]}"""));
        _server.AddZone("www.example.com", isCovered: false);

        var error = await FailAsync(plugin);

        Assert.Equal("Cloudflare.AccessDenied", error.ErrorId);
        Assert.Contains("10000: Authentication error", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_token_at_all_is_told_with_the_chain_of_errors()
    {
        var error = await FailAsync(Plugin(new CloudflareOptions { CFTokenInsecure = "S3cret" }));

        Assert.Equal("Cloudflare.Unauthorized", error.ErrorId);
        Assert.Contains("6111: Invalid format for Authorization header", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_global_key_of_an_account_does_too_and_a_wrong_one_is_told()
    {
        await PublishAsync(Plugin(new CloudflareOptions { CFAuthEmail = CloudflareStub.Email, CFAuthKey = CloudflareStub.Key }), Name, "one");
        await UnpublishAsync(Plugin(new CloudflareOptions { CFAuthEmail = CloudflareStub.Email, CFAuthKeySecure = SecureText.Of(CloudflareStub.Key) }), Name, "one");
        Assert.Empty(_server.Records);

        var error = await FailAsync(Plugin(new CloudflareOptions { CFAuthEmail = "eve@example.com", CFAuthKey = CloudflareStub.Key }));
        Assert.Equal("Cloudflare.Unauthorized", error.ErrorId);
    }

    [Fact]
    public async Task A_refusal_has_Cloudflares_code_and_message()
    {
        _server.AddRecord(_zone, "CNAME", Name, "elsewhere.example.org");

        var error = await FailAsync(Plugin());

        Assert.Equal("Cloudflare.Refused", error.ErrorId);
        Assert.Contains("81053: An A, AAAA, or CNAME record with that host already exists.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_limit_of_requests_is_waited_for()
    {
        _server.Faults.Enqueue(() =>
        {
            var refusal = CloudflareStub.Refuse(429, 971, "Please wait and consider throttling your request speed");
            refusal.Headers.RetryAfter = new(TimeSpan.FromSeconds(42));
            return refusal;
        });

        await PublishAsync(Plugin(), Name, "one");

        Assert.Equal(["one"], _server.Values(Name));
        Assert.Contains(TimeSpan.FromSeconds(42), _clock.Delays);
    }

    [Theory]
    [InlineData(200, "<html>Login</html>")]
    [InlineData(200, "{}")]
    [InlineData(200, """{"success":true,"errors":[],"result":null}""")]
    public async Task An_answer_that_is_not_one_of_the_API_is_an_error(int status, string body)
    {
        _server.Faults.Enqueue(() => CannedHandler.Json(status, body));

        Assert.Equal("Cloudflare.UnexpectedAnswer", (await FailAsync(Plugin())).ErrorId);
    }

    [Fact]
    public async Task Success_that_is_denied_in_the_body_is_no_success()
    {
        _server.Faults.Enqueue(() => CloudflareStub.Refuse(200, 1234, "Not today"));

        var error = await FailAsync(Plugin());

        Assert.Equal("Cloudflare.Refused", error.ErrorId);
        Assert.Contains("1234: Not today", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_goes_on_failing_is_told()
    {
        for (var i = 0; i < 10; i++)
        {
            _server.Faults.Enqueue(() => new HttpResponseMessage(HttpStatusCode.BadGateway));
        }

        Assert.Equal("Cloudflare.ServerError", (await FailAsync(Plugin())).ErrorId);
    }
}
