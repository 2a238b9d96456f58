using Newtonsoft.Json.Linq;
using PoshAcmeSharp.Acme;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.Profile;
using PoshAcmeSharp.Tests.Profile;
using Xunit;

namespace PoshAcmeSharp.Tests.Issuance;

public sealed class RenewalPlannerTests : IDisposable
{
    private const string AriId = "aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE";

    private readonly TestProfile profile = new();
    private readonly StoredServer server;
    private readonly StoredAccount account;
    private readonly StoredOrder order;
    private readonly RenewalPlanner planner;
    private double random = 0.5;
    private int reads;

    public RenewalPlannerTests()
    {
        (server, account, order) = profile.Populate();
        server.RenewalInfo = "https://ca.example.test/ari";
        order.Plugin = ["GoDaddy"];
        planner = new RenewalPlanner(profile.Clock, () => random);
        Certificate(lifetimeDays: 90, ageDays: 10);
    }

    private DateTimeOffset Now => profile.Clock.UtcNow;

    private LiveCertificate? Live { get; set; }

    public void Dispose() => profile.Dispose();

    [Fact]
    public void A_certificate_is_due_when_the_order_says_so()
    {
        var later = Decide();
        profile.Clock.DelayAsync(TimeSpan.FromDays(50), default);
        var now = Decide();

        Assert.Equal((RenewalState.NotDue, Live!.NotAfter.AddDays(-30)), (later.State, later.NextAttempt));
        Assert.Equal("The certificate is due at 2030-02-20 00:00:00 UTC, as was decided when it was issued.", later.Reason);
        Assert.Equal(RenewalState.Due, now.State);
        Assert.Equal("The certificate has been due since 2030-02-20 00:00:00 UTC, as was decided when it was issued.", now.Reason);
    }

    [Fact]
    public void Nothing_but_the_files_of_the_order_is_read_for_a_certificate_that_is_not_due()
    {
        Decide();

        Assert.Equal(0, reads);
    }

    [Fact]
    public void Without_a_date_in_the_order_the_lifetime_decides()
    {
        order.RenewAfter = null;

        var decision = Decide();

        Assert.Equal(Live!.NotAfter.AddDays(-30), decision.RenewAfter);
        Assert.Equal("The certificate is due at 2030-02-20 00:00:00 UTC, when a third of its lifetime is left, or 30 days.", decision.Reason);
    }

