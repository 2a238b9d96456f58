using PoshAcmeSharp.AcmeTestServers;
using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.Profile;
using Xunit;

namespace PoshAcmeSharp.Tests.Issuance;

/// <summary>Renewals, from what is due to the new certificate.</summary>
public sealed class RenewalServiceTests : RenewalTestBase
{
    [Fact]
    public async Task A_certificate_that_is_due_is_replaced_and_the_CA_is_told_which()
    {
        var former = await IssueAsync();
        Clock.Shift = TimeSpan.FromDays(70);

        await RunAsync();

        var result = Assert.Single(Results);
        Assert.Equal(RenewalStatus.Renewed, result.Status);
        Assert.NotEqual(former.Certificate.Serial, result.Certificate!.Certificate.Serial);
        Assert.Equal(former.Certificate.AriId, Ca.Orders[^1].Replaces);
        Assert.Equal(result.Certificate.Certificate.AriId, Remembered().Certificate);
        Assert.Equal(Order().RenewAfterAt, result.NextAttempt);
    }

    [Fact]
    public async Task Nothing_is_done_for_what_is_not_due()
    {
        await IssueAsync();

        await RunAsync();

        Assert.Equal(RenewalStatus.NotDue, Assert.Single(Results).Status);
        Assert.Single(Ca.Orders);
    }

    [Fact]
    public async Task A_CA_that_does_not_take_the_order_as_a_replacement_gives_a_certificate_all_the_same()
    {
        await IssueAsync();
        Ca.Certificates[0].IsReplaced = true;
        Clock.Shift = TimeSpan.FromDays(70);

        await RunAsync();

        Assert.Equal(RenewalStatus.Renewed, Assert.Single(Results).Status);
        Assert.Null(Ca.Orders[^1].Replaces);
    }

    [Fact]
    public async Task The_settings_of_the_order_and_its_key_stay()
    {
        var former = await IssueAsync();
        var before = Order();

        await RunAsync(new RenewalOptions { Force = true });

        var after = Order();
        Assert.Equal(former.Certificate.SubjectPublicKeyInfo, Results[0].Certificate!.Certificate.SubjectPublicKeyInfo);
        Assert.Equal(
            (before.MainDomain, before.KeyLength, before.DnsSleep, before.PfxPass, before.FriendlyName),
            (after.MainDomain, after.KeyLength, after.DnsSleep, after.PfxPass, after.FriendlyName));
        Assert.Equal(["Test"], after.Plugin);
    }

    [Fact]
    public async Task What_is_current_stays_current()
    {
        await IssueAsync("a.example.test");
        await IssueAsync("b.example.test");
        await new OrderService(Session).SwitchAsync(Account, Order("a.example.test"));

        await RunTogetherAsync(new RenewalOptions { Force = true });

        Assert.Equal(2, Results.Count(r => r.Status == RenewalStatus.Renewed));
        Assert.Equal("a.example.test", Session.Store.GetCurrentOrder(Account)!.Name);
    }

    [Fact]
    public async Task An_order_that_fails_stops_no_other_and_keeps_its_files()
    {
        foreach (var name in (string[])["a.example.test", "b.example.test", "c.example.test"])
        {
            await IssueAsync(name);
        }

        var certificate = Session.Store.ReadOrderFile(Order("b.example.test"), OrderFileNames.FullChain);
        var key = Session.Store.ReadOrderFile(Order("b.example.test"), OrderFileNames.Key);
        Ca.Options.FailingNames["b.example.test"] = new ProblemDocument(403, "unauthorized", "No TXT record found.");

        await RunTogetherAsync(new RenewalOptions { Force = true });

        Assert.Equal(RenewalStatus.Renewed, ResultOf("a.example.test").Status);
        Assert.Equal(RenewalStatus.Renewed, ResultOf("c.example.test").Status);
        var failed = ResultOf("b.example.test");
        Assert.Equal((RenewalStatus.Failed, "ValidationFailed"), (failed.Status, ((PoshAcmeException)failed.Error!).ErrorId));
        Assert.Contains("No TXT record found", failed.Reason, StringComparison.Ordinal);
        Assert.InRange(failed.NextAttempt!.Value, Clock.UtcNow.AddSeconds(20), Clock.UtcNow.AddSeconds(60));
        Assert.Equal(certificate, Session.Store.ReadOrderFile(Order("b.example.test"), OrderFileNames.FullChain));
        Assert.Equal(key, Session.Store.ReadOrderFile(Order("b.example.test"), OrderFileNames.Key));
    }

