using PoshAcmeSharp.Dns;
using PoshAcmeSharp.Tests.Support;
using Xunit;

namespace PoshAcmeSharp.Tests.Dns;

public sealed class DnsAliasLookupTests
{
    private const string Name = "_acme-challenge.example.com";

    private readonly RecordingReporter reporter = new();

    private IEnumerable<string> Verbose => reporter.Lines.Where(line => line.StartsWith("VERBOSE ", StringComparison.Ordinal));

    [Fact]
    public async Task The_name_at_the_end_of_the_aliases_is_found()
    {
        using var server = ScriptedDnsServer.Answering(query => query.Name == Name
            ? new DnsPacket(query).CName(Name, "target.example.net")
            : new DnsPacket(query));

        Assert.Equal("target.example.net", await Lookup(server).FindAsync(Name, CancellationToken.None));
        Assert.Empty(Verbose);
    }

    [Fact]
    public async Task A_name_is_taken_itself_when_nobody_answers_and_nobody_is_asked_again()
    {
        using var server = ScriptedDnsServer.Answering(_ => null);
        var lookup = Lookup(server, TimeSpan.FromMilliseconds(100));

        Assert.Equal(Name, await lookup.FindAsync(Name, CancellationToken.None));
        Assert.Equal("b.example.com", await lookup.FindAsync("b.example.com", CancellationToken.None));

        Assert.Single(server.Queries);
        Assert.Contains(Name, Assert.Single(Verbose), StringComparison.Ordinal);
        Assert.Empty(reporter.Warnings);
    }

    [Fact]
    public async Task One_silence_among_answers_concerns_one_name_only()
    {
        using var server = ScriptedDnsServer.Answering(query => query.Name switch
        {
            "silent.example.com" => null,
            Name => new DnsPacket(query).CName(Name, "target.example.net"),
            _ => new DnsPacket(query),
        });
        var lookup = new DnsAliasLookup(
            new DnsResolver(new DnsResolverOptions { Timeout = TimeSpan.FromMilliseconds(300), Attempts = 1, SystemServers = [server.Endpoint] }),
            reporter);

        await lookup.FindAsync("first.example.com", CancellationToken.None);
        Assert.Equal("silent.example.com", await lookup.FindAsync("silent.example.com", CancellationToken.None));
        Assert.Equal("target.example.net", await lookup.FindAsync(Name, CancellationToken.None));
    }

    [Fact]
    public async Task Silence_is_a_warning_when_the_user_said_whom_to_ask()
    {
        using var server = ScriptedDnsServer.Answering(_ => null);
        var lookup = Lookup(server, TimeSpan.FromMilliseconds(100), warns: true);

        await lookup.FindAsync(Name, CancellationToken.None);

        Assert.Single(reporter.Warnings);
    }

    [Fact]
    public async Task A_loop_of_aliases_is_an_error()
    {
        using var server = ScriptedDnsServer.Answering(query => new DnsPacket(query).CName(query.Name, query.Name == Name ? "b.example.com" : Name));

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => Lookup(server).FindAsync(Name, CancellationToken.None));

        Assert.Equal("DnsAliasLoop", error.ErrorId);
    }

    [Fact]
    public async Task Cancellation_is_not_taken_for_silence()
    {
        using var server = ScriptedDnsServer.Answering(_ => null);
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Lookup(server).FindAsync(Name, cancellation.Token));
    }

    private DnsAliasLookup Lookup(ScriptedDnsServer server, TimeSpan? patience = null, bool warns = false)
        => new(new DnsResolver(new DnsResolverOptions { Timeout = TimeSpan.FromSeconds(20), Attempts = 1, SystemServers = [server.Endpoint] }), reporter)
        {
            Patience = patience ?? TimeSpan.FromSeconds(20),
            WarnsOfSilence = warns,
        };
}
