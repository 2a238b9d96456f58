using PoshAcmeSharp.Acme;
using PoshAcmeSharp.AcmeTestServers;
using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Dns;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.Jose;
using PoshAcmeSharp.Tests.Support;
using Xunit;

namespace PoshAcmeSharp.Tests.EndToEnd;

public class IssuanceTests
{
    [FactWith("pebble", "pebble-challtestsrv", "openssl")]
    public async Task A_domain_and_its_wildcard_are_issued_by_dns_and_openssl_accepts_the_chain()
    {
        await using var server = await PebbleServer.StartAsync();
        using var session = await Session.OpenAsync(server);
        var plugin = new PebbleDnsPlugin(server);

        using var issued = await session.Issuer.IssueAsync(["dns.test", "*.dns.test"], plugin, WaitAt(server));

        Assert.Equal(["*.dns.test", "dns.test"], issued.Chain.Leaf.AllSans.Order());
        Assert.Equal(["_acme-challenge.dns.test"], plugin.Published);
        Assert.Equal(["_acme-challenge.dns.test"], plugin.Unpublished);
        await AssertOpenSslAcceptsAsync(server, issued);
    }

    [FactWith("pebble", "pebble-challtestsrv")]
    public async Task A_name_and_an_address_are_issued_by_http()
    {
        await using var server = await PebbleServer.StartAsync(new PebbleOptions { ServeHttp01 = true });
        using var session = await Session.OpenAsync(server);

        using var issued = await session.Issuer.IssueAsync(["www.http.test", "127.0.0.1"], new PebbleHttpPlugin(server), new IssueOptions { KeyLength = KeyLength.Ec256 });

        Assert.Equal(["127.0.0.1", "www.http.test"], issued.Chain.Leaf.AllSans.Order());
        Assert.Equal("ec-256", issued.Chain.Leaf.KeyLength);
    }

    [FactWith("pebble", "pebble-challtestsrv")]
    public async Task Half_of_all_nonces_refused_is_survived_by_twenty_names()
    {
        await using var server = await PebbleServer.StartAsync(new PebbleOptions { NonceRejectPercent = 50 });
        using var session = await Session.OpenAsync(server);
        var names = Enumerable.Range(1, 20).Select(i => $"n{i}.nonce.test").ToArray();

        using var issued = await session.Issuer.IssueAsync(names, new PebbleDnsPlugin(server), WaitAt(server));

        Assert.Equal(20, issued.Chain.Leaf.AllSans.Count);
    }

    [FactWith("pebble", "pebble-challtestsrv")]
    public async Task The_alternate_chain_that_is_preferred_is_chosen()
    {
        await using var server = await PebbleServer.StartAsync(new PebbleOptions { AlternateRoots = 2 });
        using var session = await Session.OpenAsync(server);
        var wanted = CertificateInfo.FromPem(await server.IssuingRootsPemAsync(2));

        var options = WaitAt(server);
        options.PreferredChain = wanted.IssuerCommonName;
        using var issued = await session.Issuer.IssueAsync(["alternate.test"], new PebbleDnsPlugin(server), options);

        Assert.Equal(wanted.Subject, issued.Chain.Issuers[^1].Issuer);
    }

    [FactWith("pebble", "pebble-challtestsrv")]
    public async Task A_name_that_fails_is_named_with_the_reason_and_everything_published_is_removed()
    {
        await using var server = await PebbleServer.StartAsync();
        using var session = await Session.OpenAsync(server);
        var plugin = new PebbleDnsPlugin(server);
        await server.SetServfailAsync("_acme-challenge.bad.test");

        var options = WaitAt(server);
        options.DnsWait = null;
        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => session.Issuer.IssueAsync(["good.test", "bad.test"], plugin, options));

        Assert.Equal("ValidationFailed", error.ErrorId);
        Assert.Contains("bad.test is invalid (dns-01: ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("good.test is", error.Message, StringComparison.Ordinal);
        Assert.Equal(plugin.Published.Order(), plugin.Unpublished.Order());
    }

    [FactWith("pebble", "pebble-challtestsrv")]
    public async Task Records_of_many_names_are_published_several_at_once()
    {
        await using var server = await PebbleServer.StartAsync();
        using var session = await Session.OpenAsync(server);
        var plugin = new PebbleDnsPlugin(server);

        using var issued = await session.Issuer.IssueAsync([.. Enumerable.Range(1, 12).Select(i => $"p{i}.many.test")], plugin, WaitAt(server));

        Assert.InRange(plugin.MostAtOnce, 2, plugin.MaxConcurrency);
    }

