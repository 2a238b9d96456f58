using PoshAcmeSharp.Dns;
using PoshAcmeSharp.Tests.Support;
using Xunit;

namespace PoshAcmeSharp.Tests.Dns;

/// <summary>The wait where the authoritative servers are slow, silent or stale, and what is asked instead of them.</summary>
public sealed class DnsWaitFallbackTests : IDisposable
{
    private const string Name = "_acme-challenge.www.example.com";
    private const string Value = "the-value";
    private const int Txt = 16;

    private readonly TestInternet internet = new();
    private readonly FakeClock clock = new();
    private readonly RecordingReporter reporter = new();
    private readonly DateTimeOffset start;

    public DnsWaitFallbackTests() => start = clock.UtcNow;

    public void Dispose() => internet.Dispose();

    [Fact]
    public async Task A_record_that_is_there_after_four_seconds_ends_the_wait_with_the_next_question()
    {
        AddTwoServers(query => HasValueAfter(query, 4), query => HasValueAfter(query, 4));

        var result = await WaitAsync();

        Assert.True(result.Found);
        Assert.Equal([1, 1.5, 2.25], clock.Delays.Select(delay => delay.TotalSeconds));
        Assert.Equal(4.75, result.Elapsed.TotalSeconds);
        Assert.Empty(reporter.Warnings);
    }

    [Fact]
    public async Task A_stale_server_holds_the_wait_up_until_the_time_is_over_and_is_named()
    {
        AddTwoServers(HasValue, query => new DnsPacket(query).Txt(Name, "the-old-value"));

        var result = await WaitAsync();

        Assert.False(result.Found);
        Assert.False(result.IsUnknown);
        Assert.Equal(120, result.Elapsed.TotalSeconds);
        Assert.Contains("ns2.example.net 192.0.2.2:53: Missing", result.Problem, StringComparison.Ordinal);
        Assert.Equal(["the-old-value"], result.Servers[1].Values);
        Assert.Empty(reporter.Warnings);
    }

