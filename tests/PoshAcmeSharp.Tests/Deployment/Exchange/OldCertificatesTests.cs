using PoshAcmeSharp.Deployment.Exchange;
using Xunit;

namespace PoshAcmeSharp.Tests.Deployment.Exchange;

public class OldCertificatesTests
{
    private static readonly ExchangeCertificate New = new()
    {
        Thumbprint = "AAAA",
        Issuer = "CN=R11",
        Subject = "CN=mail.example.test",
        Names = ["mail.example.test", "autodiscover.example.test"],
        Services = ["IIS", "SMTP"],
        HasPrivateKey = true,
        NotAfter = new DateTimeOffset(2026, 5, 1, 0, 0, 0, TimeSpan.Zero),
    };

    private static readonly ExchangeCertificate Old = New with
    {
        Thumbprint = "BBBB",
        Issuer = "CN=R10",
        Names = ["AUTODISCOVER.example.test", "mail.example.test"],
        Services = ["SMTP"],
        NotAfter = New.NotAfter!.Value.AddDays(-60),
    };

    [Fact]
    public void The_one_with_the_same_names_in_any_order_that_ends_earlier_can_go()
        => Assert.Equal([("BBBB", null)], Choose(Old));

    public static TheoryData<string, ExchangeCertificate> Others => new()
    {
        { "it is self-signed", Old with { IsSelfSigned = true } },
        { "it has another name", Old with { Names = [.. Old.Names, "other.example.test"] } },
        { "it has fewer names", Old with { Names = ["mail.example.test"] } },
        { "it ends later, so it is no predecessor", Old with { NotAfter = New.NotAfter!.Value.AddDays(1) } },
        { "its end cannot be read", Old with { NotAfter = null } },
    };

    [Theory]
    [MemberData(nameof(Others))]
    public void Others_are_not_even_looked_at(string why, ExchangeCertificate other)
    {
        Assert.NotEmpty(why);
        Assert.Empty(Choose(other));
    }

    [Theory]
    [InlineData("IIS")]
    [InlineData("UM")]
    [InlineData("Federation")]
    [InlineData("POP")]
    public void One_that_a_service_uses_stays(string service)
        => Assert.Contains(service, Assert.Single(Choose(Old with { Services = ["SMTP", service] })).Reason, StringComparison.Ordinal);

    [Fact]
    public void The_default_SMTP_certificate_stays_because_of_Edge_subscriptions()
        => Assert.Contains("Edge", Assert.Single(Choose(Old, defaultSmtp: "bbbb")).Reason, StringComparison.Ordinal);

    [Fact]
    public void One_with_SMTP_stays_where_the_default_cannot_be_read()
        => Assert.Contains("cannot be read", Assert.Single(Choose(Old, defaultSmtp: null)).Reason, StringComparison.Ordinal);

    [Fact]
    public void What_servers_know_each_other_by_stays()
        => Assert.Contains("Get-AuthConfig", Assert.Single(Choose(Old, auth: ["bbbb"])).Reason, StringComparison.Ordinal);

    [Fact]
    public void One_that_a_connector_is_bound_to_stays()
    {
        Assert.NotNull(Assert.Single(Choose(Old, send: ["<i>CN=R10<s>CN=mail.example.test"])).Reason);
        Assert.NotNull(Assert.Single(Choose(Old, receive: ["<I>CN=R10<S>CN=mail.example.test"])).Reason);
        Assert.Null(Assert.Single(Choose(Old, send: ["<I>CN=R11<S>CN=mail.example.test"])).Reason);
    }

    [Fact]
    public void A_send_connector_holds_the_old_one_also_when_both_have_one_name_as_Exchange_refuses_to_remove_it()
    {
        var sameName = Old with { Issuer = New.Issuer };

        Assert.NotNull(Assert.Single(Choose(sameName, send: ["<I>CN=R11<S>CN=mail.example.test"])).Reason);
        Assert.Null(Assert.Single(Choose(sameName, receive: ["<I>CN=R11<S>CN=mail.example.test"])).Reason);
    }

    [Fact]
    public void Nothing_goes_while_the_new_one_is_not_there()
        => Assert.Empty(OldCertificates.Choose(new([Old], "0EX1"), New.Thumbprint, [], [], []));

    private static (string Thumbprint, string? Reason)[] Choose(
        ExchangeCertificate other, string? defaultSmtp = "0EX1", string[]? auth = null, string[]? send = null, string[]? receive = null)
        => [.. OldCertificates.Choose(new([New, other], defaultSmtp), New.Thumbprint, auth ?? [], send ?? [], receive ?? []).Select(c => (c.Certificate.Thumbprint, c.Reason))];
}
