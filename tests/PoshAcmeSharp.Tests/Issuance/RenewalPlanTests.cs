using System.Runtime.Versioning;
using PoshAcmeSharp.AcmeTestServers;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.Tests.Profile;
using Xunit;

namespace PoshAcmeSharp.Tests.Issuance;

/// <summary>What is asked and kept to know what is due.</summary>
public sealed class RenewalPlanTests : RenewalTestBase
{
    private int Questions => Ca.History.Of(AcmeOperation.RenewalInfo).Count;

    [Fact]
    public async Task The_window_and_the_moment_in_it_are_kept_and_Posh_ACME_sees_the_moment_too()
    {
        await IssueAsync();
        Ca.Options.RenewalWindow = (Clock.UtcNow.AddDays(10), Clock.UtcNow.AddDays(12));

        var planned = Assert.Single(await PlanAsync());

        var remembered = Remembered();
        Assert.InRange(planned.Decision.RenewAfter!.Value, Clock.UtcNow.AddDays(9.9), Clock.UtcNow.AddDays(12.1));
        Assert.Equal(remembered.RenewAt, planned.Decision.RenewAfter);
        Assert.Equal(remembered.RenewAt, Order().RenewAfterAt);
    }

    [Fact]
    public async Task The_CA_is_asked_once_until_the_time_that_it_named_is_over()
    {
        await IssueAsync();
        Ca.Options.RenewalRetryAfter = "7200";
        var first = await PlanAsync();

        var second = await PlanAsync();
        Assert.Equal(1, Questions);
        Assert.Equal(first[0].Decision.RenewAfter, second[0].Decision.RenewAfter);

        Clock.Shift = TimeSpan.FromHours(3);
        await PlanAsync();
        Assert.Equal(2, Questions);
    }

    [Fact]
    public async Task A_window_in_the_past_is_explained_and_makes_the_certificate_due()
    {
        await IssueAsync();
        Ca.Options.RenewalWindow = (Clock.UtcNow.AddDays(-2), Clock.UtcNow.AddDays(-1));
        Ca.Options.RenewalExplanationUrl = "https://ca.example.test/incident";

        var planned = Assert.Single(await PlanAsync());

        Assert.Equal(RenewalState.Due, planned.Decision.State);
        Assert.Contains("https://ca.example.test/incident", planned.Decision.Reason, StringComparison.Ordinal);
        Assert.Contains("https://ca.example.test/incident", Assert.Single(Reporter.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"suggestedWindow\":{\"start\":\"2030-01-02T00:00:00Z\",\"end\":\"2030-01-01T00:00:00Z\"}}")]
    [InlineData(null)]
    public async Task Advice_that_cannot_be_used_leaves_the_lifetime_to_decide_and_warns_nobody(string? body)
    {
        var issued = await IssueAsync();
        Ca.OnRequest(AcmeOperation.RenewalInfo, body is null ? Fault.Status(404) : Fault.Answer(200, body, "application/json"));

        var planned = Assert.Single(await PlanAsync());

        Assert.Equal(RenewalRules.ByLifetime(issued.Certificate.NotBefore, issued.Certificate.NotAfter), planned.Decision.RenewAfter);
        Assert.Empty(Reporter.Warnings);
        await PlanAsync();
        Assert.Equal(1, Questions);
    }

    [Fact]
    public async Task A_window_that_the_CA_takes_back_leaves_the_lifetime_to_decide()
    {
        var issued = await IssueAsync();
        Ca.Options.RenewalWindow = (Clock.UtcNow.AddDays(10), Clock.UtcNow.AddDays(12));
        await PlanAsync();
        Clock.Shift = TimeSpan.FromDays(1);
        Ca.OnRequest(AcmeOperation.RenewalInfo, Fault.Status(404));

        await PlanAsync();

        Assert.Equal(RenewalRules.ByLifetime(issued.Certificate.NotBefore, issued.Certificate.NotAfter), Order().RenewAfterAt);
        Assert.Null(Remembered().WindowStart);
    }

    [Fact]
    public async Task A_CA_that_is_down_is_asked_about_one_order_and_the_others_are_not_kept_waiting()
    {
        foreach (var number in Enumerable.Range(1, 40))
        {
            await IssueAsync($"n{number}.example.test");
        }

        Ca.OnRequest(AcmeOperation.RenewalInfo, Fault.Status(503, "86400"), times: int.MaxValue);

        var planned = await PlanAsync();

        Assert.All(planned, p => Assert.Equal(RenewalState.NotDue, p.Decision.State));
        Assert.InRange(Questions, 1, 16);
    }

    [Fact]
    public async Task Nothing_is_asked_for_an_expired_certificate()
    {
        await IssueAsync();
        Clock.Shift = TimeSpan.FromDays(91);

        var planned = Assert.Single(await PlanAsync());

        Assert.Equal(RenewalState.Due, planned.Decision.State);
        Assert.Equal(0, Questions);
    }

    [Fact]
    public async Task Without_keeping_nothing_is_written()
    {
        await IssueAsync();
        var before = Files();

        var planned = Assert.Single(await PlanAsync(keeps: false));

        Assert.Equal(1, Questions);
        Assert.NotNull(planned.Candidate.Renewal.WindowStart);
        Assert.Equal(before, Files());
    }

    [Fact]
    public async Task Without_asking_nothing_is_asked()
    {
        await IssueAsync();
        var before = Ca.History.All.Count;

        await PlanAsync(asks: false, keeps: false);

        Assert.Equal(before, Ca.History.All.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"windowStart\":")]
    [InlineData("\0\0\0\0")]
    public async Task A_damaged_file_of_renewals_is_a_warning_and_counts_as_none(string content)
    {
        await IssueAsync();
        File.WriteAllText(Path.Combine(Order().Folder, "renewal.json"), content);

        var planned = Assert.Single(await PlanAsync());

        Assert.Equal(RenewalState.NotDue, planned.Decision.State);
        Assert.Contains(Reporter.Warnings, w => w.Contains("renewal.json", StringComparison.Ordinal));
        Assert.NotNull(Remembered().RenewAt);
    }

    [Fact]
    public async Task Two_small_files_of_each_order_are_read_and_nothing_else_where_none_is_due()
    {
        const int Count = 50;
        Server.RenewalInfo = null;
        foreach (var number in Enumerable.Range(1, Count))
        {
            var order = Session.Store.CreateOrder(Account, $"n{number}.example.test");
            order.MainDomain = order.Name;
            order.Plugin = ["Test"];
            order.Status = "valid";
            order.CertExpires = "2099-01-01T00:00:00Z";
            order.RenewAfter = "2098-12-01T00:00:00Z";
            Session.Store.SaveOrder(order);
        }

        var counting = new CountingFileSystem();
        var asked = Ca.History.All.Count;

        var planned = await PlanAsync(session: NewSession(counting));

        Assert.All(planned, p => Assert.Equal(RenewalState.NotDue, p.Decision.State));
        Assert.Equal(Count, planned.Count);
        Assert.Equal(2 * Count, counting.Reads);
        Assert.Equal(asked, Ca.History.All.Count);
    }

    [FactWithModes]
    [UnsupportedOSPlatform("windows")]
    public async Task What_is_remembered_is_for_the_user_alone()
    {
        await IssueAsync();
        await PlanAsync();

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(Order().Folder, "renewal.json")));
    }
}