    [FactWith("pebble", "pebble-challtestsrv")]
    public async Task An_account_that_needs_an_external_binding_is_made_with_it_and_refused_without()
    {
        const string MacKey = "zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W";
        await using var server = await PebbleServer.StartAsync(new PebbleOptions { ExternalAccounts = new Dictionary<string, string> { ["kid-1"] = MacKey } });
        using var client = await Session.ConnectAsync(server);
        using var key = AccountKey.Generate(KeyLength.Ec256);

        Assert.True(client.Directory.ExternalAccountRequired);
        var refused = await Assert.ThrowsAsync<AcmeProblemException>(() => client.NewAccountAsync(key, new NewAccountOptions { TermsOfServiceAgreed = true }));
        var account = await client.NewAccountAsync(key, new NewAccountOptions { TermsOfServiceAgreed = true, ExternalAccount = new ExternalAccount("kid-1", MacKey) });

        Assert.Equal("AcmeProblem.externalAccountRequired", refused.ErrorId);
        Assert.Equal("valid", account.Account.Status);
    }

    [TheoryWith("pebble", "pebble-challtestsrv")]
    [InlineData("ec-256")]
    [InlineData("ec-384")]
    [InlineData("ec-521")]
    [InlineData("2048")]
    public async Task An_account_key_of_every_kind_is_accepted_and_found_again(string keyLength)
    {
        await using var server = await PebbleServer.StartAsync();
        using var client = await Session.ConnectAsync(server);
        using var key = AccountKey.Generate(KeyLength.Parse(keyLength));
        using var restored = AccountKey.FromJwk(key.ToPrivateJwk());

        var created = await client.NewAccountAsync(key, new NewAccountOptions { TermsOfServiceAgreed = true, Contact = ["mailto:a@example.test"] });
        var found = await client.NewAccountAsync(restored, new NewAccountOptions { OnlyReturnExisting = true });

        Assert.Equal(created.Account.Location, found.Account.Location);
        Assert.Equal(["mailto:a@example.test"], found.Account.Contact);
    }

    [FactWith("pebble", "pebble-challtestsrv")]
    public async Task Terms_that_are_not_agreed_to_are_refused_by_the_server_and_explained()
    {
        await using var server = await PebbleServer.StartAsync();
        using var client = await Session.ConnectAsync(server);
        using var key = AccountKey.Generate(KeyLength.Ec256);

        var error = await Assert.ThrowsAsync<AcmeProblemException>(() => client.NewAccountAsync(key));

        Assert.Equal("AcmeProblem.agreementRequired", error.ErrorId);
        Assert.Contains("-AcceptTOS", error.RecommendedAction, StringComparison.Ordinal);
    }

    private static IssueOptions WaitAt(PebbleServer server) => new()
    {
        DnsWait = new DnsWaitOptions { NameServers = [NameServerEndpoint.Parse(server.DnsServer)], Timeout = TimeSpan.FromSeconds(20) },
    };

    private static async Task AssertOpenSslAcceptsAsync(PebbleServer server, IssuedCertificate issued)
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var root = Path.Combine(folder.FullName, "root.pem");
            var chain = Path.Combine(folder.FullName, "chain.pem");
            var leaf = Path.Combine(folder.FullName, "leaf.pem");
            await File.WriteAllTextAsync(root, await server.IssuingRootsPemAsync());
            await File.WriteAllTextAsync(chain, issued.Chain.IssuersPem);
            await File.WriteAllTextAsync(leaf, issued.Chain.LeafPem);
            var result = await ExternalProgram.RequireAsync("openssl", ["verify", "-CAfile", root, "-untrusted", chain, leaf]);
            Assert.Contains(": OK", result.Output, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private sealed class Session : IDisposable
    {
        private readonly AcmeClient _client;
        private readonly AccountKey _key;

        private Session(AcmeClient client, AccountKey key, AcmeAccountClient account)
        {
            _client = client;
            _key = key;
            Issuer = new CertificateIssuer(account);
        }

        public CertificateIssuer Issuer { get; }

        public static Task<AcmeClient> ConnectAsync(PebbleServer server)
            => AcmeClient.ConnectAsync(server.DirectoryUrl, new AcmeOptions { CACertificatePem = server.ApiCaCertificatePem });

        public static async Task<Session> OpenAsync(PebbleServer server)
        {
            var client = await ConnectAsync(server);
            var key = AccountKey.Generate(KeyLength.Ec256);
            return new Session(client, key, await client.NewAccountAsync(key, new NewAccountOptions { TermsOfServiceAgreed = true }));
        }

        public void Dispose()
        {
            _key.Dispose();
            _client.Dispose();
        }
    }
}
