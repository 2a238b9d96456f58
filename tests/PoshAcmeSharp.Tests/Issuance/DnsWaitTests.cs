using PoshAcmeSharp.AcmeTestServers;
using PoshAcmeSharp.Dns;
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
    public async Task A_fixed_wait_asks_nobody_and_the_CA_afterwards_without_a_warning()
    {
        _internet.AddServer("192.0.2.1", query =>
        {
            Interlocked.Increment(ref _questions);
            return new DnsPacket(query, 3);
        });
        var order = await OrderAsync(1, "a.example.test");
        order.DnsWait = DnsWaitMode.Fixed;

        await ValidateAsync(order);

        Assert.Equal(0, _questions);
        Assert.Empty(Reporter.Warnings);
        Assert.Equal("ready", Kept("a.example.test").Status);
    }

    [Fact]
    public async Task The_servers_that_an_order_names_are_asked_and_no_others()
    {
        using var chosen = ScriptedDnsServer.Answering(query => Answer(query, query.Name));
        var request = Request("a.example.test");
        request.DnsSleep = 30;
        request.DnsServer = [chosen.Endpoint.ToString()];

        await ValidateAsync(await new OrderService(Session).CreateAsync(Server, Account, request), new DnsResolver());

        Assert.NotEmpty(chosen.Queries);
        Assert.Empty(Reporter.Warnings);
        Assert.Equal(request.DnsServer, Kept("a.example.test").DnsServer);
    }

    [Fact]
    public async Task Where_nobody_can_be_asked_each_step_is_said_once_and_then_the_CA_is_asked()
    {
        _internet.AddServer("192.0.2.1", query => new DnsPacket(query, 5));
        _internet.Recursive = query => query.Type == Txt ? new DnsPacket(query, 5) : null;

        await ValidateAsync(await OrderAsync(1, "a.example.test", "b.example.test"));

        Assert.Equal(2, Reporter.Warnings.Count);
        Assert.Equal("ready", Kept("a.example.test").Status);
    }

    [Fact]
    public async Task How_to_wait_is_kept_with_the_order_and_changed_with_it()
    {
        var order = await OrderAsync(1, "a.example.test");
        Assert.Equal(DnsWaitMode.Check, order.DnsWait);

        var service = new OrderService(Session);
        await service.EditAsync(Server, Account, order, new OrderChanges { DnsWait = DnsWaitMode.Fixed, DnsServer = ["192.0.2.7:53"] });
        var request = NewOrderRequest.From(Kept("a.example.test"));
        Assert.Equal((DnsWaitMode.Fixed, "192.0.2.7:53"), (request.DnsWait, Assert.Single(request.DnsServer)));

        await service.EditAsync(Server, Account, order, new OrderChanges { DnsWait = DnsWaitMode.Check, DnsServer = [] });
        var kept = Kept("a.example.test");
        Assert.Equal((DnsWaitMode.Check, 0), (kept.DnsWait, kept.DnsServer.Count));
        Assert.DoesNotContain(kept.ToProperties(), property => property.Key is "DnsWait" or "DnsServer");
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

    private Task ValidateAsync(StoredOrder order, IDnsResolver? resolver = null)
        => new OrderValidationService(Session, resolver ?? _internet).ValidateAsync(Server, Account, order);

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
