using PoshAcmeSharp.AcmeTestServers;
using PoshAcmeSharp.Dns;
using PoshAcmeSharp.Plugins.Rfc2136;
using PoshAcmeSharp.Tests.Support;
using Xunit;

namespace PoshAcmeSharp.Tests.Plugins.Rfc2136;

/// <summary>The plugin against bind9.</summary>
public class NamedTests
{
    private const string Name = "_acme-challenge.www.example.test";

    [FactWith("named")]
    public async Task Values_are_added_and_removed_one_by_one_and_those_of_others_stay()
    {
        await using var server = await NameServer.StartNamedAsync();
        var scene = new Rfc2136Scene(server);
        await scene.AddAsync(scene.Options(), Name, "foreign");

        await scene.AddAsync(scene.Options(), Name, "a", "b");
        await scene.AddAsync(scene.Options(), Name, "b");
        Assert.Equal(["a", "b", "foreign"], await scene.ReadAsync(Name));

        await scene.RemoveAsync(scene.Options(), Name, "a", "b");
        await scene.RemoveAsync(scene.Options(), Name, "b");
        Assert.Equal(["foreign"], await scene.ReadAsync(Name));

        await scene.RemoveAsync(scene.Options(), Name, "foreign");
        Assert.Empty(await scene.ReadAsync(Name));
        Assert.DoesNotContain(scene.Reporter.Lines, line => line.Contains(server.Secret, StringComparison.Ordinal));
    }

    [FactWith("named")]
    public async Task Every_type_of_key_is_accepted()
    {
        await using var server = await NameServer.StartNamedAsync();
        var scene = new Rfc2136Scene(server);

        foreach (var algorithm in server.Keys.Keys)
        {
            await scene.AddAsync(scene.Options(algorithm), Name, algorithm);
        }

        Assert.Equal(server.Keys.Keys.Order(StringComparer.Ordinal), await scene.ReadAsync(Name));
    }

    [FactWith("named")]
    public async Task The_deepest_zone_of_the_server_is_found()
    {
        await using var server = await NameServer.StartNamedAsync();
        var scene = new Rfc2136Scene(server);

        await scene.AddAsync(scene.Options(), "_acme-challenge.www.sub.example.test", "deep");

        Assert.Equal(["deep"], await scene.ReadAsync("_acme-challenge.www.sub.example.test"));
        Assert.Contains(scene.Reporter.Lines, line => line.Contains("belongs to the zone sub.example.test", StringComparison.Ordinal));
    }

    [FactWith("named")]
    public async Task Of_the_zones_that_are_given_the_longest_that_fits_is_taken_and_nothing_is_asked()
    {
        await using var server = await NameServer.StartNamedAsync();
        var scene = new Rfc2136Scene(server);
        var options = scene.Options();
        options.DDNSZone = ["example.test", "Sub.Example.Test.", "other.test"];

        await scene.AddAsync(options, "_acme-challenge.sub.example.test", "given");
        options.DDNSZone = ["test.example.test"];
        await scene.AddAsync(options, Name, "asked");

        Assert.Equal(["given"], await scene.ReadAsync("_acme-challenge.sub.example.test"));
        Assert.Equal(["asked"], await scene.ReadAsync(Name));
    }

    [FactWith("named")]
    public async Task An_update_without_a_key_works_where_the_server_allows_it()
    {
        await using var server = await NameServer.StartNamedAsync();
        var scene = new Rfc2136Scene(server);

        await scene.AddAsync(new() { DDNSNameserver = "127.0.0.1", DDNSPort = server.Endpoint.Split(':')[1], DDNSExePath = "nsupdate" }, "_acme-challenge.open.test", "open");

        Assert.Equal(["open"], await scene.ReadAsync("_acme-challenge.open.test"));
        Assert.Contains("VERBOSE DDNSExePath is not used: RFC2136 sends its updates itself.", scene.Reporter.Lines);
    }

    [FactWith("named")]
    public async Task An_update_without_a_key_is_refused_elsewhere_and_the_key_is_asked_for()
    {
        await using var server = await NameServer.StartNamedAsync();
        var scene = new Rfc2136Scene(server);

        var error = await scene.RefusedAsync(new() { DDNSNameserver = server.Endpoint }, Name);

        Assert.Equal("RFC2136.Refused", error.ErrorId);
        Assert.Contains("(REFUSED)", error.Message, StringComparison.Ordinal);
        Assert.Contains("DDNSKeyName", error.RecommendedAction, StringComparison.Ordinal);
    }

    [FactWith("named")]
    public async Task A_key_that_may_not_is_named()
    {
        await using var server = await NameServer.StartNamedAsync();
        var scene = new Rfc2136Scene(server);

        var error = await scene.RefusedAsync(Rfc2136Scene.WithKey(scene.Options(), NameServer.PowerlessKey, "hmac-sha256", server.Secret), Name);

        Assert.Equal("RFC2136.Refused", error.ErrorId);
        Assert.Contains("the key powerless-key change the TXT record " + Name, error.Message, StringComparison.Ordinal);
    }

