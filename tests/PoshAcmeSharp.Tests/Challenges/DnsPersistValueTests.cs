using PoshAcmeSharp.Challenges;
using Xunit;

namespace PoshAcmeSharp.Tests.Challenges;

public sealed class DnsPersistValueTests
{
    private const string Account = "https://ca.example/acct/123";

    private static readonly DateTimeOffset Until = new(2027, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Only_what_is_wished_is_written()
    {
        Assert.Equal($"authority.example; accounturi={Account}", new DnsPersistValue("authority.example", Account).ToString());
        Assert.Equal(
            $"authority.example; accounturi={Account}; policy=wildcard; persistUntil=1798761600",
            new DnsPersistValue("authority.example", Account, allowsWildcard: true, Until).ToString());
    }

    [Theory]
    [InlineData("Authority.Example.", "authority.example")]
    [InlineData("Bücher.example", "xn--bcher-kva.example")]
    public void The_name_of_the_CA_is_brought_into_its_usual_form(string given, string written)
        => Assert.Equal(written, new DnsPersistValue(given, Account).IssuerDomainName);

    [Theory]
    [InlineData("")]
    [InlineData("ca example")]
    [InlineData("ca.example;")]
    [InlineData("https://ca.example/")]
    [InlineData("*.ca.example")]
    [InlineData("_ca.example")]
    [InlineData("-ca.example")]
    [InlineData("ca-.example")]
    public void What_is_no_name_of_a_CA_is_refused(string given)
        => Assert.Equal("InvalidIssuerDomainName", Assert.Throws<PoshAcmeException>(() => new DnsPersistValue(given, Account)).ErrorId);

    [Theory]
    [InlineData("")]
    [InlineData("acct/123")]
    [InlineData("https://ca.example/acct/1;policy=wildcard")]
    [InlineData("https://ca.example/acct/1 2")]
    [InlineData("https://ca.example/acct/ü")]
    [InlineData("https://ca.example/acct/1\n")]
    public void An_account_URL_that_a_record_cannot_hold_is_refused_as_it_must_not_be_escaped(string given)
        => Assert.Equal("InvalidAccountUri", Assert.Throws<PoshAcmeException>(() => new DnsPersistValue("ca.example", given)).ErrorId);

    [Fact]
    public void The_end_is_written_in_UTC_whatever_the_time_zone_and_to_the_second()
    {
        var local = new DateTimeOffset(2027, 1, 1, 5, 30, 0, TimeSpan.FromHours(5.5)).AddMilliseconds(999);

        Assert.EndsWith("persistUntil=1798761600", new DnsPersistValue("ca.example", Account, persistUntil: local).ToString(), StringComparison.Ordinal);
        Assert.Equal("InvalidPersistUntil", Assert.Throws<PoshAcmeException>(() => new DnsPersistValue("ca.example", Account, persistUntil: default(DateTimeOffset))).ErrorId);
    }

    [Fact]
    public void A_domain_and_its_wildcard_have_one_record()
    {
        Assert.Equal("_validation-persist.www.example.test", DnsPersistValue.RecordNameFor("WWW.example.test."));
        Assert.Equal("_validation-persist.example.test", DnsPersistValue.RecordNameFor("*.example.test"));
    }

    [Theory]
    [InlineData("ca.example; accounturi=" + Account)]
    [InlineData("CA.example.;accounturi=" + Account)]
    [InlineData(" ca.example \t;\tAccountUri = " + Account + " ; policy=Wildcard;persistuntil=1798761600")]
    [InlineData("ca.example; accounturi=" + Account + "; later=x; later=y")]
    [InlineData("ca.example; accounturi=" + Account + "; policy=other")]
    public void What_a_CA_reads_is_read(string text)
    {
        var value = DnsPersistValue.TryParse(text);

        Assert.Equal(("ca.example", Account), (value!.IssuerDomainName, value.AccountUri));
    }

    [Theory]
    [InlineData("")]
    [InlineData("ca.example")]
    [InlineData("; accounturi=" + Account)]
    [InlineData("ca.example; accounturi=")]
    [InlineData("ca.example; accounturi=" + Account + ";")]
    [InlineData("ca.example; accounturi=" + Account + "; x")]
    [InlineData("ca.example; accounturi=" + Account + "; accounturi=" + Account)]
    [InlineData("ca.example; accounturi=" + Account + "; policy=wildcard; policy=wildcard")]
    [InlineData("ca.example; accounturi=" + Account + "; persistUntil=-1")]
    [InlineData("ca.example; accounturi=" + Account + "; persistUntil=soon")]
    [InlineData("ca.example; accounturi=" + Account + "; persistUntil=99999999999999999")]
    [InlineData("\"ca.example; accounturi=" + Account + "\"")]
    [InlineData("v=spf1 -all")]
    public void What_a_CA_passes_over_is_passed_over(string text) => Assert.Null(DnsPersistValue.TryParse(text));

    [Fact]
    public void What_was_written_is_read_back()
    {
        var value = new DnsPersistValue("ca.example", Account, allowsWildcard: true, Until);

        Assert.Equal(value, DnsPersistValue.TryParse(value.ToString()));
    }

    [Fact]
    public void It_permits_its_account_at_its_CA_until_its_end_and_wildcards_by_policy_only()
    {
        var exact = new DnsPersistValue("ca.example", Account, persistUntil: Until);

        Assert.True(exact.Permits(["other.example", "CA.example"], Account, needsWildcard: false, Until));
        Assert.False(exact.Permits(["ca.example"], Account, needsWildcard: false, Until.AddSeconds(1)));
        Assert.False(exact.Permits(["other.example"], Account, needsWildcard: false, Until));
        Assert.False(exact.Permits(["ca.example"], Account + "4", needsWildcard: false, Until));
        Assert.False(exact.Permits(["ca.example"], Account, needsWildcard: true, Until));
        Assert.True(new DnsPersistValue("ca.example", Account, allowsWildcard: true).Permits(["ca.example"], Account, needsWildcard: true, Until));
    }
}
