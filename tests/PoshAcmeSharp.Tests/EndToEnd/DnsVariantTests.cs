using PoshAcmeSharp.Acme;
using PoshAcmeSharp.AcmeTestServers;
using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Challenges;
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
    private AcmeClient _client = null!;
    private AcmeAccountClient _account = null!;

    public async Task InitializeAsync()
    {
        _server = await ScriptedAcmeServer.StartAsync(new ScriptedAcmeOptions { OffersDnsAccount = true, LookUpTxt = _dns.LookUp });
        _client = await AcmeClient.ConnectAsync(_server.DirectoryUrl, new AcmeOptions { Clock = new FakeClock() });
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
        Assert.Contains("no dns-account-01 challenge for www.example.test, but http-01, dns-01, tls-alpn-01", error.Message, StringComparison.Ordinal);
        Assert.Empty(_dns.Published);
    }

    [Fact]
    public async Task The_values_of_one_variant_do_not_do_for_the_other()
    {
        var authorization = Assert.Single(await OrderAsync("www.example.test"));
        foreach (var record in ChallengePublisher.TxtRecordsFor(_account, [authorization], ChallengeType.Dns01))
        {
            _dns.Add(record.RecordName, record.Values[0]);
            _dns.Add($"{DnsAccountLabel.ForAccount(_account.Account.Location)}.www.example.test", record.Values[0]);
        }

        await _account.AcknowledgeAsync(ChallengePublisher.Require(authorization, ChallengeType.DnsAccount01).Url);

        Assert.Equal("invalid", (await _account.GetAuthorizationAsync(authorization.Location)).Status);
    }

    private Task<IssuedCertificate> IssueAsync(string variant, params string[] names)
        => new CertificateIssuer(_account).IssueAsync(names, _dns, new IssueOptions { DnsVariant = variant, DnsWait = null, KeyLength = KeyLength.Ec256 });

    private async Task<IReadOnlyList<AcmeAuthorization>> OrderAsync(params string[] names)
    {
        var order = await _account.NewOrderAsync([.. names.Select(PoshAcmeSharp.Acme.AcmeIdentifier.Parse)]);
        return await _account.GetAuthorizationsAsync(order.Authorizations);
    }
}
