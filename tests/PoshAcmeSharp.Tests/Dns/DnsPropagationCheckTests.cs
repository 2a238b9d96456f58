using System.Globalization;
using PoshAcmeSharp.AcmeTestServers;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Dns;
using PoshAcmeSharp.Tests.Support;
using Xunit;

namespace PoshAcmeSharp.Tests.Dns;

public sealed class DnsPropagationCheckTests : IDisposable
{
    private const string Name = "_acme-challenge.www.example.com";
    private const string Value = "the-value";

    private readonly TestInternet internet = new();
    private readonly FakeClock clock = new();
    private readonly RecordingReporter reporter = new();

    public void Dispose() => internet.Dispose();

    [Fact]
    public async Task A_record_that_is_everywhere_is_found_without_waiting()
    {
        AddTwoServers(HasValue, HasValue);

        var result = await WaitAsync();

        Assert.True(result.Found);
        Assert.Null(result.Problem);
        Assert.Equal(TimeSpan.Zero, result.Elapsed);
        Assert.Empty(clock.Delays);
        Assert.Equal(
            [("ns1.example.net", "192.0.2.1:53", DnsServerStatus.Found), ("ns2.example.net", "192.0.2.2:53", DnsServerStatus.Found)],
            result.Servers.Select(server => (server.Name, server.Endpoint, server.Status)));
    }

    [Fact]
    public async Task Authoritative_servers_are_asked_without_recursion()
    {
        var server = internet.AddServer("192.0.2.1", HasValue);
        internet.AddZone("example.com", ("ns1.example.net", "192.0.2.1"));

        await WaitAsync();

        Assert.False(Assert.Single(server.Queries).RecursionDesired);
    }

    [Fact]
    public async Task One_stale_server_is_waited_for_and_the_other_is_not_asked_again()
    {
        var asked = 0;
        var current = internet.AddServer("192.0.2.1", HasValue);
        internet.AddServer("192.0.2.2", query => ++asked < 3 ? HasNothing(query) : HasValue(query));
        internet.AddZone("example.com", ("ns1.example.net", "192.0.2.1"), ("ns2.example.net", "192.0.2.2"));

        var result = await WaitAsync();

        Assert.True(result.Found);
        Assert.Equal(2, clock.Delays.Count);
        Assert.Equal(TimeSpan.FromSeconds(2.5), result.Elapsed);
        Assert.Single(current.Queries);
        Assert.Contains(reporter.ProgressUpdates, update => update.Status.StartsWith("1 of 2 servers.", StringComparison.Ordinal)
            && update.Status.Contains("ns2.example.net 192.0.2.2:53: Missing", StringComparison.Ordinal));
        Assert.True(reporter.ProgressUpdates.Last().IsCompleted);
    }

