using GoDaddyStub;
using Xunit;

namespace PoshAcmeSharp.Tests.Plugins.GoDaddy;

public sealed class ClassicKeyTests
{
    private const string Name = "_acme-challenge.example.com";

    [Fact]
    public async Task Apex_and_wildcard_of_one_domain_are_written_by_one_PUT()
    {
        await using var scene = await GoDaddyScene.StartAsync();

        await scene.PublishAsync(scene.WithKey(), Name, "apex", "wildcard");

        var put = Assert.Single(scene.Requests("PUT"));
        Assert.Equal("/v1/domains/example.com/records/TXT/_acme-challenge", put.Path);
        Assert.Equal("""[{"data":"apex","ttl":600},{"data":"wildcard","ttl":600}]""", put.Body);
        Assert.Equal(["apex", "wildcard"], scene.Values("example.com", "_acme-challenge"));
    }

    [Fact]
    public async Task Values_that_are_there_are_not_written_again()
    {
        await using var scene = await GoDaddyScene.StartAsync();
        scene.Add("example.com", "_acme-challenge", "a");

        await scene.PublishAsync(scene.WithKey(), Name, "a");

        Assert.Empty(scene.Requests("PUT"));
    }

    [Fact]
    public async Task Removing_values_that_are_not_there_writes_nothing()
    {
        await using var scene = await GoDaddyScene.StartAsync();
        scene.Add("example.com", "_acme-challenge", "foreign");

        await scene.UnpublishAsync(scene.WithKey(), Name, "a");

        Assert.All(scene.Requests("GET"), request => Assert.Equal(200, request.Status));
        Assert.Empty(scene.Requests("PUT"));
        Assert.Empty(scene.Requests("DELETE"));
    }

    [Fact]
    public async Task Foreign_values_and_their_TTL_survive_both_directions()
    {
        await using var scene = await GoDaddyScene.StartAsync();
        scene.Add("example.com", "_acme-challenge", "foreign", 3600);
        var plugin = scene.WithKey();

        await scene.PublishAsync(plugin, Name, "a");
        Assert.Equal(["a", "foreign"], scene.Values("example.com", "_acme-challenge"));

        await scene.UnpublishAsync(plugin, Name, "a");
        Assert.Equal(3600, Assert.Single(scene.Server.State.Find("example.com", "TXT", "_acme-challenge")).Ttl);
        Assert.Equal(["foreign"], scene.Values("example.com", "_acme-challenge"));
    }

    [Fact]
    public async Task The_record_is_deleted_with_its_last_value()
    {
        await using var scene = await GoDaddyScene.StartAsync();
        var plugin = scene.WithKey();
        await scene.PublishAsync(plugin, Name, "a", "b");

        await scene.UnpublishAsync(plugin, Name, "a", "b");

        Assert.Equal("/v1/domains/example.com/records/TXT/_acme-challenge", Assert.Single(scene.Requests("DELETE")).Path);
        Assert.Empty(scene.Values("example.com", "_acme-challenge"));
        Assert.Equal(["v=spf1 -all"], scene.Values("example.com", "@"));
    }

    [Fact]
    public async Task Leftovers_with_empty_data_are_dropped_by_the_next_write()
    {
        await using var scene = await GoDaddyScene.StartAsync();
        scene.Add("example.com", "_acme-challenge", string.Empty);

        await scene.PublishAsync(scene.WithKey(), Name, "a");

        Assert.Equal(["a"], scene.Values("example.com", "_acme-challenge"));
    }

    [Fact]
    public async Task The_zone_itself_is_addressed_by_the_at_sign()
    {
        await using var scene = await GoDaddyScene.StartAsync();

        await scene.PublishAsync(scene.WithKey(), "example.com", "a");

        Assert.Equal("/v1/domains/example.com/records/TXT/@", Assert.Single(scene.Requests("PUT")).Path);
        Assert.Equal(["a", "v=spf1 -all"], scene.Values("example.com", "@"));
    }

    [Fact]
    public async Task Two_names_are_published_side_by_side()
    {
        await using var scene = await GoDaddyScene.StartAsync(new StubOptions { Zones = ["example.com", "example.net"] });
        var plugin = scene.WithKey();

        await Task.WhenAll(
            scene.PublishAsync(plugin, "_acme-challenge.www.example.com", "a"),
            scene.PublishAsync(plugin, "_acme-challenge.example.net", "b"));

        Assert.Equal(["a"], scene.Values("example.com", "_acme-challenge.www"));
        Assert.Equal(["b"], scene.Values("example.net", "_acme-challenge"));
    }

    [Fact]
    public async Task Batches_for_one_name_at_the_same_time_lose_nothing()
    {
        await using var scene = await GoDaddyScene.StartAsync();
        var plugin = scene.WithKey();
        var values = Enumerable.Range(0, 8).Select(i => $"value{i}").ToArray();

        await Task.WhenAll(values.Select(value => scene.PublishAsync(plugin, Name, value)));

        Assert.Equal(values, scene.Values("example.com", "_acme-challenge"));
    }

