using PoshAcmeSharp.AcmeTestServers;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Dns;
using PoshAcmeSharp.Plugins.PowerDns;
using PoshAcmeSharp.Tests.Support;
using Xunit;

namespace PoshAcmeSharp.Tests.Plugins.PowerDns;

/// <summary>The plugin against a real PowerDNS server.</summary>
public sealed class PowerDnsServerTests
{
    private const string Name = "_acme-challenge.www.example.test";
    private readonly RecordingReporter _reporter = new();

    [FactWithPowerDns]
    public async Task Values_are_added_and_removed_and_the_record_goes_with_the_last_one()
    {
        await using var server = await PowerDnsServer.StartAsync();
        using var plugin = Plugin(server);

        await PublishAsync(plugin, Name, "a", "b");
        await PublishAsync(plugin, Name, "b");
        Assert.Equal(["a", "b"], await ReadAsync(server, Name));

        await UnpublishAsync(plugin, Name, "a");
        Assert.Equal(["b"], await ReadAsync(server, Name));

        await UnpublishAsync(plugin, Name, "b");
        await UnpublishAsync(plugin, Name, "b");
        Assert.DoesNotContain("_acme-challenge", await server.ReadZoneAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain(_reporter.Lines, line => line.Contains(server.ApiKey, StringComparison.Ordinal));
    }

    [FactWithPowerDns]
    public async Task Values_of_others_and_their_TTL_stay_as_they_are()
    {
        await using var server = await PowerDnsServer.StartAsync();
        using var plugin = Plugin(server);
        await server.PatchAsync(new
        {
            name = Name + ".",
            type = "TXT",
            ttl = 1234,
            changetype = "REPLACE",
            records = new[] { new { content = "\"two \" \"strings; \\\"quoted\\\" \\195\\188\"", disabled = false } },
        });

        await PublishAsync(plugin, Name, "ours", "two strings; \"quoted\" ü");
        Assert.Equal(2, (await ReadAsync(server, Name)).Count);
        Assert.Contains("\"ttl\": 1234, \"type\": \"TXT\"", await server.ReadZoneAsync(), StringComparison.Ordinal);

        await UnpublishAsync(plugin, Name, "ours");
        Assert.Contains("\\\"two \\\" \\\"strings; ", await server.ReadZoneAsync(), StringComparison.Ordinal);
        Assert.Single(await ReadAsync(server, Name));
    }

    [FactWithPowerDns]
    public async Task Changes_of_one_name_from_several_orders_at_once_lose_nothing()
    {
        await using var server = await PowerDnsServer.StartAsync();
        var shared = new PluginMemory();
        var plugins = Enumerable.Range(0, 4).Select(_ => Plugin(server, shared: shared)).ToList();

        await Task.WhenAll(plugins.SelectMany((plugin, i) => Enumerable.Range(0, 4).Select(j => PublishAsync(plugin, Name, $"value-{i}-{j}"))));
        plugins.ForEach(plugin => plugin.Dispose());

        Assert.Equal(16, (await ReadAsync(server, Name)).Count);
    }

    [FactWithPowerDns]
    public async Task A_value_longer_than_a_string_is_kept_whole()
    {
        await using var server = await PowerDnsServer.StartAsync();
        using var plugin = Plugin(server);
        var value = "a\"b\\c " + new string('x', 300);

        await PublishAsync(plugin, Name, value);
        Assert.Equal([value], await ReadAsync(server, Name));

        await UnpublishAsync(plugin, Name, value);
        Assert.Empty(await ReadAsync(server, Name));
    }

    [FactWithPowerDns]
    public async Task A_name_in_no_zone_tells_what_was_tried()
    {
        await using var server = await PowerDnsServer.StartAsync();
        using var plugin = Plugin(server);

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => PublishAsync(plugin, "_acme-challenge.other.test", "x"));

        Assert.Equal("PowerDNS.ZoneNotFound", error.ErrorId);
        Assert.Contains("tried: _acme-challenge.other.test (404), other.test (404), test (404).", error.Message, StringComparison.Ordinal);
    }

    [FactWithPowerDns]
    public async Task A_wrong_key_is_told_and_not_shown()
    {
        await using var server = await PowerDnsServer.StartAsync();
        using var plugin = Plugin(server, key: "wrong-key-7777");

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => PublishAsync(plugin, Name, "x"));

        Assert.Equal("PowerDNS.Unauthorized", error.ErrorId);
        Assert.DoesNotContain("wrong-key-7777", error + string.Join('\n', _reporter.Lines), StringComparison.Ordinal);
    }

    private static PowerDnsPlugin Plugin(PowerDnsServer server, string? key = null, PluginMemory? shared = null)
        => new(new() { PowerDNSApiHost = "127.0.0.1", PowerDNSPort = server.ApiPort, PowerDNSApiKey = SecureText.Of(key ?? server.ApiKey) }, shared: shared);

    private Task PublishAsync(PowerDnsPlugin plugin, string name, params string[] values)
        => plugin.PublishAsync(new(name, values), new PluginContext(_reporter, SystemClock.Instance), CancellationToken.None);

    private Task UnpublishAsync(PowerDnsPlugin plugin, string name, params string[] values)
        => plugin.UnpublishAsync(new(name, values), new PluginContext(_reporter, SystemClock.Instance), CancellationToken.None);

    private static async Task<IReadOnlyList<string>> ReadAsync(PowerDnsServer server, string name)
    {
        var response = await new DnsResolver().QueryAsync(new(name, DnsRecordType.Txt), NameServerEndpoint.Parse(server.Endpoint), CancellationToken.None);
        return [.. response.Answers.Select(record => record.Data).Order(StringComparer.Ordinal)];
    }
}
