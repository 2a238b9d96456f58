using PoshAcmeSharp.Acme;
using PoshAcmeSharp.AcmeTestServers;
using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.Jose;
using PoshAcmeSharp.Tests.Support;
using Xunit;

namespace PoshAcmeSharp.Tests.EndToEnd;

/// <summary>What Pebble learnt after the version that Debian 12 has: another judge of what the scripted server judges everywhere.</summary>
public sealed class NewerPebbleTests : IDisposable
{
    private readonly AccountKey _key = AccountKey.Generate(KeyLength.Ec256);
    private AcmeClient? _client;
    private AcmeAccountClient _account = null!;

    [FactWithPebble(PebbleFeature.RenewalInfo)]
    public async Task The_window_of_a_certificate_lies_in_its_lifetime_and_an_order_replaces_it_once()
    {
        await using var server = await StartAsync();
        using var former = await IssueAsync(server, "ari.test");
        var leaf = former.Chain.Leaf;

        var info = await _client!.GetRenewalInfoAsync(leaf.AriId!);
        var replacement = new NewOrderOptions { Replaces = leaf.AriId };
        using var renewed = await IssueAsync(server, "ari.test", o => o.Order = replacement);
        var refused = await Assert.ThrowsAsync<AcmeProblemException>(() => IssueAsync(server, "ari.test", o => o.Order = replacement));

        Assert.Equal(RenewalInfoStatus.Suggested, info.Status);
        Assert.InRange(info.WindowStart!.Value, leaf.NotBefore, leaf.NotAfter);
        Assert.InRange(info.WindowEnd!.Value, info.WindowStart.Value, leaf.NotAfter);
        Assert.NotEqual(leaf.AriId, renewed.Chain.Leaf.AriId);
        Assert.Equal(409, refused.Status);
    }

    [FactWithPebble(PebbleFeature.RenewalInfo)]
    public async Task A_certificate_that_was_revoked_is_to_be_renewed_now()
    {
        await using var server = await StartAsync();
        using var issued = await IssueAsync(server, "revoked.test");
        await _account.RevokeCertificateAsync(issued.Chain.Leaf.ToDer(), reason: 0);

        var info = await _client!.GetRenewalInfoAsync(issued.Chain.Leaf.AriId!);

        Assert.Equal(RenewalInfoStatus.Suggested, info.Status);
        Assert.True(info.WindowEnd < DateTimeOffset.UtcNow);
    }

    [FactWithPebble(PebbleFeature.Profiles)]
    public async Task The_profile_that_is_chosen_decides_on_the_lifetime()
    {
        const int SixDays = 6 * 24 * 60 * 60;
        await using var server = await StartAsync(new PebbleOptions { Profiles = new Dictionary<string, int> { ["classic"] = 15 * SixDays, ["shortlived"] = SixDays } });

        using var shortlived = await IssueAsync(server, "short.test", o => o.Order = new NewOrderOptions { Profile = "shortlived" });
        using var classic = await IssueAsync(server, "long.test", o => o.Order = new NewOrderOptions { Profile = "classic" });

        Assert.Equal(["classic", "shortlived"], _client!.Directory.Profiles.Keys.Order());
        Assert.Equal(SixDays, (shortlived.Chain.Leaf.NotAfter - shortlived.Chain.Leaf.NotBefore).TotalSeconds, 60.0);
        Assert.Equal(15 * SixDays, (classic.Chain.Leaf.NotAfter - classic.Chain.Leaf.NotBefore).TotalSeconds, 60.0);
    }

    [FactWithPebble(PebbleFeature.DnsAccount)]
    public async Task A_domain_and_its_wildcard_are_validated_below_the_label_of_the_account()
    {
        await using var server = await StartAsync();
        var plugin = new PebbleDnsPlugin(server);

        using var issued = await new CertificateIssuer(_account).IssueAsync(["account.test", "*.account.test"], plugin, new IssueOptions
        {
            DnsVariant = ChallengeType.DnsAccount01,
            DnsWait = null,
            KeyLength = KeyLength.Ec256,
        });

        Assert.Equal(["*.account.test", "account.test"], issued.Chain.Leaf.AllSans.Order());
        Assert.Equal([$"{DnsAccountLabel.ForAccount(_account.Account.Location)}.account.test"], plugin.Published);
    }

    public void Dispose()
    {
        _client?.Dispose();
        _key.Dispose();
    }

    private async Task<PebbleServer> StartAsync(PebbleOptions? options = null)
    {
        var server = await PebbleServer.StartAsync(options);
        _client = await AcmeClient.ConnectAsync(server.DirectoryUrl, new AcmeOptions { CACertificatePem = server.ApiCaCertificatePem });
        _account = await _client.NewAccountAsync(_key, new NewAccountOptions { TermsOfServiceAgreed = true });
        return server;
    }

    private Task<IssuedCertificate> IssueAsync(PebbleServer server, string name, Action<IssueOptions>? change = null)
    {
        var options = new IssueOptions { DnsWait = null, KeyLength = KeyLength.Ec256 };
        change?.Invoke(options);
        return new CertificateIssuer(_account).IssueAsync([name], new PebbleDnsPlugin(server), options);
    }
}