    [FactWith("named")]
    public async Task Keys_that_are_wrong_are_told_apart()
    {
        await using var server = await NameServer.StartNamedAsync();
        var scene = new Rfc2136Scene(server);

        var unknown = await scene.RefusedAsync(Rfc2136Scene.WithKey(scene.Options(), "nobody", "hmac-sha256", server.Secret), Name);
        var otherType = await scene.RefusedAsync(Rfc2136Scene.WithKey(scene.Options(), server.Keys["hmac-sha256"], "hmac-sha512", server.Secret), Name);
        var otherSecret = await scene.RefusedAsync(Rfc2136Scene.WithKey(scene.Options(), server.Keys["hmac-sha256"], "hmac-sha256", "b3RoZXI="), Name);
        var options = scene.Options();
        options.DDNSZone = ["example.test"];
        var withZone = await scene.RefusedAsync(Rfc2136Scene.WithKey(options, "nobody", "hmac-sha256", server.Secret), Name);

        Assert.Equal("RFC2136.BadKey", unknown.ErrorId);
        Assert.Contains("(NOTAUTH, BADKEY)", unknown.Message, StringComparison.Ordinal);
        Assert.Equal("RFC2136.BadKey", otherType.ErrorId);
        Assert.Equal("RFC2136.BadSig", otherSecret.ErrorId);
        Assert.Contains("(NOTAUTH, BADSIG)", otherSecret.Message, StringComparison.Ordinal);
        Assert.Equal("RFC2136.BadKey", withZone.ErrorId);
    }

    [FactWith("named")]
    public async Task Clocks_that_are_apart_are_explained_with_the_difference()
    {
        await using var server = await NameServer.StartNamedAsync();
        var scene = new Rfc2136Scene(server) { Clock = new ShiftedClock { Shift = TimeSpan.FromMinutes(-10) } };

        var error = await scene.RefusedAsync(scene.Options(), Name);

        Assert.Equal("RFC2136.BadTime", error.ErrorId);
        Assert.Matches(@"the clock of this machine is (59\d|60\d|61\d) s behind the server's, and 300 s are allowed", error.Message);
    }

    [FactWith("named")]
    public async Task A_name_in_no_zone_of_the_server_tells_what_was_tried()
    {
        await using var server = await NameServer.StartNamedAsync();
        var scene = new Rfc2136Scene(server);

        var error = await scene.RefusedAsync(scene.Options(), "_acme-challenge.other.example");

        Assert.Equal("RFC2136.ZoneNotFound", error.ErrorId);
        Assert.Contains("tried: _acme-challenge.other.example (REFUSED), other.example (REFUSED), example (REFUSED).", error.Message, StringComparison.Ordinal);
    }

    [FactWith("named")]
    public async Task A_zone_that_is_given_and_not_the_servers_is_told()
    {
        await using var server = await NameServer.StartNamedAsync();
        var scene = new Rfc2136Scene(server);
        var options = scene.Options();
        options.DDNSZone = ["www.example.test"];

        var error = await scene.RefusedAsync(options, Name);

        Assert.Equal("RFC2136.NotAuth", error.ErrorId);
        Assert.Contains("does not speak for the zone www.example.test (NOTAUTH)", error.Message, StringComparison.Ordinal);
    }

    [FactWith("named")]
    public async Task A_message_too_long_for_UDP_goes_over_TCP_and_comes_back_whole()
    {
        await using var server = await NameServer.StartNamedAsync();
        var scene = new Rfc2136Scene(server);
        string[] values = [.. Enumerable.Range(10, 40).Select(i => $"value-{i}-" + new string('x', 40)), new string('y', 300)];

        await scene.AddAsync(scene.Options(), Name, values);
        Assert.Equal(values.Order(StringComparer.Ordinal), await scene.ReadAsync(Name));

        await scene.RemoveAsync(scene.Options(), Name, values);
        Assert.Empty(await scene.ReadAsync(Name));
    }

    [FactWith("named")]
    public async Task Without_a_name_server_the_primary_of_the_SOA_record_is_taken()
    {
        await using var server = await NameServer.StartNamedAsync();
        var scene = new Rfc2136Scene(server);
        var options = scene.Options();
        options.DDNSNameserver = null;
        options.DDNSPort = server.Endpoint.Split(':')[1];
        var resolver = new DnsResolver(new() { SystemServers = [NameServerEndpoint.Parse(server.Endpoint)] });

        // ns1.example.test has an address only there, so the search for it is what fails.
        var error = await Assert.ThrowsAsync<PoshAcmeException>(
            () => new Rfc2136Plugin(options, resolver).PublishAsync(new(Name, ["x"]), scene.Context, CancellationToken.None));

        Assert.Equal("NameServerNotFound", error.ErrorId);
        Assert.Contains("'ns1.example.test'", error.Message, StringComparison.Ordinal);
    }

    [FactWith("named")]
    public async Task The_record_is_published_where_the_alias_of_its_name_leads()
    {
        await using var server = await NameServer.StartNamedAsync();
        var scene = new Rfc2136Scene(server);
        var plugin = new Rfc2136Plugin(scene.Options(), null, (_, _) => Task.FromResult(Name));

        await plugin.PublishAsync(new("_acme-challenge.elsewhere.example", ["aliased"]), scene.Context, CancellationToken.None);

        Assert.Equal(["aliased"], await scene.ReadAsync(Name));
    }
}
