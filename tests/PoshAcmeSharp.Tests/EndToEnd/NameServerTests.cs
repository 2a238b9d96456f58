using PoshAcmeSharp.Acme;
using PoshAcmeSharp.AcmeTestServers;
using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Dns;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.Jose;
using PoshAcmeSharp.Plugins;
using PoshAcmeSharp.Tests.Plugins;
using PoshAcmeSharp.Tests.Support;
using Xunit;

namespace PoshAcmeSharp.Tests.EndToEnd;

/// <summary>Certificates of Pebble, which asks the real name server that a plugin writes to.</summary>
public class NameServerTests
{
    private static readonly string[] Names = ["example.test", "*.example.test", "www.example.test", "mail.example.test"];

    [FactWith("pebble", "pebble-challtestsrv", "named")]
    public async Task Names_and_a_wildcard_are_issued_by_dynamic_updates()
    {
        await using var dns = await NameServer.StartNamedAsync();
        await IssueAsync(dns.Endpoint, "RFC2136", new()
        {
            ["DDNSNameserver"] = dns.Endpoint,
            ["DDNSKeyName"] = dns.Keys["hmac-sha256"],
            ["DDNSKeyType"] = "hmac-sha256",
            ["DDNSKeyValue"] = SecureText.Of(dns.Secret),
        });
    }

    [FactWithPowerDns("pebble", "pebble-challtestsrv")]
    public async Task Names_and_a_wildcard_are_issued_by_the_API_of_PowerDNS()
    {
        await using var dns = await PowerDnsServer.StartAsync();
        await IssueAsync(dns.Endpoint, "PowerDNS", new()
        {
            ["PowerDNSApiHost"] = "127.0.0.1",
            ["PowerDNSPort"] = dns.ApiPort,
            ["PowerDNSApiKey"] = SecureText.Of(dns.ApiKey),
        });
    }

    private static async Task IssueAsync(string nameServer, string plugin, Dictionary<string, object?> arguments)
    {
        await using var pebble = await PebbleServer.StartAsync(new PebbleOptions { DnsServer = nameServer });
        var endpoint = NameServerEndpoint.Parse(nameServer);
        var resolver = new DnsResolver(new() { SystemServers = [endpoint] });
        var publisher = (IDnsChallengePlugin)NativePlugins.List().Single(p => p.IsNamed(plugin)).Create(arguments, new(new RecordingReporter(), SystemClock.Instance) { Resolver = resolver });
        using var disposable = publisher as IDisposable;
        using var client = await AcmeClient.ConnectAsync(pebble.DirectoryUrl, new AcmeOptions { CACertificatePem = pebble.ApiCaCertificatePem });
        using var key = AccountKey.Generate(KeyLength.Ec256);
        var issuer = new CertificateIssuer(await client.NewAccountAsync(key, new NewAccountOptions { TermsOfServiceAgreed = true }));

        using var issued = await issuer.IssueAsync(Names, publisher, new IssueOptions
        {
            DnsWait = new DnsWaitOptions { NameServers = [endpoint], Timeout = TimeSpan.FromSeconds(30) },
        });

        Assert.Equal(Names.Order(), issued.Chain.Leaf.AllSans.Order());
        foreach (var name in Names.Where(name => name[0] != '*'))
        {
            var left = await resolver.QueryAsync(new("_acme-challenge." + name, DnsRecordType.Txt), endpoint, CancellationToken.None);
            Assert.Empty(left.Answers);
        }
    }
}
