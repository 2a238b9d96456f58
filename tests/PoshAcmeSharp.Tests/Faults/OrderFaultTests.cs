using PoshAcmeSharp.Acme;
using PoshAcmeSharp.AcmeTestServers;
using PoshAcmeSharp.Certificates;
using Xunit;
using AcmeIdentifier = PoshAcmeSharp.Acme.AcmeIdentifier;

namespace PoshAcmeSharp.Tests.Faults;

public sealed class OrderFaultTests : FaultTestBase
{
    [Fact]
    public async Task An_order_that_is_processed_for_a_while_is_waited_for()
    {
        Server.Options.PollsInProcessing = 6;

        await AssertIssuesAsync();

        Assert.InRange(Clock.Delays[0].TotalSeconds, 0.2, 0.3);
        Assert.All(Clock.Delays, d => Assert.InRange(d.TotalSeconds, 0.2, 5));
    }

    [Fact]
    public async Task The_pace_of_the_server_is_kept()
    {
        Server.Options.PollsInProcessing = 3;
        Server.Options.RetryAfter = "9";

        await AssertIssuesAsync();

        Assert.Contains(TimeSpan.FromSeconds(9), Clock.Delays);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_order_that_stays_unfinished_is_told_apart_from_a_failed_one_and_can_be_gone_on_with(bool isProcessing)
    {
        Server.Options.PollsInProcessing = isProcessing ? int.MaxValue : 0;
        Server.Options.PollsWithoutCertificateUrl = isProcessing ? 0 : 70;
        var account = await OpenAsync();

        var error = await AssertFailsAsync(() => IssueAsync(account), "IssuanceTimeout");

        Assert.Contains(Server.Orders[0].Url, error.Message, StringComparison.Ordinal);
        Assert.Equal(ErrorKind.Timeout, error.Kind);
        Server.Orders[0].Status = "valid";
        AcmeOrder order;
        do
        {
            order = await account.GetOrderAsync(Server.Orders[0].Url);
        }
        while (order.Certificate is null);

        Assert.NotEmpty(await account.DownloadAsync(order.Certificate));
    }

    [Fact]
    public async Task A_valid_order_without_its_certificate_URL_is_looked_at_again()
    {
        Server.Options.PollsWithoutCertificateUrl = 4;

        await AssertIssuesAsync();
    }

    [Fact]
    public async Task Every_name_that_fails_is_listed_with_its_reason_and_its_subproblems()
    {
        Server.Options.FailingNames["bad1.example.test"] = new ProblemDocument(403, "unauthorized", "wrong TXT record");
        Server.Options.FailingNames["*.bad2.example.test"] = new ProblemDocument(400, "dns", "two causes")
        {
            Subproblems = [("ns1.example.test", "dns", "SERVFAIL"), ("ns2.example.test", "connection", "timeout")],
        };

        var error = await AssertFailsAsync("ValidationFailed", "good.example.test", "bad1.example.test", "*.bad2.example.test");

        Assert.Contains("2 of 3 names", error.Message, StringComparison.Ordinal);
        Assert.Contains("bad1.example.test is invalid (dns-01: unauthorized: wrong TXT record)", error.Message, StringComparison.Ordinal);
        Assert.Contains("*.bad2.example.test is invalid (dns-01: dns: two causes [ns1.example.test: dns: SERVFAIL] [ns2.example.test: connection: timeout])", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("good.example.test is", error.Message, StringComparison.Ordinal);
        Assert.Equal(3, Plugin.Published.Count);
    }

    [Fact]
    public async Task Names_that_the_policy_refuses_are_all_listed()
    {
        Server.Options.RejectedNames.Add("no1.example.test");
        Server.Options.RejectedNames.Add("no2.example.test");

        var error = await AssertFailsAsync("AcmeProblem.rejectedIdentifier", "yes.example.test", "no1.example.test", "no2.example.test");

        Assert.Contains("[no1.example.test: ", error.Message, StringComparison.Ordinal);
        Assert.Contains("[no2.example.test: ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("yes.example.test", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_that_are_valid_already_are_not_published_again()
    {
        Server.Options.ValidNames.Add("old.example.test");

        await AssertIssuesAsync("old.example.test", "new.example.test");

        Assert.Equal(["_acme-challenge.new.example.test"], Plugin.Published);
    }

    [Fact]
    public async Task A_reused_order_goes_straight_to_its_certificate()
    {
        Server.Options.ReuseAuthorizations = true;
        var account = await OpenAsync();
        (await IssueAsync(account)).Dispose();

        (await IssueAsync(account)).Dispose();

        Assert.Single(Plugin.Published);
        Assert.Single(Server.History.Of(AcmeOperation.Challenge));
    }

    [Fact]
    public async Task An_authorization_that_has_failed_before_is_named_and_nothing_is_published()
    {
        Server.OnRequest(AcmeOperation.Authorization, Fault.Edit(json => json["status"] = "expired"));

        var error = await AssertFailsAsync("ValidationFailed");

        Assert.Contains($"{Name} is expired", error.Message, StringComparison.Ordinal);
        Assert.Empty(Plugin.Published);
    }

    [Fact]
    public async Task An_authorization_that_expires_on_the_way_is_one_error_and_a_second_run_succeeds()
    {
        var account = await OpenAsync();
        Plugin.Publishing = () => Do(() => Server.Authorizations[0].Expires = DateTimeOffset.UtcNow.AddDays(-1));

        await AssertFailsAsync(() => IssueAsync(account), "ValidationFailed");

        Plugin.Publishing = null;
        using var issued = await IssueAsync(account);
        AssertGood(issued);
    }

    [Fact]
    public async Task A_challenge_that_was_acknowledged_before_is_no_fault()
    {
        var account = await OpenAsync();
        Plugin.Publishing = async () =>
        {
            var authorization = await account.GetAuthorizationAsync(Server.Authorizations[0].Url);
            await account.AcknowledgeAsync(authorization.FindChallenge("dns-01")!.Url);
            await account.GetAuthorizationAsync(authorization.Location);
        };

        using var issued = await IssueAsync(account);

        AssertGood(issued);
        Assert.Equal(2, Server.History.Of(AcmeOperation.Challenge).Count(r => r.Payload is not null));
    }

    [Fact]
    public async Task An_order_that_expires_on_the_way_is_one_error_and_a_second_run_succeeds()
    {
        var account = await OpenAsync();
        Plugin.Publishing = () => Do(() => Server.Orders[0].Expires = DateTimeOffset.UtcNow.AddDays(-1));

        var error = await AssertFailsAsync(() => IssueAsync(account), "AcmeProblem.malformed");

        Assert.Equal(ErrorKind.InvalidArgument, error.Kind);
        Plugin.Publishing = null;
        using var issued = await IssueAsync(account);
        AssertGood(issued);
    }

    [Fact]
    public async Task An_order_or_authorization_that_is_gone_is_one_error()
    {
        var account = await OpenAsync();
        var order = await account.NewOrderAsync([AcmeIdentifier.Parse(Name)]);
        Server.Orders[0].IsGone = true;
        Server.Authorizations[0].IsGone = true;

        var noOrder = await AssertFailsAsync(() => account.GetOrderAsync(order.Location), "AcmeProblem.malformed");
        var noAuthorization = await AssertFailsAsync(() => account.GetAuthorizationsAsync(order.Authorizations), "AcmeProblem.malformed");

        Assert.Equal(404, ((AcmeProblemException)noOrder).Status);
        Assert.Equal(404, ((AcmeProblemException)noAuthorization).Status);
    }

    [Fact]
    public async Task An_order_that_becomes_invalid_at_the_end_is_explained_by_its_error()
    {
        Server.Options.PollsInProcessing = int.MaxValue;
        Server.OnRequest(AcmeOperation.Order, Fault.Edit(json =>
        {
            json["status"] = "invalid";
            json["error"] = new ProblemDocument(403, "caa", "CAA forbids it").ToJson();
        }));

        var error = await AssertFailsAsync("AcmeProblem.caa");

        Assert.Contains("CAA forbids it", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pending")]
    [InlineData("ready")]
    public async Task A_CA_that_has_not_noticed_yet_that_all_names_are_valid_is_given_time(string shown)
    {
        Server.OnRequest(AcmeOperation.Finalize, Fault.Problem(new ProblemDocument(403, "orderNotReady", "The order is pending.")), times: 3);
        Server.OnRequest(AcmeOperation.Order, Fault.Edit(json => json["status"] = shown), times: 3);

        await AssertIssuesAsync();

        Assert.Equal(4, Server.History.Of(AcmeOperation.Finalize).Count);
    }

    [Fact]
    public async Task Finalizing_an_order_whose_names_are_not_valid_fails_at_once()
    {
        var account = await OpenAsync();
        var order = await account.NewOrderAsync([AcmeIdentifier.Parse(Name)]);
        using var key = PrivateKey.Generate(KeyLength.Ec256);
        var csr = CsrBuilder.Build(key, new CsrOptions { Names = [Name] });

        await AssertFailsAsync(() => account.FinalizeAsync(order, csr), "AcmeProblem.orderNotReady");

        Assert.Empty(Clock.Delays);
    }

    [Fact]
    public async Task Validation_that_takes_too_long_names_the_names_that_are_open()
    {
        Server.Options.PollsUntilValidated = 10_000;

        var error = await AssertFailsAsync("ValidationTimeout", "a.example.test", "b.example.test");

        Assert.Contains("a.example.test, b.example.test", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_authorization_that_cannot_be_looked_at_ends_the_waiting_for_the_others()
    {
        Server.Options.PollsUntilValidated = 10_000;
        var account = await OpenAsync();
        var start = Clock.UtcNow;
        var calls = 0;
        Plugin.Publishing = () => Do(() =>
        {
            if (Interlocked.Increment(ref calls) == 1)
            {
                Server.OnRequest(AcmeOperation.Authorization, Fault.Problem(new ProblemDocument(403, "unauthorized", "not yours")));
            }
        });

        await AssertFailsAsync(() => IssueAsync(account, default, "a.example.test", "b.example.test"), "AcmeProblem.unauthorized");

        Assert.InRange(Clock.UtcNow - start, TimeSpan.Zero, TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task An_alternate_chain_that_cannot_be_had_is_a_warning()
    {
        Server.Options.AlternateChains = 2;
        Server.OnRequest(r => r.Operation == AcmeOperation.Certificate && r.Id.EndsWith("/1", StringComparison.Ordinal), Fault.Problem(new ProblemDocument(404, "malformed", "no such chain")));

        await AssertIssuesAsync();

        Assert.Contains("no such chain", Assert.Single(Reporter.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_with_another_key_is_refused()
    {
        var account = await OpenAsync();
        (await IssueAsync(account)).Dispose();
        var foreign = (await account.DownloadAsync(Server.Certificates[0].Url))[0];
        Server.Options.FormatChain = _ => foreign;

        await AssertFailsAsync(() => IssueAsync(account), "CertificateKeyMismatch");
    }

    [Fact]
    public async Task A_clean_up_that_fails_in_a_way_of_its_own_is_a_warning()
    {
        Plugin.Unpublishing = () => throw new NotSupportedException("a fault of the plugin's own");

        await AssertIssuesAsync("a.example.test", "b.example.test");

        Assert.Contains("a fault of the plugin's own", Assert.Single(Reporter.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plugin_that_fails_in_a_way_of_its_own_is_cleaned_up_after()
    {
        Plugin.Publishing = () => throw new NotSupportedException("a fault of the plugin's own");

        await Assert.ThrowsAsync<NotSupportedException>(() => IssueAsync("a.example.test", "b.example.test"));

        Assert.NotEmpty(Plugin.Published);
        Assert.Equal(Plugin.Published.Order(), Plugin.Unpublished.Order());
    }

    [Theory]
    [InlineData(24)]
    [InlineData(-24)]
    public async Task A_clock_that_is_a_day_off_does_no_harm(int hours)
    {
        Server.Options.ClockOffset = TimeSpan.FromHours(hours);

        var account = await OpenAsync();
        using var issued = await IssueAsync(account);

        AssertGood(issued);
        Assert.InRange(account.ServerNow - DateTimeOffset.UtcNow, TimeSpan.FromHours(hours - 1), TimeSpan.FromHours(hours + 1));
    }

    private static Task Do(Action action)
    {
        action();
        return Task.CompletedTask;
    }
}
