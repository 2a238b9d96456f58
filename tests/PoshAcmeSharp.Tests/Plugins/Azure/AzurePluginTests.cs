using Newtonsoft.Json.Linq;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Plugins.Azure;
using PoshAcmeSharp.Profile;
using PoshAcmeSharp.Tests.Support;
using Xunit;

namespace PoshAcmeSharp.Tests.Plugins.Azure;

public sealed class AzurePluginTests : IDisposable
{
    private const string Name = "_acme-challenge.www.example.com";

    private static readonly string Set = AzureStub.PathOf("example.com", "_acme-challenge.www");

    private readonly AzureStub _server = new();
    private readonly RecordingReporter _reporter = new();
    private readonly FakeClock _clock = new();
    private readonly PluginContext _context;
    private readonly List<AzurePlugin> _plugins = [];

    public AzurePluginTests()
    {
        _server.AddZone("example.com");
        _context = new PluginContext(_reporter, _clock);
    }

    public void Dispose()
    {
        _plugins.ForEach(plugin => plugin.Dispose());
        _server.Dispose();
        Assert.DoesNotContain(_reporter.Lines, line => line.Contains("S3cret", StringComparison.Ordinal) || line.Contains("client_assertion=", StringComparison.Ordinal));
    }

    private AzurePlugin Plugin(Func<string, CancellationToken, Task<string>>? resolveAlias = null, string password = AzureStub.Password, string subscription = AzureStub.Subscription)
    {
        var options = new AzureOptions
        {
            AZSubscriptionId = subscription,
            AZTenantId = AzureStub.Tenant,
            AZAppCred = new StoredCredential(AzureStub.Application, SecureText.Of(password)),
        };
        var plugin = new AzurePlugin(options, _server, resolveAlias);
        _plugins.Add(plugin);
        return plugin;
    }

    private Task PublishAsync(AzurePlugin plugin, string name, params string[] values) => plugin.PublishAsync(new TxtRecordSet(name, values), _context, default);

    private Task UnpublishAsync(AzurePlugin plugin, string name, params string[] values) => plugin.UnpublishAsync(new TxtRecordSet(name, values), _context, default);

