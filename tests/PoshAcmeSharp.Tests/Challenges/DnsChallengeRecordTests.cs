using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Jose;
using Xunit;

namespace PoshAcmeSharp.Tests.Challenges;

public sealed class DnsChallengeRecordTests
{
    private const string AccountUrl = "https://example.com/acme/acct/ExampleAccount";

    [Theory]
    [InlineData("example.org", null, null, "_acme-challenge.example.org")]
    [InlineData("example.org", "", "", "_acme-challenge.example.org")]
    [InlineData("*.example.org", "dns-01", null, "_acme-challenge.example.org")]
    [InlineData("example.org.", "dns-01", " ", "_acme-challenge.example.org")]
    [InlineData("*.example.org", "dns-account-01", null, "_ujmmovf2vn55tgye._acme-challenge.example.org")]
    [InlineData("example.org", "dns-01", "acme.example.net.", "acme.example.net")]
    [InlineData("example.org", "dns-account-01", "acme.example.net", "acme.example.net")]
    public void The_name_follows_from_the_domain_the_variant_and_the_alias(string domain, string? variant, string? alias, string expected)
        => Assert.Equal(expected, DnsChallengeRecord.NameFor(domain, AccountUrl, variant, alias));

    [Fact]
    public void A_variant_that_needs_no_record_at_issuance_is_refused()
        => Assert.Throws<ArgumentException>(() => DnsChallengeRecord.NameFor("example.org", AccountUrl, "dns-persist-01"));

    [Fact]
    public void Both_variants_have_the_value_that_the_key_gives_the_token()
    {
        using var key = AccountKey.Generate(KeyLength.Parse("ec-256"));

        var usual = DnsChallengeRecord.For(key, null, "example.org", "token");
        var labelled = DnsChallengeRecord.For(key, AccountUrl, "example.org", "token", ChallengeType.DnsAccount01);

        Assert.Equal([key.GetDnsTxtValue("token")], usual.Values);
        Assert.Equal(usual.Values, labelled.Values);
        Assert.NotEqual(usual.RecordName, labelled.RecordName);
    }
}
