using PoshAcmeSharp.AcmeTestServers;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.Profile;
using PoshAcmeSharp.Tests.Dns;
using Xunit;

namespace PoshAcmeSharp.Tests.Issuance;

/// <summary>The wait between publishing and asking the CA.</summary>
public sealed class DnsWaitTests : IssuanceTestBase, IDisposable
{
    private const int Txt = 16;

    private readonly TestInternet _internet = new();
    private int _questions;

    public DnsWaitTests() => _internet.AddZone("example.test", ("ns1.example.net", "192.0.2.1"));

    public void Dispose() => _internet.Dispose();

    [Fact]
    public async Task The_CA_is_asked_when_all_records_of_both_plugins_are_seen()
    {
        var askedEarly = false;
        _internet.AddServer("192.0.2.1", query =>
        {
            askedEarly |= Acme.History.Of(AcmeOperation.Challenge).Count > 0;
            return Interlocked.Increment(ref _questions) <= 2 ? new DnsPacket(query, 3) : Answer(query, query.Name);
        });

        await ValidateAsync(await OrderAsync(30, "a.example.test", "b.example.test"));

        Assert.False(askedEarly);
        Assert.InRange(_questions, 3, int.MaxValue);
        Assert.Empty(Reporter.Warnings);
        Assert.Equal(2, Acme.History.Of(AcmeOperation.Challenge).Count);
    }

    [Fact]
    public async Task When_the_time_is_over_the_CA_is_asked_all_the_same()
    {
        _internet.AddServer("192.0.2.1", query => new DnsPacket(query, 3));

        await ValidateAsync(await OrderAsync(1, "a.example.test"));

        Assert.Contains("_acme-challenge.a.example.test", Assert.Single(Reporter.Warnings), StringComparison.Ordinal);
        Assert.Equal("ready", Kept("a.example.test").Status);
    }

    [Fact]
    public async Task Without_a_time_to_wait_DNS_is_not_looked_at()
    {
        _internet.AddServer("192.0.2.1", query =>
        {
            Interlocked.Increment(ref _questions);
            return new DnsPacket(query, 3);
        });

        await ValidateAsync(await OrderAsync(0, "a.example.test"));

        Assert.Equal(0, _questions);
    }

    [Fact]
    public async Task The_record_of_an_alias_is_looked_for_where_the_CA_looks()
    {
        _internet.AddZone("example.org", ("ns1.example.org", "192.0.2.2"));
        _internet.AddServer("192.0.2.1", query => new DnsPacket(query).CName(query.Name, "shared.example.org"));
        _internet.AddServer("192.0.2.2", query => Answer(query, query.Name));
        Acme.Options.LookUpTxt = _ => One.Dns.LookUp("shared.example.org");
        var request = Request("a.example.test");
        request.DnsAlias = ["shared.example.org"];
        request.DnsSleep = 30;

        await ValidateAsync(await new OrderService(Session).CreateAsync(Server, Account, request));

        Assert.Equal(["shared.example.org"], One.Dns.Published);
        Assert.Empty(Reporter.Warnings);
    }

    private Task<StoredOrder> OrderAsync(int dnsSleep, params string[] names)
    {
        var request = Request(names);
        request.Plugin = ["One", "Two"];
        request.PluginArgs = new Dictionary<string, object?> { ["OneKey"] = "k", ["TwoKey"] = "k" };
        request.DnsSleep = dnsSleep;
        return new OrderService(Session).CreateAsync(Server, Account, request);
    }

    private Task ValidateAsync(StoredOrder order) => new OrderValidationService(Session, _internet).ValidateAsync(Server, Account, order);

    private DnsPacket Answer(DnsQuery query, string name)
    {
        var packet = new DnsPacket(query);
        foreach (var value in query.Type == Txt ? [.. One.Dns.LookUp(name), .. Two.Dns.LookUp(name)] : Array.Empty<string>())
        {
            packet.Txt(name, value);
        }

        return packet;
    }
}
