using PoshAcmeSharp.Acme;
using PoshAcmeSharp.AcmeTestServers;
using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.Jose;
using PoshAcmeSharp.Plugins.SelfHost;
using PoshAcmeSharp.Tests.Support;
using Xunit;
using AcmeIdentifier = PoshAcmeSharp.Acme.AcmeIdentifier;

namespace PoshAcmeSharp.Tests.Plugins.SelfHost;

public sealed class HttpChallengeListenerTests : IDisposable
{
    private readonly AccountKey _key = AccountKey.Generate(KeyLength.Ec256);
    private readonly RecordingReporter _reporter = new();

    public void Dispose() => _key.Dispose();

    [FactWith("pebble", "pebble-challtestsrv")]
    public async Task Pebble_validates_all_names_of_an_order_and_nobody_listens_afterwards()
    {
        await using var server = await PebbleServer.StartAsync();
        using var client = await ConnectAsync(server);
        var (account, order) = await OrderAsync(client, "a.listener.test", "b.listener.test", "127.0.0.1");

        var settled = await Listener(server.HttpPort).ValidateOrderAsync(account, order.Authorizations, TimeSpan.FromSeconds(60), _reporter);

        Assert.Equal(["valid", "valid", "valid"], settled.Select(a => a.Status));
        Assert.Equal("ready", (await account.GetOrderAsync(order.Location)).Status);
        Assert.Equal("one", await AnswerAgainAsync(server.HttpPort));
    }

    [FactWith("pebble", "pebble-challtestsrv")]
    public async Task A_certificate_is_issued_with_the_plugin()
    {
        await using var server = await PebbleServer.StartAsync();
        using var client = await ConnectAsync(server);
        var account = await client.NewAccountAsync(_key, new NewAccountOptions { TermsOfServiceAgreed = true });
        var plugin = new WebSelfHostPlugin(new WebSelfHostOptions(), Prefix(server.HttpPort));

        using var issued = await new CertificateIssuer(account).IssueAsync(["selfhost.test", "www.selfhost.test"], plugin, new IssueOptions { KeyLength = KeyLength.Ec256 });

        Assert.Equal(["selfhost.test", "www.selfhost.test"], issued.Chain.Leaf.AllSans.Order());
    }

