using System.Net;
using System.Net.Sockets;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Dns;
using PoshAcmeSharp.Plugins.Rfc2136;
using PoshAcmeSharp.Tests.Dns;
using PoshAcmeSharp.Tests.Support;
using Xunit;

namespace PoshAcmeSharp.Tests.Plugins.Rfc2136;

/// <summary>What no real name server can be made to do.</summary>
public class UpdateClientTests
{
    private const int Id = 0x1234;
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(100);
    private static readonly byte[] Update = UpdateMessage.Write(Id, "example.test", "a.example.test", ["x"], isRemoval: false);

    [Fact]
    public async Task Silence_over_UDP_is_followed_by_TCP()
    {
        using var server = new ScriptedDnsServer(query => query.IsTcp ? [Answer()] : []);

        var answer = await SendAsync(server, new UpdateClient(null) { UdpTimeout = Short });

        Assert.Equal(UpdateCode.NoError, answer.Code);
        Assert.Equal([false, false, true], server.Queries.Select(query => query.IsTcp));
    }

    [Fact]
    public async Task An_answer_that_was_cut_off_is_asked_for_again_over_TCP()
    {
        using var server = new ScriptedDnsServer(query => [Answer(isTruncated: !query.IsTcp)]);

        await SendAsync(server, new UpdateClient(null));

        Assert.Equal([false, true], server.Queries.Select(query => query.IsTcp));
    }

    [Fact]
    public async Task An_answer_that_was_cut_off_within_a_record_is_asked_for_again_over_TCP()
    {
        using var server = new ScriptedDnsServer(query => [query.IsTcp ? Answer() : WithRecordCount(1, Answer(isTruncated: true))]);

        var answer = await SendAsync(server, new UpdateClient(null));

        Assert.Equal(UpdateCode.NoError, answer.Code);
        Assert.Equal([false, true], server.Queries.Select(query => query.IsTcp));
    }

    [Fact]
    public async Task A_key_may_be_disposed_of_when_the_plugin_is_made()
    {
        var value = SecureText.Of("c2VjcmV0");
        var client = new UpdateClient(TsigKey.From(new() { DDNSKeyName = "acme-key", DDNSKeyType = "hmac-sha256", DDNSKeyValue = value }));
        value.Dispose();
        using var server = new ScriptedDnsServer(_ => [Answer(code: 5)]);

        Assert.Equal(UpdateCode.Refused, (await SendAsync(server, client)).Code);
    }

    [Fact]
    public async Task A_zone_whose_primary_server_is_nobody_is_not_asked_on_this_machine()
    {
        var plugin = new Rfc2136Plugin(new(), new NobodyResolver());

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => plugin.PublishAsync(new("a.example.test", ["x"]), Context(), CancellationToken.None));

        Assert.Equal("RFC2136.ZoneNotFound", error.ErrorId);
        Assert.Contains("names no primary server", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Packets_that_are_no_answer_are_passed_over()
    {
        using var server = new ScriptedDnsServer(_ => [[1, 2, 3], Answer(id: Id + 1), Answer(code: 5)]);

        var answer = await SendAsync(server, new UpdateClient(null));

        Assert.Equal(UpdateCode.Refused, answer.Code);
    }

    [Fact]
    public async Task A_server_that_never_answers_is_named()
    {
        // Connections are taken by the system, and nobody reads.
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var endpoint = NameServerEndpoint.Parse(listener.LocalEndpoint.ToString()!);

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => SendAsync(endpoint, new UpdateClient(null) { UdpTimeout = Short, TcpTimeout = Short }));

        Assert.Equal("RFC2136.Timeout", error.ErrorId);
        Assert.Contains(endpoint.ToString(), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_where_nobody_listens_is_told()
    {
        var server = new ScriptedDnsServer(_ => []);
        server.Dispose();

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => SendAsync(server, new UpdateClient(null) { UdpTimeout = Short }));

        Assert.Equal("RFC2136.Unreachable", error.ErrorId);
    }

    [Fact]
    public async Task A_success_that_is_not_signed_is_not_believed()
    {
        using var server = new ScriptedDnsServer(_ => [Answer()]);

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => SendAsync(server, new UpdateClient(Key())));

        Assert.Equal("RFC2136.NotSigned", error.ErrorId);
    }