    [Fact]
    public void Half_of_a_short_lifetime_counts_though_another_program_left_a_third()
    {
        Certificate(lifetimeDays: 6, ageDays: 3.5);
        order.RenewAfter = Format(Live!.NotAfter.AddDays(-2));

        var decision = Decide();

        Assert.Equal((RenewalState.Due, Live.NotAfter.AddDays(-3)), (decision.State, decision.RenewAfter));
        Assert.EndsWith("when half of its lifetime is left.", decision.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_date_and_without_a_certificate_the_last_days_decide()
    {
        order.RenewAfter = null;
        Live = null;

        Assert.Equal(order.CertExpiresAt!.Value.AddDays(-10), Decide().RenewAfter);
    }

    [Fact]
    public void An_expired_certificate_is_due()
    {
        Certificate(lifetimeDays: 90, ageDays: 91);
        order.RenewAfter = Format(Now.AddDays(5));

        var decision = Decide();

        Assert.Equal((RenewalState.Due, "The certificate expired at 2029-12-31 00:00:00 UTC."), (decision.State, decision.Reason));
    }

    [Fact]
    public void An_order_without_a_certificate_is_due()
    {
        Certificate(null);

        Assert.Equal(new RenewalDecision(RenewalState.Due, "The order has no certificate yet."), Decide());
    }

    [Fact]
    public void A_renewal_that_was_begun_is_due()
    {
        order.CertExpires = null;
        order.RenewAfter = null;

        Assert.Equal(new RenewalDecision(RenewalState.Due, "A renewal was begun and is not complete."), Decide());
    }

    [Fact]
    public void A_renewal_that_failed_a_moment_ago_is_not_due_though_the_certificate_expired()
    {
        Certificate(lifetimeDays: 90, ageDays: 91);
        var failed = Candidate();
        planner.Fail(failed, Now, new PoshAcmeException("ValidationFailed", ErrorKind.PermissionDenied, "The CA did not validate 1 of 1 names."));

        var decision = Decide(failed);

        Assert.Equal((RenewalState.NotDue, Now.AddMinutes(1)), (decision.State, decision.NextAttempt));
        Assert.Equal("The renewal failed once, last with ValidationFailed; it is tried again from 2030-01-01 00:01:00 UTC on.", decision.Reason);
    }

    [Fact]
    public void A_renewal_that_failed_is_due_when_the_pause_is_over()
    {
        var failed = Candidate();
        planner.Fail(failed, Now, new PoshAcmeException("ValidationFailed", ErrorKind.PermissionDenied, "The CA did not validate 1 of 1 names."));
        order.RenewAfter = Format(Now.AddDays(-1));
        profile.Clock.DelayAsync(TimeSpan.FromMinutes(1), default);

        Assert.Equal(RenewalState.Due, Decide(failed).State);
    }

    [Fact]
    public void The_pauses_after_failures_grow()
    {
        var pauses = new List<TimeSpan>();
        var failed = Candidate();
        for (var i = 0; i < 5; i++)
        {
            planner.Fail(failed, Now, new IOException("disk"));
            pauses.Add(failed.Renewal.NextAttempt!.Value - Now);
        }

        Assert.Equal([1, 10, 100, 23 * 60, 23 * 60], pauses.ConvertAll(p => (int)p.TotalMinutes));
        Assert.StartsWith("The renewal failed 5 times in a row, last with IOException;", Decide(failed).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_texts_of_our_own_errors_are_remembered()
    {
        var failed = Candidate();
        planner.Fail(failed, Now, new InvalidOperationException("password=hunter2"));

        Assert.Null(failed.Renewal.ErrorMessage);
        Assert.Equal("InvalidOperationException", failed.Renewal.ErrorId);
    }

    [Fact]
    public void Force_renews_what_is_not_due_and_what_failed_a_moment_ago()
    {
        var failed = Candidate();
        planner.Fail(failed, Now, new IOException("disk"));

        Assert.Equal(new RenewalDecision(RenewalState.Due, "The renewal is forced."), planner.Decide(failed, new RenewalOptions { Force = true }));
    }

    [Theory]
    [InlineData("Manual", false, RenewalState.Skipped)]
    [InlineData("manual", false, RenewalState.Skipped)]
    [InlineData("Manual", true, RenewalState.Due)]
    [InlineData("WebRoot", false, RenewalState.Due)]
    public void An_order_that_needs_somebody_is_skipped_unless_somebody_is_there(string plugin, bool isThere, RenewalState state)
    {
        order.Plugin = ["GoDaddy", plugin];
        order.RenewAfter = Format(Now.AddDays(-1));

        Assert.Equal(state, planner.Decide(Candidate(), new RenewalOptions { NoSkipManualDns = isThere }).State);
    }

    [Fact]
    public void An_order_without_a_plugin_is_skipped_even_by_force()
    {
        order.Plugin = [];

        var decision = planner.Decide(Candidate(), new RenewalOptions { Force = true });

        Assert.Equal(new RenewalDecision(RenewalState.Skipped, "The order names no plugin that could answer its challenges."), decision);
    }

    [Fact]
    public void What_is_not_due_is_not_called_skipped()
    {
        order.Plugin = ["Manual"];

        Assert.Equal(RenewalState.NotDue, Decide().State);
    }

    [Fact]
    public void Orders_of_an_account_that_is_no_longer_valid_are_skipped()
    {
        account.Status = "deactivated";

        var decision = planner.Decide(Candidate(), new RenewalOptions { Force = true });

        Assert.Equal(new RenewalDecision(RenewalState.Skipped, "The account '1' is deactivated."), decision);
    }

    [Fact]
    public void The_window_of_the_CA_goes_before_the_date_of_the_order()
    {
        var candidate = Candidate();

        Assert.True(planner.TakeOver(candidate, Window(2, 4, "https://ca.example.test/why")));

        var decision = Decide(candidate);
        Assert.Equal((RenewalState.NotDue, Now.AddDays(3)), (decision.State, decision.RenewAfter));
        Assert.Equal(
            "The certificate is due at 2030-01-04 00:00:00 UTC, a moment in the window that the CA suggests, "
            + "from 2030-01-03 00:00:00 UTC to 2030-01-05 00:00:00 UTC (https://ca.example.test/why).",
            decision.Reason);
    }

    [Fact]
    public void A_window_in_the_past_makes_a_certificate_due_at_once()
    {
        var candidate = Candidate();
        planner.TakeOver(candidate, Window(-4, -2));

        Assert.Equal(RenewalState.Due, Decide(candidate).State);
    }

    [Fact]
    public void The_moment_that_was_picked_stays_while_the_window_is_the_same()
    {
        var candidate = Candidate();
        planner.TakeOver(candidate, Window(2, 4));
        var picked = candidate.Renewal.RenewAt;

        random = 0.9;

        Assert.False(planner.TakeOver(candidate, Window(2, 4)));
        Assert.Equal(picked, candidate.Renewal.RenewAt);
        Assert.True(planner.TakeOver(candidate, Window(1, 4)));
        Assert.NotEqual(picked, candidate.Renewal.RenewAt);
    }

    [Fact]
    public void The_CA_is_asked_again_only_when_the_time_that_it_named_is_over()
    {
        var candidate = Candidate();
        Assert.True(planner.MayAsk(candidate));
        planner.TakeOver(candidate, Window(20, 40, retryAfter: TimeSpan.FromHours(2)));

        profile.Clock.DelayAsync(TimeSpan.FromMinutes(119), default);
        Assert.False(planner.MayAsk(candidate));
        profile.Clock.DelayAsync(TimeSpan.FromMinutes(2), default);
        Assert.True(planner.MayAsk(candidate));
    }

    [Fact]
    public void The_CA_is_not_asked_for_an_expired_certificate()
    {
        Certificate(lifetimeDays: 90, ageDays: 91);

        Assert.False(planner.MayAsk(Candidate()));
    }

    [Fact]
    public void The_CA_is_not_asked_where_it_offers_no_advice_or_the_user_wants_none()
    {
        server.DisableARI = true;
        Assert.False(planner.MayAsk(Candidate()));
        server.DisableARI = false;
        Assert.True(planner.MayAsk(Candidate()));
        server.RenewalInfo = null;
        Assert.False(planner.MayAsk(Candidate()));
    }

    [Fact]
    public void A_window_that_was_known_holds_while_the_CA_cannot_be_reached()
    {
        var candidate = Candidate();
        planner.TakeOver(candidate, Window(2, 4));

        planner.TakeOver(candidate, RenewalInfo.None(RenewalInfoStatus.Unavailable, "No answer."));

        Assert.Equal(Now.AddDays(3), Decide(candidate).RenewAfter);
        Assert.False(planner.MayAsk(candidate));
    }

    [Theory]
    [InlineData(RenewalInfoStatus.NotFound)]
    [InlineData(RenewalInfoStatus.Invalid)]
    public void A_window_that_the_CA_no_longer_gives_is_forgotten_and_the_lifetime_decides(RenewalInfoStatus status)
    {
        var candidate = Candidate();
        planner.TakeOver(candidate, Window(2, 4));
        order.RenewAfter = Format(Decide(candidate).RenewAfter!.Value);

        planner.TakeOver(candidate, RenewalInfo.None(status, "No."));

        Assert.Equal(Live!.NotAfter.AddDays(-30), Decide(candidate).RenewAfter);
    }

    [Fact]
    public void A_window_that_opens_after_the_certificate_ends_is_no_advice()
    {
        var candidate = Candidate();

        Assert.False(planner.TakeOver(candidate, Window(100, 101)));

        Assert.Equal(Live!.NotAfter.AddDays(-30), Decide(candidate).RenewAfter);
        Assert.False(planner.MayAsk(candidate));
    }

    [Fact]
    public void A_known_window_does_not_count_once_the_user_wants_no_advice()
    {
        var candidate = Candidate();
        planner.TakeOver(candidate, Window(2, 4));
        order.RenewAfter = Format(Decide(candidate).RenewAfter!.Value);
        server.DisableARI = true;

        Assert.Equal(Live!.NotAfter.AddDays(-30), Decide(candidate).RenewAfter);
    }

    [Fact]
    public void What_was_remembered_about_a_former_certificate_does_not_count()
    {
        var former = Candidate();
        planner.TakeOver(former, Window(-4, -2));
        planner.Fail(former, Now, new IOException("disk"));
        profile.Store.SaveRenewal(former.Renewal);
        Assert.Equal(1, Candidate().Renewal.Failures);

        Certificate(lifetimeDays: 90, ageDays: 0);

        var successor = Candidate();
        Assert.Equal(0, successor.Renewal.Failures);
        Assert.Equal(RenewalState.NotDue, Decide(successor).State);
        Assert.True(planner.MayAsk(successor));
    }

    [Fact]
    public void Failures_count_while_a_renewal_is_unfinished_and_has_no_dates()
    {
        order.CertExpires = null;
        order.RenewAfter = null;
        var failed = Candidate();
        planner.Fail(failed, Now, new IOException("disk"));
        profile.Store.SaveRenewal(failed.Renewal);

        Assert.Equal(RenewalState.NotDue, Decide().State);
    }

    private static string Format(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture);

    private RenewalInfo Window(int fromDays, int toDays, string? page = null, TimeSpan? retryAfter = null) => RenewalInfo.Read(
        new JObject
        {
            ["suggestedWindow"] = new JObject { ["start"] = Format(Now.AddDays(fromDays)), ["end"] = Format(Now.AddDays(toDays)) },
            ["explanationURL"] = page,
        },
        retryAfter);

    private void Certificate(double lifetimeDays, double ageDays)
        => Certificate(new LiveCertificate(AriId, Now.AddDays(-ageDays), Now.AddDays(lifetimeDays - ageDays)));

    private void Certificate(LiveCertificate? live)
    {
        Live = live;
        order.CertExpires = live is null ? null : Format(live.NotAfter);
        order.RenewAfter = live is null ? null : Format(RenewalRules.ByLifetime(live.NotBefore, live.NotAfter));
    }

    private RenewalCandidate Candidate() => new(server, account, order, profile.Store.ReadRenewal(order), () =>
    {
        reads++;
        return Live;
    });

    private RenewalDecision Decide() => Decide(Candidate());

    private RenewalDecision Decide(RenewalCandidate candidate) => planner.Decide(candidate, new RenewalOptions());
}