    [Fact]
    public async Task A_server_that_never_gets_it_ends_in_a_result_and_no_exception()
    {
        AddTwoServers(HasValue, HasNothing);

        var result = await WaitAsync(new DnsWaitOptions { Timeout = TimeSpan.FromSeconds(60) });

        Assert.False(result.Found);
        Assert.Equal(TimeSpan.FromSeconds(60), result.Elapsed);
        Assert.Equal(TimeSpan.FromSeconds(60), clock.Delays.Aggregate((left, right) => left + right));
        Assert.Contains("ns2.example.net", result.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain("ns1.example.net", result.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_time_between_questions_grows_from_one_second_to_ten()
    {
        AddTwoServers(HasNothing, HasNothing);

        await WaitAsync(new DnsWaitOptions { Timeout = TimeSpan.FromSeconds(100) });

        Assert.Equal([1, 1.5, 2.25], clock.Delays.Take(3).Select(delay => delay.TotalSeconds));
        Assert.Equal(10, clock.Delays.Max().TotalSeconds);
    }

    [Fact]
    public async Task The_time_between_questions_can_be_given()
    {
        AddTwoServers(HasNothing, HasNothing);

        await WaitAsync(new DnsWaitOptions { Timeout = TimeSpan.FromSeconds(10), Interval = TimeSpan.FromSeconds(4) });

        Assert.Equal([4, 4, 2], clock.Delays.Select(delay => delay.TotalSeconds));
    }

    [Fact]
    public async Task A_timeout_of_zero_asks_once()
    {
        AddTwoServers(HasValue, HasNothing);

        var result = await WaitAsync(new DnsWaitOptions { Timeout = TimeSpan.Zero });

        Assert.False(result.Found);
        Assert.Empty(clock.Delays);
        Assert.Equal([DnsServerStatus.Found, DnsServerStatus.Missing], result.Servers.Select(server => server.Status));
    }

    [Fact]
    public async Task All_values_are_needed_and_old_ones_do_not_matter()
    {
        AddTwoServers(
            query => new DnsPacket(query).Txt(query.Name, "old").Txt(query.Name, "a").Txt(query.Name, "b"),
            query => new DnsPacket(query).Txt(query.Name, "old").Txt(query.Name, "a"));

        var result = await WaitAsync(new DnsWaitOptions { Timeout = TimeSpan.Zero }, "a", "b");

        Assert.Equal([DnsServerStatus.Found, DnsServerStatus.Missing], result.Servers.Select(server => server.Status));
        Assert.Equal(["old", "a"], result.Servers[1].Values);
    }

    [Fact]
    public async Task SERVFAIL_REFUSED_and_silence_are_told_apart()
    {
        internet.AddServer("192.0.2.1", query => new DnsPacket(query, 2));
        internet.AddServer("192.0.2.2", query => new DnsPacket(query, 5));
        internet.AddServer("192.0.2.3", _ => null);
        internet.AddServer("192.0.2.4", query => new DnsPacket(query).Record(1, [0xC0, 200], 16, [0]));
        internet.AddZone("example.com", ("ns1.example.net", "192.0.2.1"), ("ns2.example.net", "192.0.2.2"), ("ns3.example.net", "192.0.2.3"), ("ns4.example.net", "192.0.2.4"));

        var result = await WaitAsync(new DnsWaitOptions { Timeout = TimeSpan.Zero });

        Assert.False(result.Found);
        Assert.Equal(
            [DnsServerStatus.ServFail, DnsServerStatus.Refused, DnsServerStatus.Timeout, DnsServerStatus.Invalid],
            result.Servers.Select(server => server.Status));
    }

    [Fact]
    public async Task A_silent_address_does_not_count_beside_one_of_the_same_server_that_has_the_value()
    {
        internet.AddServer("192.0.2.1", HasValue);
        internet.AddServer("2001:db8::1", _ => null);
        internet.AddZone("example.com", ("ns1.example.net", "192.0.2.1"), ("ns1.example.net", "2001:db8::1"));

        var result = await WaitAsync();

        Assert.True(result.Found);
        Assert.Equal([DnsServerStatus.Found, DnsServerStatus.Timeout], result.Servers.Select(server => server.Status));
    }

    [Fact]
    public async Task A_stale_address_counts_beside_one_of_the_same_server_that_has_the_value()
    {
        internet.AddServer("192.0.2.1", HasValue);
        internet.AddServer("2001:db8::1", HasNothing);
        internet.AddZone("example.com", ("ns1.example.net", "192.0.2.1"), ("ns1.example.net", "2001:db8::1"));

        Assert.False((await WaitAsync(new DnsWaitOptions { Timeout = TimeSpan.Zero })).Found);
    }

    [Fact]
    public async Task A_server_that_has_only_an_address_this_machine_has_no_way_to_is_left_out()
    {
        internet.AddServer("192.0.2.1", HasValue);
        internet.AddZone("example.com", ("ns1.example.net", "192.0.2.1"), ("ns2.example.net", "2001:db8::2"));

        var result = await WaitAsync();

        Assert.True(result.Found);
        Assert.Equal(DnsServerStatus.NoRoute, result.Servers[1].Status);
    }

    [Fact]
    public async Task Nothing_is_found_where_this_machine_has_a_way_to_no_server()
    {
        internet.AddZone("example.com", ("ns1.example.net", "2001:db8::1"), ("ns2.example.net", "2001:db8::2"));

        Assert.False((await WaitAsync(new DnsWaitOptions { Timeout = TimeSpan.Zero })).Found);
    }

    [Fact]
    public async Task A_server_without_an_address_is_reported()
    {
        internet.AddServer("192.0.2.1", HasValue);
        internet.AddZone("example.com", ("ns1.example.net", "192.0.2.1"), ("gone.example.net", "192.0.2.2"));
        internet.Recursive = query => query.Name == "gone.example.net" ? new DnsPacket(query, 3) : null;

        var result = await WaitAsync(new DnsWaitOptions { Timeout = TimeSpan.Zero });

        Assert.False(result.Found);
        Assert.Contains("gone.example.net (no address)", result.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_CNAME_is_followed_to_the_servers_of_its_target()
    {
        AddTwoServers(IsAlias, IsAlias);
        internet.AddServer("192.0.2.9", query => query.Name == "x.auth.example.org" ? new DnsPacket(query).Txt(query.Name, Value) : HasNothing(query));
        internet.AddZone("auth.example.org", ("ns.auth.example.org", "192.0.2.9"));

        var result = await WaitAsync();

        Assert.True(result.Found);
        Assert.Equal(Name, result.RecordName);
        Assert.Equal("x.auth.example.org", result.ResolvedName);
        Assert.Equal([DnsServerStatus.Alias, DnsServerStatus.Alias, DnsServerStatus.Found], result.Servers.Select(server => server.Status));
    }

    [Fact]
    public async Task A_CNAME_that_one_server_does_not_have_yet_is_waited_for()
    {
        var asked = 0;
        AddTwoServers(query => ++asked < 3 ? HasNothing(query) : IsAlias(query), IsAlias);
        internet.AddServer("192.0.2.9", query => new DnsPacket(query).Txt(query.Name, Value));
        internet.AddZone("auth.example.org", ("ns.auth.example.org", "192.0.2.9"));

        var result = await WaitAsync();

        Assert.True(result.Found);
        Assert.Equal(2, clock.Delays.Count);
    }

    [Fact]
    public async Task A_CNAME_that_changes_is_waited_for_until_all_servers_agree()
    {
        var asked = 0;
        AddTwoServers(query => ++asked < 3 ? new DnsPacket(query).CName(query.Name, "old.auth.example.org") : IsAlias(query), IsAlias);
        internet.AddServer("192.0.2.9", query => new DnsPacket(query).Txt(query.Name, Value));
        internet.AddZone("auth.example.org", ("ns.auth.example.org", "192.0.2.9"));

        var result = await WaitAsync();

        Assert.True(result.Found);
        Assert.Equal("x.auth.example.org", result.ResolvedName);
        Assert.Equal(2, clock.Delays.Count);
    }

    [Fact]
    public async Task CNAMEs_in_a_circle_are_reported_and_end()
    {
        AddTwoServers(IsLoop, IsLoop);

        var result = await WaitAsync(new DnsWaitOptions { Timeout = TimeSpan.FromSeconds(1) });

        Assert.False(result.Found);
        Assert.Contains("do not end", result.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_delegated_challenge_name_is_its_own_zone()
    {
        AddTwoServers(HasNothing, HasNothing);
        internet.AddServer("192.0.2.9", HasValue);
        internet.AddZone(Name, ("ns.example.org", "192.0.2.9"));

        var result = await WaitAsync();

        Assert.True(result.Found);
        Assert.Equal("ns.example.org", Assert.Single(result.Servers).Name);
    }

    [Fact]
    public async Task A_recursive_server_that_leaves_out_the_SOA_is_asked_for_the_parents()
    {
        AddTwoServers(HasValue, HasValue);
        internet.Recursive = query => query.Type == 6 && query.Name != "example.com" ? new DnsPacket(query, 3) : null;

        Assert.True((await WaitAsync()).Found);
    }

    [Fact]
    public async Task The_SOA_behind_a_CNAME_is_not_taken_for_that_of_the_name()
    {
        AddTwoServers(HasNothing, HasNothing);
        internet.AddServer("192.0.2.9", HasValue);
        internet.AddZone("www.example.com", ("ns.example.org", "192.0.2.9"));
        internet.Recursive = query => query.Type == 6 && query.Name == Name
            ? new DnsPacket(query).CName(Name, "x.example.com").Soa("example.com", inAuthority: true)
            : null;

        var result = await WaitAsync(new DnsWaitOptions { Timeout = TimeSpan.Zero });

        Assert.Equal("ns.example.org", Assert.Single(result.Servers).Name);
    }

    [Fact]
    public async Task A_zone_that_nobody_knows_is_named()
    {
        var result = await WaitAsync(new DnsWaitOptions { Timeout = TimeSpan.Zero });

        Assert.False(result.Found);
        Assert.Contains(Name, result.Problem, StringComparison.Ordinal);
        Assert.Empty(result.Servers);
    }

    [Fact]
    public async Task A_recursive_server_that_fails_for_a_while_is_asked_again()
    {
        AddTwoServers(HasValue, HasValue);
        var asked = 0;
        internet.Recursive = query => ++asked < 3 ? new DnsPacket(query, 2) : null;

        var result = await WaitAsync();

        Assert.True(result.Found);
        Assert.Equal(2, clock.Delays.Count);
    }

    [Fact]
    public async Task Only_the_given_servers_are_asked()
    {
        using var first = ScriptedDnsServer.Answering(HasValue);
        using var second = ScriptedDnsServer.Answering(_ => null);
        var resolver = new DnsResolver(new DnsResolverOptions { Timeout = TimeSpan.FromSeconds(1), Attempts = 1, SystemServers = [] });

        var results = await new DnsPropagationCheck(resolver, clock, reporter).WaitAsync(
            [new(Name, [Value])],
            new DnsWaitOptions { Timeout = TimeSpan.Zero, NameServers = [first.Endpoint, second.Endpoint] },
            CancellationToken.None);

        var result = Assert.Single(results);
        Assert.False(result.Found);
        Assert.Equal([DnsServerStatus.Found, DnsServerStatus.Timeout], result.Servers.Select(server => server.Status));
        Assert.Equal([first.Endpoint.ToString(), second.Endpoint.ToString()], result.Servers.Select(server => server.Endpoint));
        Assert.True(Assert.Single(first.Queries).RecursionDesired);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_given_server_may_answer_with_the_whole_chain_or_link_by_link(bool whole)
    {
        using var server = ScriptedDnsServer.Answering(query => (query.Name, whole) switch
        {
            (Name, true) => new DnsPacket(query).CName(Name, "x.example.org").Txt("x.example.org", Value),
            (Name, false) => new DnsPacket(query).CName(Name, "x.example.org"),
            _ => new DnsPacket(query).Txt(query.Name, Value),
        });

        var result = Assert.Single(await new DnsPropagationCheck(new DnsResolver(), clock, reporter).WaitAsync(
            [new(Name, [Value])],
            new DnsWaitOptions { NameServers = [server.Endpoint] },
            CancellationToken.None));

        Assert.True(result.Found);
        Assert.Equal("x.example.org", result.ResolvedName);
    }

    [Fact]
    public async Task Many_records_are_waited_for_together_and_their_zone_is_looked_up_once()
    {
        AddTwoServers(
            query => new DnsPacket(query).Txt(query.Name, Value),
            query => clock.Delays.Count > 0 || query.Name == "_acme-challenge.h7.example.com" ? new DnsPacket(query).Txt(query.Name, Value) : HasNothing(query));
        var records = Enumerable.Range(0, 40).Select(i => new TxtRecordSet($"_acme-challenge.h{i.ToString(CultureInfo.InvariantCulture)}.example.com", [Value])).ToList();

        var results = await new DnsPropagationCheck(internet, clock, reporter).WaitAsync(records, new DnsWaitOptions(), CancellationToken.None);

        Assert.Equal(records.Select(record => record.RecordName), results.Select(result => result.RecordName));
        Assert.All(results, result => Assert.True(result.Found));
        Assert.Equal(TimeSpan.Zero, results[7].Elapsed);
        Assert.Single(clock.Delays);
        Assert.Single(internet.RecursiveQueries, query => query.Type == 2);
        Assert.Contains(reporter.ProgressUpdates, update => update.Status.StartsWith("41 of 80 servers.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_name_that_cannot_be_asked_for_is_refused_at_once()
    {
        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => new DnsPropagationCheck(internet, clock, reporter).WaitAsync(
            [new("_acme-challenge.a b", [Value])],
            new DnsWaitOptions(),
            CancellationToken.None));

        Assert.Equal("InvalidDomainName", error.ErrorId);
    }

    [Fact]
    public async Task Cancelling_ends_the_wait_and_the_progress()
    {
        using var cancel = new CancellationTokenSource();
        AddTwoServers(HasNothing, HasNothing);
        clock.Waited = cancel.Cancel;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new DnsPropagationCheck(internet, clock, reporter).WaitAsync(
            [new(Name, [Value])],
            new DnsWaitOptions(),
            cancel.Token));

        Assert.True(reporter.ProgressUpdates.Last().IsCompleted);
    }

    [FactWith("pebble", "pebble-challtestsrv")]
    public async Task A_real_server_is_seen_to_get_the_value()
    {
        await using var server = await PebbleServer.StartAsync();
        clock.Waited = () => server.SetTxtAsync(Name, Value).GetAwaiter().GetResult();

        var result = Assert.Single(await new DnsPropagationCheck(new DnsResolver(), clock, reporter).WaitAsync(
            [new(Name + ".", [Value])],
            new DnsWaitOptions { NameServers = [NameServerEndpoint.Parse(server.DnsServer)] },
            CancellationToken.None));

        Assert.True(result.Found);
        Assert.Single(clock.Delays);
    }

    private static DnsPacket HasValue(DnsQuery query) => query.Name == Name ? new DnsPacket(query).Txt(Name, Value) : new DnsPacket(query);

    private static DnsPacket HasNothing(DnsQuery query) => new(query, 3);

    private static DnsPacket IsAlias(DnsQuery query) => query.Name == Name ? new DnsPacket(query).CName(Name, "x.auth.example.org") : new DnsPacket(query);

    private static DnsPacket IsLoop(DnsQuery query) => new DnsPacket(query).CName(query.Name, query.Name == Name ? "other.example.com" : Name);

    private void AddTwoServers(Func<DnsQuery, DnsPacket?> first, Func<DnsQuery, DnsPacket?> second)
    {
        internet.AddServer("192.0.2.1", first);
        internet.AddServer("192.0.2.2", second);
        internet.AddZone("example.com", ("ns1.example.net", "192.0.2.1"), ("ns2.example.net", "192.0.2.2"));
    }

    private async Task<DnsWaitResult> WaitAsync(DnsWaitOptions? options = null, params string[] values)
        => Assert.Single(await new DnsPropagationCheck(internet, clock, reporter).WaitAsync(
            [new(Name, values.Length > 0 ? values : [Value])],
            options ?? new DnsWaitOptions(),
            CancellationToken.None));
}