    [Fact]
    public async Task A_write_that_another_program_undid_is_repeated_once()
    {
        await using var scene = await GoDaddyScene.StartAsync(new StubOptions { LoseWrites = 1 });

        await scene.PublishAsync(scene.WithKey(), Name, "a");

        Assert.Equal(2, scene.Requests("PUT").Count);
        Assert.Equal(["a"], scene.Values("example.com", "_acme-challenge"));
    }

    [Fact]
    public async Task A_write_that_never_shows_is_an_error()
    {
        await using var scene = await GoDaddyScene.StartAsync(new StubOptions { LoseWrites = 99 });

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => scene.PublishAsync(scene.WithKey(), Name, "a"));

        Assert.Equal("GoDaddy.NotStored", error.ErrorId);
        Assert.Contains(Name, error.Message, StringComparison.Ordinal);
        Assert.Equal(2, scene.Requests("PUT").Count);
    }

    [Fact]
    public async Task The_longest_suffix_that_is_a_zone_holds_the_name()
    {
        await using var scene = await GoDaddyScene.StartAsync(new StubOptions { Zones = ["example.com", "sub.example.com"] });
        var plugin = scene.WithKey();

        await scene.PublishAsync(plugin, "_acme-challenge.example.com", "a");
        await scene.PublishAsync(plugin, "_acme-challenge.www.sub.example.com", "b");

        Assert.Equal(["a"], scene.Values("example.com", "_acme-challenge"));
        Assert.Equal(["b"], scene.Values("sub.example.com", "_acme-challenge.www"));
    }

    [Fact]
    public async Task Each_possible_zone_is_asked_for_once()
    {
        await using var scene = await GoDaddyScene.StartAsync();
        var plugin = scene.WithKey();

        await scene.PublishAsync(plugin, "_acme-challenge.www.example.com", "a");
        await scene.UnpublishAsync(plugin, "_acme-challenge.www.example.com", "a");
        await scene.PublishAsync(plugin, "_acme-challenge.example.com", "b");

        Assert.Equal(
            ["/v1/domains/www.example.com/records/NS", "/v1/domains/example.com/records/NS"],
            scene.Requests("GET").Select(r => r.Path).Where(p => p.EndsWith("/NS", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_name_in_no_zone_is_an_error_that_lists_what_was_tried()
    {
        await using var scene = await GoDaddyScene.StartAsync();

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => scene.PublishAsync(scene.WithKey(), "_acme-challenge.www.example.org", "a"));

        Assert.Equal("GoDaddy.ZoneNotFound", error.ErrorId);
        Assert.Contains("www.example.org, example.org.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_alias_is_followed_before_the_zone_is_looked_for()
    {
        await using var scene = await GoDaddyScene.StartAsync(new StubOptions { Zones = ["example.net"] });
        var plugin = scene.WithKey((name, _) => Task.FromResult(name == Name ? "Challenges.Example.NET." : name));

        await scene.PublishAsync(plugin, Name, "a");

        Assert.Equal(["a"], scene.Values("example.net", "challenges"));
    }

    [Fact]
    public async Task A_customer_id_uses_version_2()
    {
        await using var scene = await GoDaddyScene.StartAsync();

        await scene.PublishAsync(scene.WithKey(customerId: "stub-customer"), Name, "a");

        Assert.Equal("/v2/customers/stub-customer/domains/example.com/records/TXT/_acme-challenge", Assert.Single(scene.Requests("PUT")).Path);
        Assert.Equal(["a"], scene.Values("example.com", "_acme-challenge"));
    }

    [Theory]
    [InlineData("_acme-challenge..example.com")]
    [InlineData("_acme-challenge.example.com/../..")]
    [InlineData("_acme-challenge.exämple.com")]
    [InlineData("example")]
    public async Task What_is_no_record_name_is_refused_before_anything_is_sent(string name)
    {
        await using var scene = await GoDaddyScene.StartAsync();

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => scene.PublishAsync(scene.WithKey(), name, "a"));

        Assert.Equal("InvalidRecordName", error.ErrorId);
        Assert.Empty(scene.Server.State.Requests);
    }

    [Fact]
    public async Task The_limit_of_requests_is_waited_for()
    {
        await using var scene = await GoDaddyScene.StartAsync(new StubOptions { RequestsPerMinute = 3 });
        var plugin = scene.WithKey();

        foreach (var value in new[] { "a", "b", "c", "d" })
        {
            await scene.PublishAsync(plugin, Name, value);
        }

        Assert.Contains(scene.Requests("GET"), request => request.Status == 429);
        Assert.Contains(TimeSpan.FromSeconds(60), scene.Clock.Delays);
        Assert.Equal(["a", "b", "c", "d"], scene.Values("example.com", "_acme-challenge"));
    }

    [Fact]
    public async Task A_server_that_fails_for_a_moment_is_asked_again()
    {
        await using var scene = await GoDaddyScene.StartAsync(new StubOptions { FailFirst = 2 });

        await scene.PublishAsync(scene.WithKey(), Name, "a");

        Assert.Equal(["a"], scene.Values("example.com", "_acme-challenge"));
    }
}
