using GoDaddyStub;
using Xunit;

namespace PoshAcmeSharp.Tests.Plugins.GoDaddy;

public sealed class TokenTests
{
    private const string Name = "_acme-challenge.example.com";

    [Fact]
    public async Task Values_are_added_and_removed_one_by_one_and_foreign_ones_survive()
    {
        await using var scene = await GoDaddyScene.StartAsync();
        scene.Add("example.com", "_acme-challenge", "foreign");
        var plugin = scene.WithToken();

        await scene.PublishAsync(plugin, Name, "apex", "wildcard");
        Assert.Equal(["apex", "foreign", "wildcard"], scene.Values("example.com", "_acme-challenge"));

        await scene.UnpublishAsync(plugin, Name, "apex", "wildcard");
        Assert.Equal(["foreign"], scene.Values("example.com", "_acme-challenge"));
        Assert.Empty(scene.Requests("PUT"));
    }

    [Fact]
    public async Task Another_instance_finds_the_records_to_remove()
    {
        await using var scene = await GoDaddyScene.StartAsync();
        await scene.PublishAsync(scene.WithToken(), Name, "a");

        await scene.UnpublishAsync(scene.WithToken(), Name, "a");

        Assert.Empty(scene.Values("example.com", "_acme-challenge"));
    }

    [Fact]
    public async Task The_id_of_a_record_is_percent_encoded()
    {
        await using var scene = await GoDaddyScene.StartAsync();
        var plugin = scene.WithToken();
        await scene.PublishAsync(plugin, Name, "a");
        var id = Assert.Single(scene.Server.State.Find("example.com", "TXT", "_acme-challenge")).Id;

        await scene.UnpublishAsync(plugin, Name, "a");

        Assert.Contains('/', id);
        Assert.Equal("/v3/domains/zones/example.com/dns-records/" + Uri.EscapeDataString(id), Assert.Single(scene.Requests("DELETE")).Path);
    }

    [Fact]
    public async Task Both_directions_do_nothing_where_nothing_is_to_do()
    {
        await using var scene = await GoDaddyScene.StartAsync();
        scene.Add("example.com", "_acme-challenge", "a");
        var plugin = scene.WithToken();

        await scene.PublishAsync(plugin, Name, "a");
        await scene.UnpublishAsync(plugin, Name, "b");

        Assert.Empty(scene.Requests("POST"));
        Assert.Empty(scene.Requests("DELETE"));
    }

    [Fact]
    public async Task Further_pages_are_read()
    {
        await using var scene = await GoDaddyScene.StartAsync(new StubOptions { MaxPageSize = 2 });
        foreach (var data in new[] { "a", "b", "c", "d", "e" })
        {
            scene.Add("example.com", "_acme-challenge", data);
        }

        await scene.UnpublishAsync(scene.WithToken(), Name, "e");

        Assert.Equal(["a", "b", "c", "d"], scene.Values("example.com", "_acme-challenge"));
    }

    [Fact]
    public async Task A_token_that_may_not_read_publishes_and_removes_by_the_ids_it_got()
    {
        await using var scene = await GoDaddyScene.StartAsync(new StubOptions { WriteOnlyToken = true });
        var plugin = scene.WithToken();

        await scene.PublishAsync(plugin, "_acme-challenge.www.example.com", "a", "b");
        Assert.Equal(["a", "b"], scene.Values("example.com", "_acme-challenge.www"));

        await scene.UnpublishAsync(plugin, "_acme-challenge.www.example.com", "a", "b");
        Assert.Empty(scene.Values("example.com", "_acme-challenge.www"));
    }

    [Fact]
    public async Task A_value_that_a_blind_token_adds_twice_is_no_error()
    {
        await using var scene = await GoDaddyScene.StartAsync(new StubOptions { WriteOnlyToken = true });
        var plugin = scene.WithToken();

        await scene.PublishAsync(plugin, Name, "a");
        await scene.PublishAsync(plugin, Name, "a");

        Assert.Contains(scene.Requests("POST"), request => request.Status == 409);
        Assert.Equal(["a"], scene.Values("example.com", "_acme-challenge"));
    }

    [Fact]
    public async Task A_token_that_may_not_read_says_what_it_cannot_remove()
    {
        await using var scene = await GoDaddyScene.StartAsync(new StubOptions { WriteOnlyToken = true });
        await scene.PublishAsync(scene.WithToken(), Name, "a");

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => scene.UnpublishAsync(scene.WithToken(), Name, "a"));

        Assert.Equal("GoDaddy.RecordLeftBehind", error.ErrorId);
        Assert.Contains(Name, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_blind_token_can_remove_goes_even_if_something_else_stays()
    {
        await using var scene = await GoDaddyScene.StartAsync(new StubOptions { WriteOnlyToken = true });
        scene.Add("example.com", "_acme-challenge", "old");
        var plugin = scene.WithToken();
        await scene.PublishAsync(plugin, Name, "a");

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => scene.UnpublishAsync(plugin, Name, "old", "a"));

        Assert.Equal("GoDaddy.RecordLeftBehind", error.ErrorId);
        Assert.Equal(["old"], scene.Values("example.com", "_acme-challenge"));
    }

    [Fact]
    public async Task A_name_in_no_zone_is_an_error_for_a_blind_token_too()
    {
        await using var scene = await GoDaddyScene.StartAsync(new StubOptions { WriteOnlyToken = true });

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => scene.PublishAsync(scene.WithToken(), "_acme-challenge.example.org", "a"));

        Assert.Equal("GoDaddy.ZoneNotFound", error.ErrorId);
    }

    [Fact]
    public async Task The_zone_itself_is_named_by_the_at_sign()
    {
        await using var scene = await GoDaddyScene.StartAsync();

        await scene.PublishAsync(scene.WithToken((_, _) => Task.FromResult("example.com")), Name, "a");

        Assert.Contains("\"name\":\"@\"", Assert.Single(scene.Requests("POST")).Body, StringComparison.Ordinal);
        Assert.Equal(["a", "v=spf1 -all"], scene.Values("example.com", "@"));
    }
}
