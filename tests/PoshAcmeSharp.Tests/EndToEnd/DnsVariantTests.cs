using PoshAcmeSharp.Acme;
using PoshAcmeSharp.AcmeTestServers;
using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Dns;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.Jose;
using PoshAcmeSharp.Tests.Support;
using Xunit;

namespace PoshAcmeSharp.Tests.EndToEnd;

/// <summary>DNS validation against a server that looks the records up.</summary>
public sealed class DnsVariantTests : IAsyncLifetime, IDisposable
{
    private readonly StubDns _dns = new();
    private readonly AccountKey _key = AccountKey.Generate(KeyLength.Ec256);
    private ScriptedAcmeServer _server = null!;
    private readonly RecordingReporter _reporter = new();
    private AcmeClient _client = null!;
    private AcmeAccountClient _account = null!;

    public async Task InitializeAsync()
    {
        _server = await ScriptedAcmeServer.StartAsync(new ScriptedAcmeOptions { OffersDnsAccount = true, PersistentIssuers = ["ca.example"], LookUpTxt = _dns.LookUp });
        _client = await AcmeClient.ConnectAsync(_server.DirectoryUrl, new AcmeOptions { Clock = new FakeClock(), Reporter = _reporter });
        _account = await _client.NewAccountAsync(_key, new NewAccountOptions { TermsOfServiceAgreed = true });
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    public void Dispose() => _key.Dispose();

    [Theory]
    [InlineData(ChallengeType.Dns01)]
    [InlineData(ChallengeType.DnsAccount01)]
    public async Task A_domain_and_its_wildcard_are_validated_by_either_variant(string variant)
    {
        using var issued = await IssueAsync(variant, "www.example.test", "*.www.example.test");

        Assert.Equal(["*.www.example.test", "www.example.test"], issued.Chain.Leaf.AllSans.Order());
        Assert.Equal(["valid", "valid"], _server.Authorizations.Select(a => a.Challenges.Single(c => c.Type == variant).Status));
    }

    [Fact]
    public async Task The_records_of_dns_account_01_lie_below_the_label_of_the_account_and_go_away_again()
    {
        using var issued = await IssueAsync(ChallengeType.DnsAccount01, "www.example.test");

        var name = $"{DnsAccountLabel.ForAccount(_account.Account.Location)}.www.example.test";
        Assert.Equal([name], _dns.Published);
        Assert.Empty(_dns.LookUp(name));
    }

    [Fact]
    public async Task A_variant_that_is_not_offered_is_an_error_that_lists_what_is()
    {
        _server.Options.OffersDnsAccount = false;

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => IssueAsync(ChallengeType.DnsAccount01, "www.example.test"));

        Assert.Equal("ChallengeNotOffered", error.ErrorId);
        Assert.Contains("no dns-account-01 challenge for www.example.test, but http-01, dns-01, tls-alpn-01, dns-persist-01", error.Message, StringComparison.Ordinal);
        Assert.Empty(_dns.Published);
    }

    [Fact]
    public async Task The_values_of_one_variant_do_not_do_for_the_other()
    {
        var authorization = Assert.Single(await OrderAsync("www.example.test"));
        var token = ChallengePublisher.Require(authorization, ChallengeType.Dns01).Token!;
        foreach (var variant in new[] { ChallengeType.Dns01, ChallengeType.DnsAccount01 })
        {
            var record = DnsChallengeRecord.For(_account.Key, _account.Account.Location, "www.example.test", token, variant);
            _dns.Add(record.RecordName, record.Values[0]);
        }

        await _account.AcknowledgeAsync(ChallengePublisher.Require(authorization, ChallengeType.DnsAccount01).Url);

        Assert.Equal("invalid", (await _account.GetAuthorizationAsync(authorization.Location)).Status);
    }

    [Theory]
    [InlineData("www.example.test", "www.example.test", false)]
    [InlineData("www.example.test", "www.example.test", true)]
    [InlineData("*.example.test", "example.test", true)]
    [InlineData("a.b.example.test", "example.test", true)]
    public async Task A_persistent_record_validates_again_and_again_and_stays(string name, string domain, bool allowsWildcard)
    {
        Persist(domain, new DnsPersistValue("ca.example", _account.Account.Location, allowsWildcard));

        using var first = await IssueAsync(ChallengeType.DnsPersist01, name);
        using var second = await IssueAsync(ChallengeType.DnsPersist01, name);

        Assert.Equal(["valid", "valid"], _server.Authorizations.Select(a => a.Challenges.Single(c => c.Type == ChallengeType.DnsPersist01).Status));
        Assert.Empty(_dns.Published);
        Assert.Empty(_reporter.Warnings);
        Assert.Single(_dns.LookUp("_validation-persist." + domain));
    }

    [Theory]
    [InlineData("other.example; accounturi={0}")]
    [InlineData("ca.example; accounturi={0}x")]
    [InlineData("ca.example; accounturi={0}; persistUntil=1")]
    [InlineData("ca.example")]
    public async Task A_persistent_record_that_does_not_permit_it_is_warned_of_and_refused_by_the_CA(string record)
    {
        _dns.Add("_validation-persist.www.example.test", string.Format(System.Globalization.CultureInfo.InvariantCulture, record, _account.Account.Location));

        await AssertRefusedAsync("www.example.test");
    }

    [Fact]
    public async Task A_persistent_record_without_the_policy_covers_neither_wildcards_nor_names_below()
    {
        Persist("example.test", new DnsPersistValue("ca.example", _account.Account.Location));

        await AssertRefusedAsync("*.example.test");
        await AssertRefusedAsync("www.example.test");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(11)]
    public async Task A_challenge_with_no_or_too_many_issuers_is_not_answered(int count)
    {
        var authorization = Assert.Single(await OrderAsync("www.example.test"));
        var challenge = _server.Authorizations[0].Challenges.Single(c => c.Type == ChallengeType.DnsPersist01);
        challenge.IssuerDomainNames = [.. Enumerable.Range(0, count).Select(i => $"ca{i}.example")];
        authorization = await _account.GetAuthorizationAsync(authorization.Location);

        var error = Assert.Throws<PoshAcmeException>(() => DnsPersistValue.IssuersOf(ChallengePublisher.Require(authorization, ChallengeType.DnsPersist01)));

        Assert.Equal("MalformedChallenge", error.ErrorId);
    }

    private async Task AssertRefusedAsync(string name)
    {
        var warnings = _reporter.Warnings.Count;

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => IssueAsync(ChallengeType.DnsPersist01, name));

        Assert.Equal("ValidationFailed", error.ErrorId);
        Assert.Contains($"lets this account have {name} validated", Assert.Single(_reporter.Warnings.Skip(warnings)), StringComparison.Ordinal);
    }

    private void Persist(string domain, DnsPersistValue value) => _dns.Add(DnsPersistValue.RecordNameFor(domain), value.ToString());

    private Task<IssuedCertificate> IssueAsync(string variant, params string[] names)
        => new CertificateIssuer(_account, _dns).IssueAsync(
            names,
            _dns,
            new IssueOptions { DnsVariant = variant, DnsWait = new DnsWaitOptions { NameServers = [StubDns.Endpoint] }, KeyLength = KeyLength.Ec256 });

    private async Task<IReadOnlyList<AcmeAuthorization>> OrderAsync(params string[] names)
    {
        var order = await _account.NewOrderAsync([.. names.Select(PoshAcmeSharp.Acme.AcmeIdentifier.Parse)]);
        return await _account.GetAuthorizationsAsync(order.Authorizations);
    }
}
