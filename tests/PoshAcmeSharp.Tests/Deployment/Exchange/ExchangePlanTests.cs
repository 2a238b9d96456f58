using PoshAcmeSharp.Deployment.Exchange;
using PoshAcmeSharp.Profile;
using Xunit;

namespace PoshAcmeSharp.Tests.Deployment.Exchange;

public class ExchangePlanTests
{
    private const string New = "AAAA";
    private const string Own = "0EX1";

    private static readonly DateTimeOffset Now = new(2026, 2, 1, 0, 0, 0, TimeSpan.Zero);

    private static ExchangeWish Wish => new() { Thumbprint = New, Servers = ["EX1"], Services = ["IIS", "SMTP"] };

    [Fact]
    public void A_certificate_that_is_missing_and_has_no_file_is_refused()
    {
        var import = Plan(Wish, State(Own))[0];

        Assert.Equal((ExchangeStep.Import, "CertificateNotOnServer"), (import.Name, import.Refusal?.ErrorId));
    }

    [Fact]
    public void A_certificate_that_is_there_is_not_imported_again_even_by_force()
        => Assert.False(Plan(Wish with { Force = true }, State(Own, Certificate(New))).Single(s => s.Name == ExchangeStep.Import).IsNeeded);

    [Fact]
    public void A_certificate_that_is_there_without_its_key_is_refused_with_the_command_that_removes_it()
    {
        var import = Plan(Wish, State(Own, Certificate(New) with { HasPrivateKey = false }))[0];

        Assert.Equal("CertificateWithoutKey", import.Refusal?.ErrorId);
        Assert.Contains("Remove-ExchangeCertificate -Thumbprint AAAA -Server EX1", import.Refusal!.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_the_services_that_are_missing_are_enabled_and_SMTP_by_itself()
    {
        var plan = Plan(Wish with { Services = ["iis", "POP", "smtp"] }, State(Own, Certificate(New, "IIS")));

        Assert.Equal(["POP"], plan.Single(s => s.Name == ExchangeStep.Enable).Services);
        Assert.True(plan.Single(s => s.Name == ExchangeStep.EnableSmtp).IsNeeded);
    }

    [Fact]
    public void Force_enables_again_what_is_enabled()
        => Assert.Equal(["IIS"], Plan(Wish with { Force = true }, State(Own, Certificate(New, "IIS", "SMTP"))).Single(s => s.Name == ExchangeStep.Enable).Services);

    [Fact]
    public void The_former_default_is_made_the_default_again_right_after_SMTP_is_enabled()
    {
        var plan = Plan(Wish, State(Own, Certificate(New)));

        Assert.Equal([ExchangeStep.EnableSmtp, ExchangeStep.KeepDefaultSmtp], plan.Skip(plan.Count - 2).Select(s => s.Name));
        Assert.Equal(Own, plan[^1].Former);
    }

    [Fact]
    public void ReplaceDefaultSmtp_keeps_no_former_default()
    {
        var plan = Plan(Wish with { ReplaceDefaultSmtp = true }, State(Own, Certificate(New)));

        Assert.DoesNotContain(plan, s => s.Name == ExchangeStep.KeepDefaultSmtp);
        Assert.True(plan.Single(s => s.Name == ExchangeStep.EnableSmtp).IsNeeded);
    }

    [Fact]
    public void ReplaceDefaultSmtp_has_work_to_do_where_SMTP_is_enabled_and_another_is_the_default()
    {
        var wish = Wish with { ReplaceDefaultSmtp = true };

        Assert.True(Plan(wish, State(Own, Certificate(New, "SMTP"))).Single(s => s.Name == ExchangeStep.EnableSmtp).IsNeeded);
        Assert.False(Plan(wish, State(New, Certificate(New, "SMTP"))).Single(s => s.Name == ExchangeStep.EnableSmtp).IsNeeded);
    }

    [Fact]
    public void A_default_that_cannot_be_read_is_the_only_certificate_with_SMTP_besides_that_of_authentication()
        => Assert.Equal(Own, Plan(Wish, State(null, Certificate(New)))[^1].Former);

    [Fact]
    public void A_default_that_cannot_be_told_leaves_SMTP_undone_and_names_the_way_out_and_IIS_is_enabled()
    {
        var plan = Plan(Wish, State(null, Certificate(New), Certificate("BBBB", "SMTP")));

        var smtp = plan.Single(s => s.Name == ExchangeStep.EnableSmtp);
        Assert.Equal("DefaultSmtpUnknown", smtp.Refusal?.ErrorId);
        Assert.Contains("-ReplaceDefaultSmtp", smtp.Refusal!.RecommendedAction, StringComparison.Ordinal);
        Assert.True(plan.TakeWhile(s => s != smtp).Single(s => s.Name == ExchangeStep.Enable).IsNeeded);
    }

    [Fact]
    public void Of_several_that_may_be_the_default_the_one_that_was_it_last_is_taken()
    {
        var record = Record("OLD", (ExchangePlan.KnownDefaultNote, Own));

        Assert.Equal(Own, Plan(Wish, State(null, Certificate(New), Certificate("BBBB", "SMTP")), record)[^1].Former);
    }

    [Theory]
    [InlineData("GONE", true)]
    [InlineData("OLD", true)]
    [InlineData("OLD", false)]
    public void A_default_that_could_not_be_made_the_default_again_leaves_SMTP_undone(string present, bool hasKey)
    {
        var expired = Certificate("OLD", "SMTP") with { NotAfter = hasKey ? Now.AddDays(-1) : Now.AddDays(1), HasPrivateKey = hasKey };

        Assert.Equal("DefaultSmtpUnusable", Plan(Wish, State(present, Certificate(New), expired))[^1].Refusal?.ErrorId);
    }

    [Fact]
    public void What_a_run_that_died_left_as_the_default_is_repaired()
    {
        var record = Record(New, (ExchangePlan.FormerDefaultNote, Own), (ExchangePlan.InterimDefaultNote, New));

        var plan = Plan(Wish, State(New, Certificate(New, "IIS", "SMTP")), record);

        Assert.Equal(ExchangeStep.KeepDefaultSmtp, Assert.Single(plan, s => s.IsNeeded && s.Name != ExchangeStep.Check).Name);
        Assert.Equal(Own, plan[^1].Former);
    }

    [Fact]
    public void What_a_run_for_an_earlier_certificate_left_as_the_default_is_repaired_with_the_next_certificate()
    {
        var record = Record("OLD", (ExchangePlan.FormerDefaultNote, Own), (ExchangePlan.InterimDefaultNote, "OLDER OLD"));

        Assert.Equal(Own, Plan(Wish, State("OLDER", Certificate(New), Certificate("OLDER", "SMTP")), record)[^1].Former);
    }

    [Fact]
    public void A_default_that_somebody_has_chosen_since_is_left_alone()
    {
        var record = Record(New, (ExchangePlan.FormerDefaultNote, Own), (ExchangePlan.InterimDefaultNote, New));

        var plan = Plan(Wish, State("BBBB", Certificate(New, "SMTP"), Certificate("BBBB", "SMTP")), record);

        Assert.DoesNotContain(plan, s => s.Name == ExchangeStep.KeepDefaultSmtp);
    }

    [Fact]
    public void Without_SMTP_nobody_asks_for_the_default()
        => Assert.Equal(
            [ExchangeStep.Import, ExchangeStep.Check, ExchangeStep.Enable],
            Plan(Wish with { Services = ["IIS"] }, State(null, Certificate(New))).Select(s => s.Name));

    private static ExchangeCertificate Certificate(string thumbprint, params string[] services) => new()
    {
        Thumbprint = thumbprint,
        Subject = "CN=mail.example.test",
        Names = ["mail.example.test"],
        Services = services,
        Status = "Valid",
        HasPrivateKey = true,
        NotAfter = Now.AddDays(60),
    };

    private static ExchangeServerState State(string? defaultSmtp, params ExchangeCertificate[] more)
    {
        var servers = new FakeExchange();
        return new([.. servers.Add("EX1").Certificates, .. more], defaultSmtp);
    }

    private static StoredDeployment Record(string thumbprint, params (string Name, string Value)[] notes)
        => new("Exchange", "EX1", thumbprint) { Notes = notes.ToDictionary(n => n.Name, n => n.Value) };

    private static IReadOnlyList<ExchangeStep> Plan(ExchangeWish wish, ExchangeServerState state, StoredDeployment? record = null)
        => ExchangePlan.Make("EX1", wish, state, record, Now);
}