    [Fact]
    public async Task A_port_that_is_taken_is_found_before_the_CA_is_told_anything()
    {
        await using var server = await ScriptedAcmeServer.StartAsync();
        using var client = await AcmeClient.ConnectAsync(server.DirectoryUrl, new AcmeOptions { Reporter = _reporter });
        var (account, order) = await OrderAsync(client, "taken.example.test");
        var authorizations = await account.GetAuthorizationsAsync(order.Authorizations);
        var port = FreePort.Find();
        using var other = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, port);
        other.Start();

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => Listener(port).RunAsync(account, authorizations, TimeSpan.FromSeconds(60), _reporter));

        Assert.Equal("ListenerPortInUse", error.ErrorId);
        Assert.Equal("pending", server.Authorizations[0].Challenges[0].Status);
    }

    [Fact]
    public async Task A_name_that_fails_does_not_end_the_wait_for_the_others()
    {
        await using var server = await ScriptedAcmeServer.StartAsync(new ScriptedAcmeOptions { PollsUntilValidated = 2 });
        server.Options.FailingNames["bad.example.test"] = new ProblemDocument(403, "unauthorized", "No.");
        using var client = await AcmeClient.ConnectAsync(server.DirectoryUrl, new AcmeOptions { Reporter = _reporter, Clock = new FakeClock() });
        var (account, order) = await OrderAsync(client, "bad.example.test", "good.example.test");

        var settled = await Listener(FreePort.Find()).RunAsync(account, await account.GetAuthorizationsAsync(order.Authorizations), Timeout.InfiniteTimeSpan, _reporter);

        Assert.Equal(["invalid", "valid"], settled.Select(a => a.Status));
    }

    [Fact]
    public async Task What_is_not_settled_in_time_is_still_pending_and_nobody_listens_any_more()
    {
        await using var server = await ScriptedAcmeServer.StartAsync(new ScriptedAcmeOptions { PollsUntilValidated = int.MaxValue });
        using var client = await AcmeClient.ConnectAsync(server.DirectoryUrl, new AcmeOptions { Reporter = _reporter, Clock = new FakeClock() });
        var (account, order) = await OrderAsync(client, "slow.example.test");
        var port = FreePort.Find();

        var settled = await Listener(port).RunAsync(account, await account.GetAuthorizationsAsync(order.Authorizations), TimeSpan.FromSeconds(60), _reporter);

        Assert.Equal("pending", Assert.Single(settled).Status);
        Assert.Equal("one", await AnswerAgainAsync(port));
    }

    [Fact]
    public async Task A_cancelled_wait_stops_listening_too()
    {
        await using var server = await ScriptedAcmeServer.StartAsync(new ScriptedAcmeOptions { PollsUntilValidated = int.MaxValue });
        using var stop = new CancellationTokenSource();
        using var client = await AcmeClient.ConnectAsync(server.DirectoryUrl, new AcmeOptions { Reporter = _reporter, Clock = new FakeClock { Waited = stop.Cancel } });
        var (account, order) = await OrderAsync(client, "stop.example.test");
        var port = FreePort.Find();
        var authorizations = await account.GetAuthorizationsAsync(order.Authorizations);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Listener(port).RunAsync(account, authorizations, Timeout.InfiniteTimeSpan, _reporter, stop.Token));

        Assert.Equal("one", await AnswerAgainAsync(port));
    }

    [Fact]
    public async Task What_did_not_become_valid_is_warned_of_with_the_reason_and_what_is_settled_already_is_left_alone()
    {
        await using var server = await ScriptedAcmeServer.StartAsync(new ScriptedAcmeOptions { ValidNames = new HashSet<string> { "known.example.test" } });
        server.Options.FailingNames["bad.example.test"] = new ProblemDocument(403, "unauthorized", "Not what was expected.");
        using var client = await AcmeClient.ConnectAsync(server.DirectoryUrl, new AcmeOptions { Reporter = _reporter, Clock = new FakeClock() });
        var (account, order) = await OrderAsync(client, "known.example.test", "bad.example.test");

        var all = await Listener(FreePort.Find()).ValidateOrderAsync(account, order.Authorizations, TimeSpan.FromSeconds(1), _reporter);

        Assert.Equal(["valid", "invalid"], all.Select(a => a.Status));
        Assert.Collection(
            _reporter.Warnings,
            w => Assert.Contains("1 s; the time limit is 6 s", w, StringComparison.Ordinal),
            w => Assert.Matches("did not validate bad.example.test: it is invalid.*Not what was expected", w));
    }

    [Fact]
    public async Task An_order_with_nothing_pending_is_not_listened_for()
    {
        await using var server = await ScriptedAcmeServer.StartAsync(new ScriptedAcmeOptions { ValidNames = new HashSet<string> { "known.example.test" } });
        using var client = await AcmeClient.ConnectAsync(server.DirectoryUrl, new AcmeOptions { Reporter = _reporter });
        var (account, order) = await OrderAsync(client, "known.example.test", "*.wild.example.test");

        Assert.Empty(await Listener(FreePort.Find()).ValidateOrderAsync(account, order.Authorizations, TimeSpan.FromSeconds(60), _reporter));

        Assert.Contains("no pending authorization that offers http-01", Assert.Single(_reporter.Warnings), StringComparison.Ordinal);
    }

    private static HttpChallengeListener Listener(int port) => new(null, [Prefix(port).Text]);

    private static ListenerPrefix Prefix(int port) => ListenerPrefix.Parse($"http://127.0.0.1:{port}/.well-known/acme-challenge/");

    private static Task<AcmeClient> ConnectAsync(PebbleServer server)
        => AcmeClient.ConnectAsync(server.DirectoryUrl, new AcmeOptions { CACertificatePem = server.ApiCaCertificatePem });

    private async Task<(AcmeAccountClient Account, AcmeOrder Order)> OrderAsync(AcmeClient client, params string[] names)
    {
        var account = await client.NewAccountAsync(_key, new NewAccountOptions { TermsOfServiceAgreed = true });
        return (account, await account.NewOrderAsync([.. names.Select(AcmeIdentifier.Parse)]));
    }

    /// <summary>Listens at the port with an answer of its own and asks for it: only one can listen at a time.</summary>
    private static async Task<string> AnswerAgainAsync(int port)
    {
        var answers = new ChallengeAnswers();
        answers.Add(new HttpChallengeResponse("x.example.test", "t", "one"));
        var responder = HttpResponder.Start([Prefix(port)], answers, NullReporter.Instance);
        try
        {
            using var http = new HttpClient();
            return await http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/.well-known/acme-challenge/t"));
        }
        finally
        {
            await responder.StopAsync();
        }
    }
}