    [Fact]
    public async Task A_failure_is_remembered_and_a_success_forgets_it()
    {
        await IssueAsync();
        Clock.Shift = TimeSpan.FromDays(70);
        Ca.Options.FailingNames["www.example.test"] = new ProblemDocument(403, "unauthorized", "No TXT record found.");
        await RunAsync();
        await RunAsync();
        var remembered = Remembered();

        Ca.Options.FailingNames.Clear();
        Clock.Shift += TimeSpan.FromMinutes(2);
        await RunAsync();

        Assert.Equal([RenewalStatus.Failed, RenewalStatus.NotDue, RenewalStatus.Renewed], Results.ConvertAll(r => r.Status));
        Assert.Equal((1, "ValidationFailed"), (remembered.Failures, remembered.ErrorId));
        Assert.Contains("No TXT record found", remembered.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal((0, null), (Remembered().Failures, Remembered().NextAttempt));
    }

    [Fact]
    public async Task A_rate_limit_puts_the_next_try_off_until_the_CA_allows_it()
    {
        await IssueAsync();
        Clock.Shift = TimeSpan.FromDays(70);
        Ca.OnRequest(AcmeOperation.NewOrder, Fault.RateLimited("7200"));

        await RunAsync();

        Assert.InRange(Assert.Single(Results).NextAttempt!.Value, Clock.UtcNow.AddSeconds(7100), Clock.UtcNow.AddSeconds(7200));
    }

    [Fact]
    public async Task A_renewal_that_was_begun_is_gone_on_with()
    {
        await IssueAsync();
        Ca.Options.OrderLifetime = TimeSpan.FromDays(80);
        Clock.Shift = TimeSpan.FromDays(70);
        var request = NewOrderRequest.From(Order());
        await new OrderService(Session).CreateAsync(Server, Account, request);

        await RunAsync();

        Assert.Equal(RenewalStatus.Renewed, Assert.Single(Results).Status);
        Assert.Equal(2, Ca.Orders.Count);
    }

    [Fact]
    public async Task An_order_that_was_never_completed_is_completed()
    {
        await new OrderService(Session).CreateAsync(Server, Account, new NewOrderRequest { Domain = ["new.example.test"], Plugin = ["Test"], DnsSleep = 0, KeyLength = KeyLength.Ec256 });

        await RunAsync();

        Assert.Equal(RenewalStatus.Renewed, Assert.Single(Results).Status);
        Assert.Single(Ca.Orders);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Two_processes_that_renew_at_once_issue_once(bool force)
    {
        await IssueAsync();
        Clock.Shift = TimeSpan.FromDays(70);
        var options = new RenewalOptions { Force = force };
        ProfileSession[] both = [NewSession(), NewSession()];
        var planned = await Task.WhenAll(both.Select(s => PlanAsync(options, session: s)));

        await Task.WhenAll(both.Zip(planned, (session, plan) => new RenewalService(session).RunAsync([plan[0].Candidate], options, Report)));

        Assert.Equal([RenewalStatus.Renewed, RenewalStatus.NotDue], Results.ConvertAll(r => r.Status).Order());
        Assert.Equal(2, Ca.Certificates.Count);
    }

    [Fact]
    public async Task An_order_that_was_removed_meanwhile_fails_by_name()
    {
        await IssueAsync();
        var planned = await PlanAsync(new RenewalOptions { Force = true });
        Session.Store.RemoveOrder(Account, Order());

        await new RenewalService(Session).RunAsync([planned[0].Candidate], new RenewalOptions { Force = true }, Report);

        Assert.Equal("OrderNotFound", ((PoshAcmeException)Assert.Single(Results).Error!).ErrorId);
    }

    [Fact]
    public async Task Ctrl_C_is_no_failure()
    {
        await IssueAsync();
        using var stop = new CancellationTokenSource();
        Plugin.Publishing = stop.CancelAsync;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAsync(new RenewalOptions { Force = true }, cancellationToken: stop.Token));

        Assert.Empty(Results);
        Assert.Equal(0, Remembered().Failures);
    }

    [Fact]
    public async Task A_fresh_request_is_used_for_an_order_whose_key_is_kept_elsewhere()
    {
        await IssueAsync(csr: NewCsr("www.example.test"));
        var fresh = NewCsr("www.example.test");

        await RunAsync(new RenewalOptions { Force = true, CsrProvider = (_, _) => Task.FromResult(fresh) });

        Assert.Equal(fresh.SubjectPublicKeyInfo, Assert.Single(Results).Certificate!.Certificate.SubjectPublicKeyInfo);
    }

    [Fact]
    public async Task A_setting_that_is_changed_while_a_renewal_begins_is_not_lost()
    {
        await IssueAsync(csr: NewCsr("www.example.test"));
        var fresh = NewCsr("www.example.test");

        await RunAsync(new RenewalOptions
        {
            Force = true,
            CsrProvider = async (_, token) =>
            {
                await new OrderService(NewSession()).EditAsync(Server, Account, Order(), new OrderChanges { ValidationTimeout = 99, DnsSleep = 7 }, token);
                return fresh;
            },
        });

        Assert.Equal(fresh.SubjectPublicKeyInfo, Assert.Single(Results).Certificate!.Certificate.SubjectPublicKeyInfo);
        Assert.Equal((99, 7), (Order().ValidationTimeout, Order().DnsSleep));
    }

    [Fact]
    public async Task Without_a_fresh_request_the_kept_one_is_used_again()
    {
        var former = await IssueAsync(csr: NewCsr("www.example.test"));

        await RunAsync(new RenewalOptions { Force = true });

        Assert.Equal(former.Certificate.SubjectPublicKeyInfo, Assert.Single(Results).Certificate!.Certificate.SubjectPublicKeyInfo);
    }

    [Fact]
    public async Task A_fresh_request_for_other_names_is_refused_before_anything_is_ordered()
    {
        await IssueAsync(csr: NewCsr("www.example.test"));

        await RunAsync(new RenewalOptions { Force = true, CsrProvider = (_, _) => Task.FromResult(NewCsr("evil.example.test")) });

        Assert.Equal("CsrNamesDiffer", ((PoshAcmeException)Assert.Single(Results).Error!).ErrorId);
        Assert.Single(Ca.Orders);
    }

    [Fact]
    public async Task Orders_with_a_key_of_their_own_are_not_asked_for_a_request()
    {
        await IssueAsync();

        await RunAsync(new RenewalOptions { Force = true, CsrProvider = (_, _) => throw new InvalidOperationException() });

        Assert.Equal(RenewalStatus.Renewed, Assert.Single(Results).Status);
    }

    private static Csr NewCsr(string name)
    {
        using var key = PrivateKey.Generate(KeyLength.Ec256);
        return Csr.FromDer(CsrBuilder.Build(key, new CsrOptions { Names = [name] }));
    }
}