    [Fact]
    public async Task A_success_with_a_forged_signature_is_not_believed()
    {
        var (forged, _) = Tsig.Sign(Answer(), Key("Zm9yZ2Vk"), DateTimeOffset.UtcNow);
        using var server = new ScriptedDnsServer(_ => [forged]);

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => SendAsync(server, new UpdateClient(Key())));

        Assert.Equal("RFC2136.NotSigned", error.ErrorId);
        Assert.Contains("forged", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broken_answer_is_told()
    {
        using var server = new ScriptedDnsServer(_ => [[.. Answer(), 1, 2, 3]]);

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => SendAsync(server, new UpdateClient(null)));

        Assert.Equal("RFC2136.InvalidAnswer", error.ErrorId);
    }

    [Fact]
    public async Task The_wait_for_an_answer_can_be_cancelled()
    {
        using var server = new ScriptedDnsServer(_ => []);
        using var cancel = new CancellationTokenSource(Short);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => SendAsync(server, new UpdateClient(null), cancel.Token));
    }

    [Fact]
    public async Task Packets_that_keep_coming_do_not_prolong_the_wait()
    {
        using var server = new ScriptedDnsServer(_ => [.. Enumerable.Repeat(Answer(id: Id + 1), 50)]);
        using var cancel = new CancellationTokenSource();
        var seen = 0;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => DnsExchange.UdpAsync(
            new(IPAddress.Loopback, server.Endpoint.Port),
            Update,
            _ =>
            {
                seen++;
                cancel.Cancel();
                return false;
            },
            cancel.Token));

        Assert.Equal(1, seen);
    }

    [Theory]
    [InlineData(1, "RFC2136.FormErr", "FORMERR")]
    [InlineData(2, "RFC2136.ServFail", "SERVFAIL")]
    [InlineData(4, "RFC2136.NotImp", "NOTIMP")]
    [InlineData(5, "RFC2136.Refused", "REFUSED")]
    [InlineData(9, "RFC2136.NotAuth", "NOTAUTH")]
    [InlineData(10, "RFC2136.NotZone", "NOTZONE")]
    [InlineData(11, "RFC2136.Refused", "code 11")]
    public async Task A_refusal_is_told_by_its_name(int code, string errorId, string name)
    {
        using var server = new ScriptedDnsServer(query => [Answer(query.Id, code)]);
        var plugin = new Rfc2136Plugin(new() { DDNSNameserver = server.Endpoint.ToString(), DDNSZone = ["example.test"] });

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => plugin.PublishAsync(new("a.example.test", ["x"]), Context(), CancellationToken.None));

        Assert.Equal(errorId, error.ErrorId);
        Assert.Contains($"({name})", error.Message, StringComparison.Ordinal);
        Assert.NotNull(error.RecommendedAction);
    }

    private static Task<UpdateAnswer> SendAsync(ScriptedDnsServer server, UpdateClient client, CancellationToken cancellationToken = default)
        => SendAsync(server.Endpoint, client, cancellationToken);

    private static Task<UpdateAnswer> SendAsync(NameServerEndpoint server, UpdateClient client, CancellationToken cancellationToken = default)
        => client.SendAsync(server, Update, packet => UpdateMessage.IsAnswerTo(packet, Id), Context(), cancellationToken);

    private static PluginContext Context() => new(new RecordingReporter(), SystemClock.Instance);

    private static byte[] Answer(int id = Id, int code = 0, bool isTruncated = false)
        => [(byte)(id >> 8), (byte)id, (byte)(0xA8 | (isTruncated ? 2 : 0)), (byte)code, 0, 0, 0, 0, 0, 0, 0, 0];

    private static byte[] WithRecordCount(byte count, byte[] message)
    {
        message[11] = count;
        return message;
    }

    private static TsigKey Key(string secret = "c2VjcmV0")
        => TsigKey.From(new() { DDNSKeyName = "acme-key", DDNSKeyType = "hmac-sha256", DDNSKeyValueInsecure = secret })!;

    private sealed class NobodyResolver : IDnsResolver
    {
        public Task<DnsResponse> QueryAsync(DnsQuestion question, NameServerEndpoint? server, CancellationToken cancellationToken)
            => Task.FromResult(question.Name == "example.test"
                ? new DnsResponse(DnsResponseCode.NoError, true, [new("example.test", DnsRecordType.Soa, 60, " host.example.test 1 2 3 4 5")], [], [])
                : new DnsResponse(DnsResponseCode.NXDomain, true, [], [], []));
    }
}
