using PoshAcmeSharp.AcmeTestServers;
using Xunit;

namespace PoshAcmeSharp.Tests.Faults;

public sealed class NonceFaultTests : FaultTestBase
{
    [Theory]
    [InlineData(50)]
    [InlineData(90)]
    public async Task A_storm_of_refused_nonces_is_survived(int percent)
    {
        Server.Options.BadNoncePercent = percent;

        await AssertIssuesAsync("a.example.test", "b.example.test");

        Assert.Contains(Server.History.All, r => r.Status == 400);
        Assert.Empty(Reporter.Warnings);
    }

    [Fact]
    public async Task A_server_that_refuses_every_nonce_is_given_up_after_the_budget()
    {
        var account = await OpenAsync();
        Server.OnRequest(AcmeOperation.NewOrder, Fault.BadNonce(), times: int.MaxValue);
        var start = Clock.UtcNow;

        await AssertFailsAsync(() => IssueAsync(account), "AcmeProblem.badNonce");

        Assert.InRange(Clock.UtcNow - start, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(75));
        Assert.InRange(Server.History.Of(AcmeOperation.NewOrder).Count, 20, 400);
    }

    [Fact]
    public async Task A_refused_nonce_without_a_fresh_one_costs_one_question()
    {
        Server.OnRequest(AcmeOperation.NewOrder, Fault.BadNonceWithoutFreshNonce(), times: 3);

        await AssertIssuesAsync();

        Assert.Equal(1 + 3, Server.History.Of(AcmeOperation.NewNonce).Count);
    }

    [Fact]
    public async Task Answers_without_a_nonce_are_survived()
    {
        Server.OnRequest(r => r.Method == "POST", Fault.NoReplayNonce(), times: int.MaxValue);

        using var issued = await IssueAsync();

        Assert.Equal([Name], issued.Chain.Leaf.AllSans);
        Assert.Equal(Server.History.All.Count(r => r.Method == "POST"), Server.History.Of(AcmeOperation.NewNonce).Count);
    }

    [Fact]
    public async Task A_nonce_server_that_is_busy_for_a_while_is_waited_for()
    {
        Server.OnRequest(AcmeOperation.NewNonce, Fault.Status(503, "7"), times: 3);

        await AssertIssuesAsync();

        Assert.Equal(3, Clock.Delays.Count(d => d == TimeSpan.FromSeconds(7)));
    }

    [Fact]
    public async Task A_nonce_server_that_stays_busy_is_one_error()
    {
        Server.OnRequest(AcmeOperation.NewNonce, Fault.Status(503), times: int.MaxValue);

        var error = await AssertFailsAsync("UnexpectedResponse");

        Assert.Contains("503", error.Message, StringComparison.Ordinal);
        Assert.InRange(Server.History.Of(AcmeOperation.NewNonce).Count, 5, 60);
    }

    [Fact]
    public async Task A_nonce_server_that_gives_none_is_one_error()
    {
        Server.OnRequest(AcmeOperation.NewNonce, Fault.NoReplayNonce());

        var error = await AssertFailsAsync("NoNonce");

        Assert.Contains("newNonce", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_nonce_that_is_not_base64url_is_never_sent()
    {
        Server.OnRequest(AcmeOperation.NewOrder, Fault.Changed("OddNonce", r => r.Without("Replay-Nonce").With("Replay-Nonce", "not base64url!")));

        await AssertIssuesAsync();

        Assert.DoesNotContain(Server.History.All, r => r.Jws?.Text("nonce") == "not base64url!");
    }

    [Fact]
    public async Task No_two_requests_share_a_nonce()
    {
        Server.Options.BadNoncePercent = 30;

        await AssertIssuesAsync([.. Enumerable.Range(0, 40).Select(i => $"n{i}.example.test")]);

        var nonces = Server.History.All.Select(r => r.Jws?.Text("nonce")).OfType<string>().ToList();
        Assert.InRange(nonces.Count, 120, 1000);
        Assert.Equal(nonces.Count, nonces.Distinct().Count());
    }
}