    private async Task<PoshAcmeException> FailAsync(AzurePlugin plugin, string name = Name)
    {
        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => PublishAsync(plugin, name, "one"));
        Assert.DoesNotContain("S3cret", error.ToString(), StringComparison.Ordinal);
        return error;
    }

    [Fact]
    public async Task A_new_record_gets_its_values_in_one_write_and_goes_with_the_last()
    {
        var plugin = Plugin();
        await PublishAsync(plugin, Name, "one", "two");

        Assert.Equal(["one", "two"], _server.Values(Set));
        Assert.Equal(60, (int?)_server.Sets[Set]["properties"]!["TTL"]);
        Assert.Single(_server.Sent("PUT"));

        await UnpublishAsync(plugin, Name, "one");
        Assert.Equal(["two"], _server.Values(Set));
        await UnpublishAsync(plugin, Name, "two");
        Assert.Empty(_server.Sets);
    }

    [Fact]
    public async Task Values_of_others_stay_and_so_does_what_else_the_record_has()
    {
        _server.SetValues(Set, "foreign");
        var plugin = Plugin();

        await PublishAsync(plugin, Name, "one");
        Assert.Equal(["foreign", "one"], _server.Values(Set));
        await UnpublishAsync(plugin, Name, "one");

        Assert.Equal(["foreign"], _server.Values(Set));
        Assert.Equal(300, (int?)_server.Sets[Set]["properties"]!["TTL"]);
        Assert.Equal("somebody", (string?)_server.Sets[Set]["properties"]!["metadata"]!["owner"]);
    }

    [Fact]
    public async Task Values_of_others_stay_in_the_strings_in_which_they_were_written()
    {
        _server.SetValues(Set, "foreign");
        _server.Sets[Set]["properties"]!["TXTRecords"]![0]!["value"] = new JArray("for", "eign");

        await PublishAsync(Plugin(), Name, "one");

        Assert.Equal(new JArray("for", "eign"), _server.Sets[Set]["properties"]!["TXTRecords"]![0]!["value"]);
    }

    [Fact]
    public async Task A_value_that_is_no_text_is_an_error_and_stays()
    {
        _server.SetValues(Set, "foreign");
        _server.Sets[Set]["properties"]!["TXTRecords"]![0]!["value"] = new JArray(new JObject());

        Assert.Equal("Azure.UnexpectedAnswer", (await FailAsync(Plugin())).ErrorId);

        Assert.Empty(_server.Sent("PUT"));
    }

    [Fact]
    public async Task A_token_that_an_answer_repeats_is_not_shown()
    {
        _server.Faults.Enqueue(() => CannedHandler.Json(400, "Authorization: Bearer " + AzureStub.Token));

        Assert.Contains("Bearer ***", (await FailAsync(Plugin())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_there_is_not_written_and_what_is_not_is_not_removed()
    {
        _server.SetValues(Set, "one");
        var plugin = Plugin();

        await PublishAsync(plugin, Name, "one");
        await UnpublishAsync(plugin, Name, "two");
        await UnpublishAsync(plugin, "_acme-challenge.other.example.com", "two");

        Assert.Empty(_server.Sent("PUT"));
        Assert.Empty(_server.Sent("DELETE"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_somebody_else_writes_meanwhile_is_not_lost(bool isThere)
    {
        if (isThere)
        {
            _server.SetValues(Set, "foreign");
        }

        var plugin = Plugin();
        await PublishAsync(plugin, "_acme-challenge.warm.example.com", "up");
        _server.Faults.Enqueue(() => null);
        _server.Faults.Enqueue(() =>
        {
            _server.SetValues(Set, "other");
            return null;
        });

        await PublishAsync(plugin, Name, "one");

        Assert.Equal(["other", "one"], _server.Values(Set));
    }

    [Fact]
    public async Task The_last_value_is_not_deleted_together_with_one_that_came_meanwhile()
    {
        _server.SetValues(Set, "one");
        var plugin = Plugin();
        await PublishAsync(plugin, Name, "one");
        _server.Faults.Enqueue(() => null);
        _server.Faults.Enqueue(() =>
        {
            _server.SetValues(Set, "one", "other");
            return null;
        });

        await UnpublishAsync(plugin, Name, "one");

        Assert.Equal(["other"], _server.Values(Set));
    }

    [Fact]
    public async Task A_record_that_others_change_all_the_time_is_given_up()
    {
        for (var i = 0; i < 20; i++)
        {
            _server.Faults.Enqueue(() =>
            {
                _server.SetValues(Set, "other");
                return null;
            });
        }

        Assert.Equal("Azure.Conflict", (await FailAsync(Plugin())).ErrorId);
    }

    [Fact]
    public async Task Zones_of_all_pages_are_known_and_listed_once_and_the_deepest_is_taken()
    {
        _server.AddZone("private.example.com", type: "Private");
        _server.AddZone("example.org");
        _server.AddZone("Deep.Example.com");
        _server.AddZone("_acme-challenge.delegated.example.com");
        var plugin = Plugin();

        await PublishAsync(plugin, "_acme-challenge.www.deep.example.com", "one");
        await PublishAsync(plugin, "_acme-challenge.private.example.com", "two");
        await PublishAsync(plugin, "_acme-challenge.delegated.example.com", "three");

        Assert.Equal(["one"], _server.Values(AzureStub.PathOf("Deep.Example.com", "_acme-challenge.www")));
        Assert.Equal(["two"], _server.Values(AzureStub.PathOf("example.com", "_acme-challenge.private")));
        Assert.Equal(["three"], _server.Values(AzureStub.PathOf("_acme-challenge.delegated.example.com", "@")));
        Assert.Equal(3, _server.Sent("/providers/Microsoft.Network/dnszones?").Count);
    }

    [Fact]
    public async Task Of_copies_of_a_zone_the_one_with_the_tag_is_taken_and_without_it_is_an_error()
    {
        _server.AddZone("example.com", "live group", tag: "PoshACME");
        await PublishAsync(Plugin(), Name, "one");
        Assert.Equal(["one"], _server.Values(AzureStub.PathOf("example.com", "_acme-challenge.www", "live group")));

        _server.AddZone("example.com", "third", tag: "poshacme");
        Assert.Equal("Azure.ZoneAmbiguous", (await FailAsync(Plugin())).ErrorId);
    }

    [Fact]
    public async Task A_link_to_another_host_is_not_followed_with_the_token()
    {
        _server.Faults.Enqueue(() => CannedHandler.Json(200, """{"value":[],"nextLink":"https://elsewhere.example.org/subscriptions"}"""));

        Assert.Equal("Azure.UnexpectedAnswer", (await FailAsync(Plugin())).ErrorId);
        Assert.Empty(_server.Sent("elsewhere"));
    }

    [Fact]
    public async Task A_zone_that_is_not_there_is_named_with_all_that_were_tried()
    {
        var error = await FailAsync(Plugin(), "_acme-challenge.www.example.net");

        Assert.Equal("Azure.ZoneNotFound", error.ErrorId);
        Assert.Contains("www.example.net, example.net.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_record_is_published_where_its_CNAME_leads()
    {
        await PublishAsync(Plugin((_, _) => Task.FromResult("acme.example.com")), "_acme-challenge.example.org", "one");

        Assert.Equal(["one"], _server.Values(AzureStub.PathOf("example.com", "acme")));
    }

    [Fact]
    public async Task A_long_value_is_stored_in_several_strings()
    {
        var value = new string('a', 300);
        var plugin = Plugin();
        await PublishAsync(plugin, Name, value);
        await PublishAsync(plugin, Name, value);

        Assert.Equal([value], _server.Values(Set));
        Assert.Single(_server.Sent("PUT"));
    }

    [Fact]
    public async Task A_token_is_used_until_shortly_before_its_end()
    {
        var plugin = Plugin();
        await PublishAsync(plugin, Name, "one");
        await PublishAsync(plugin, Name, "two");
        Assert.Single(_server.Sent("/oauth2/"));

        await _clock.DelayAsync(TimeSpan.FromMinutes(56), default);
        await PublishAsync(plugin, Name, "three");
        Assert.Equal(2, _server.Sent("/oauth2/").Count);
    }

    [Fact]
    public async Task A_wrong_password_is_told_in_the_words_of_the_login()
    {
        var error = await FailAsync(Plugin(password: "S3cret-but-wrong"));

        Assert.Equal("Azure.LoginFailed", error.ErrorId);
        Assert.Contains("invalid_client: AADSTS7000215", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(403, "AuthorizationFailed", "Azure.AccessDenied")]
    [InlineData(401, "ExpiredAuthenticationToken", "Azure.Unauthorized")]
    [InlineData(400, "BadRequest", "Azure.Refused")]
    public async Task A_refusal_has_Azures_code_and_message(int status, string code, string id)
    {
        _server.Faults.Enqueue(() => AzureStub.Refuse(status, code, "The client does not have authorization."));

        var error = await FailAsync(Plugin());

        Assert.Equal(id, error.ErrorId);
        Assert.Contains($"{status} {code}: The client does not have authorization.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_subscription_that_cannot_be_seen_is_an_error()
        => Assert.Equal("Azure.Refused", (await FailAsync(Plugin(subscription: "44444444-4444-4444-4444-444444444444"))).ErrorId);

    [Theory]
    [InlineData("<html>Login</html>")]
    [InlineData("""{"etag":"e","properties":{"TXTRecords":["one"]}}""")]
    [InlineData("""{"properties":{"TXTRecords":[]}}""")]
    public async Task An_answer_that_is_no_record_set_is_not_taken_for_an_empty_one(string body)
    {
        var plugin = Plugin();
        await PublishAsync(plugin, "_acme-challenge.warm.example.com", "up");
        _server.Faults.Enqueue(() => CannedHandler.Json(200, body));

        Assert.Equal("Azure.UnexpectedAnswer", (await FailAsync(plugin)).ErrorId);
        Assert.Single(_server.Sent("PUT"));
    }

    [Fact]
    public async Task A_limit_of_requests_is_waited_for()
    {
        _server.Faults.Enqueue(() =>
        {
            var refusal = AzureStub.Refuse(429, "SubscriptionRequestsThrottled", "Too many requests.");
            refusal.Headers.RetryAfter = new(TimeSpan.FromSeconds(17));
            return refusal;
        });

        await PublishAsync(Plugin(), Name, "one");

        Assert.Contains(TimeSpan.FromSeconds(17), _clock.Delays);
    }
}