    [Fact]
    public async Task Where_no_authoritative_server_answers_those_of_the_machine_are_asked_after_a_while_and_that_is_said_once()
    {
        AddTwoServers(Refuses, Refuses);
        internet.Recursive = query => query.Type == Txt ? HasValueAfter(query, 30) : null;

        var result = await WaitAsync();

        Assert.True(result.Found);
        Assert.InRange(result.Elapsed.TotalSeconds, 30, 41);
        Assert.Equal(DnsServerStatus.Found, result.Servers[^1].Status);
        Assert.Contains("the name servers of this machine", result.Servers[^1].Name, StringComparison.Ordinal);
        Assert.Contains(Name, Assert.Single(reporter.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_servers_of_the_machine_are_not_asked_while_their_no_still_holds()
    {
        AddTwoServers(Refuses, Refuses);
        internet.Recursive = query => query.Type == Txt ? HasNothingFor(query, 60) : null;

        var result = await WaitAsync();

        Assert.False(result.Found);
        Assert.False(result.IsUnknown);
        Assert.Equal(2, internet.RecursiveQueries.Count(query => query.Type == Txt));
        Assert.Contains("the name servers of this machine: Missing", result.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nobody_answers_the_whole_time_is_waited_and_each_step_is_said_once()
    {
        AddTwoServers(Refuses, Refuses);
        internet.Recursive = query => query.Type == Txt ? new DnsPacket(query, 5) : null;

        var result = await WaitAsync();

        Assert.True(result.IsUnknown);
        Assert.Equal(120, result.Elapsed.TotalSeconds);
        Assert.Equal(2, reporter.Warnings.Count);
        Assert.Contains("the whole 120 s", reporter.Warnings.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_machine_without_any_name_server_waits_the_whole_time()
    {
        var result = Assert.Single(await new DnsPropagationCheck(new DnsResolver(new DnsResolverOptions { SystemServers = [] }), clock, reporter).WaitAsync(
            [new(Name, [Value])],
            new DnsWaitOptions(),
            CancellationToken.None));

        Assert.True(result.IsUnknown);
        Assert.Equal(120, clock.Delays.Sum(delay => delay.TotalSeconds));
    }

    [Fact]
    public async Task A_server_that_never_answers_does_not_send_anybody_to_the_servers_of_the_machine_while_another_answers()
    {
        AddTwoServers(HasValue, Refuses);

        var result = await WaitAsync(new DnsWaitOptions { Timeout = TimeSpan.FromSeconds(40) });

        Assert.False(result.Found);
        Assert.Contains("ns2.example.net 192.0.2.2:53: Refused", result.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain(internet.RecursiveQueries, query => query.Type == Txt);
    }

    [Fact]
    public async Task Servers_that_stop_answering_are_waited_for_and_not_replaced()
    {
        AddTwoServers(query => clock.Delays.Count == 0 ? HasNothing(query) : Refuses(query), Refuses);

        await WaitAsync(new DnsWaitOptions { Timeout = TimeSpan.FromSeconds(40) });

        Assert.DoesNotContain(internet.RecursiveQueries, query => query.Type == Txt);
    }

    [Fact]
    public async Task Chosen_servers_that_do_not_answer_are_waited_for_and_no_others_asked()
    {
        using var chosen = ScriptedDnsServer.Answering(Refuses);

        var result = await WaitAsync(new DnsWaitOptions { NameServers = [chosen.Endpoint] });

        Assert.True(result.IsUnknown);
        Assert.Empty(internet.RecursiveQueries);
        Assert.Contains(chosen.Endpoint.ToString(), Assert.Single(reporter.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fixed_wait_asks_nobody_and_shows_how_the_time_goes_by()
    {
        AddTwoServers(HasValue, HasValue);

        var result = await WaitAsync(new DnsWaitOptions { Mode = DnsWaitMode.Fixed, Timeout = TimeSpan.FromSeconds(5) });

        Assert.True(result.IsUnknown);
        Assert.Equal(5, clock.Delays.Sum(delay => delay.TotalSeconds));
        Assert.Empty(internet.RecursiveQueries);
        Assert.Equal([5, 4, 3, 2, 1], reporter.ProgressUpdates.Where(update => !update.IsCompleted).Select(update => update.SecondsRemaining));
        Assert.True(reporter.ProgressUpdates.Last().IsCompleted);
    }

    [Fact]
    public async Task A_fixed_wait_ends_when_it_is_cancelled()
    {
        using var cancel = new CancellationTokenSource();
        clock.Waited = cancel.Cancel;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new DnsPropagationCheck(internet, clock, reporter).WaitAsync(
            [new(Name, [Value])],
            new DnsWaitOptions { Mode = DnsWaitMode.Fixed },
            cancel.Token));

        Assert.Single(clock.Delays);
    }

    private static DnsPacket HasValue(DnsQuery query) => new DnsPacket(query).Txt(Name, Value);

    private static DnsPacket HasNothing(DnsQuery query) => new(query, 3);

    private static DnsPacket Refuses(DnsQuery query) => new(query, 5);

    private static DnsPacket HasNothingFor(DnsQuery query, byte seconds)
        => new DnsPacket(query, 3).Record(2, "example.com", 6, [0, 0, .. Enumerable.Range(0, 5).SelectMany(_ => new byte[] { 0, 0, 0, seconds })]);

    private DnsPacket HasValueAfter(DnsQuery query, int seconds)
        => clock.UtcNow - start >= TimeSpan.FromSeconds(seconds) ? HasValue(query) : HasNothing(query);

    private void AddTwoServers(Func<DnsQuery, DnsPacket?> first, Func<DnsQuery, DnsPacket?> second)
    {
        internet.AddServer("192.0.2.1", first);
        internet.AddServer("192.0.2.2", second);
        internet.AddZone("example.com", ("ns1.example.net", "192.0.2.1"), ("ns2.example.net", "192.0.2.2"));
    }

    private async Task<DnsWaitResult> WaitAsync(DnsWaitOptions? options = null)
        => Assert.Single(await new DnsPropagationCheck(internet, clock, reporter).WaitAsync(
            [new(Name, [Value])],
            options ?? new DnsWaitOptions(),
            CancellationToken.None));
}
