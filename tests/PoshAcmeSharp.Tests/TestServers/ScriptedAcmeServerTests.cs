using System.Buffers.Text;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using PoshAcmeSharp.AcmeTestServers;
using Xunit;

namespace PoshAcmeSharp.Tests.TestServers;

public class ScriptedAcmeServerTests
{
    private static readonly string[] Names = ["www.example.test", "*.example.test"];

    [Theory]
    [InlineData("RS256")]
    [InlineData("ES256")]
    [InlineData("ES384")]
    [InlineData("ES512")]
    public async Task The_server_issues_to_accounts_of_every_algorithm(string algorithm)
    {
        await using var server = await ScriptedAcmeServer.StartAsync();
        using var client = new RawAcmeClient(server, algorithm);
        await client.RegisterAsync();

        var order = await client.IssueAsync(Names);

        using var response = await client.PostAsync((string)order["certificate"]!, payload: null);
        var chain = Import(await response.Content.ReadAsStringAsync());
        Assert.True(EndsIn(chain, server.Root));
        Assert.Equal(Names, chain[0].Extensions.OfType<X509SubjectAlternativeNameExtension>().Single().EnumerateDnsNames());
    }

    [Fact]
    public async Task Alternate_chains_end_in_their_own_roots()
    {
        await using var server = await ScriptedAcmeServer.StartAsync(new ScriptedAcmeOptions { AlternateChains = 1 });
        using var client = new RawAcmeClient(server);
        await client.RegisterAsync();
        var order = await client.IssueAsync(Names);

        using var response = await client.PostAsync((string)order["certificate"]!, payload: null);
        var link = Assert.Single(response.Headers.GetValues("Link"), l => l.EndsWith(";rel=\"alternate\"", StringComparison.Ordinal));
        using var alternate = await client.PostAsync(link[1..link.IndexOf('>', StringComparison.Ordinal)], payload: null);

        var chain = Import(await alternate.Content.ReadAsStringAsync());
        Assert.True(EndsIn(chain, server.AlternateRoot(0)));
        Assert.False(EndsIn(chain, server.Root));
    }

    [Fact]
    public async Task A_nonce_is_taken_only_once()
    {
        await using var server = await ScriptedAcmeServer.StartAsync();
        using var client = new RawAcmeClient(server);
        await client.RegisterAsync();
        var nonce = await client.NonceAsync();

        using var first = await client.PostAsync(client.AccountUrl!, payload: null, nonce);
        using var second = await client.PostAsync(client.AccountUrl!, payload: null, nonce);

        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal("badNonce", await ProblemTypeAsync(second));
        Assert.NotEmpty(second.Headers.GetValues("Replay-Nonce"));
    }

    [Fact]
    public async Task A_signature_that_does_not_verify_is_refused()
    {
        await using var server = await ScriptedAcmeServer.StartAsync();
        using var client = new RawAcmeClient(server);
        var url = await client.UrlAsync("newAccount");
        var header = new JsonObject { ["alg"] = "ES256", ["nonce"] = await client.NonceAsync(), ["url"] = url, ["jwk"] = client.Jwk };

        using var response = await client.SendAsync(url, RawAcmeClient.Flatten(header, "{\"termsOfServiceAgreed\":true}", _ => new byte[64]));

        Assert.Equal("malformed", await ProblemTypeAsync(response));
        Assert.Empty(server.Accounts);
    }

    [Fact]
    public async Task An_account_that_carries_its_key_outside_newAccount_is_refused()
    {
        await using var server = await ScriptedAcmeServer.StartAsync();
        using var client = new RawAcmeClient(server);
        await client.RegisterAsync();
        client.AccountUrl = null;

        using var response = await client.PostAsync(await client.UrlAsync("newOrder"), []);

        Assert.Equal("malformed", await ProblemTypeAsync(response));
    }

    [Theory]
    [InlineData(true, "kid-1")]
    [InlineData(false, null)]
    public async Task An_external_account_binding_is_verified(bool isGood, string? boundTo)
    {
        var macKey = RandomNumberGenerator.GetBytes(32);
        await using var server = await ScriptedAcmeServer.StartAsync(new ScriptedAcmeOptions
        {
            ExternalAccounts = new Dictionary<string, string> { ["kid-1"] = Base64Url.EncodeToString(macKey) },
        });
        using var client = new RawAcmeClient(server);
        var url = await client.UrlAsync("newAccount");
        var binding = RawAcmeClient.Flatten(
            new JsonObject { ["alg"] = "HS256", ["kid"] = "kid-1", ["url"] = url },
            client.Jwk.ToJsonString(),
            data => isGood ? HMACSHA256.HashData(macKey, data) : new byte[32]);

        using var response = await client.PostAsync(url, new JsonObject { ["termsOfServiceAgreed"] = true, ["externalAccountBinding"] = binding });

        Assert.Equal(isGood ? HttpStatusCode.Created : HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal(boundTo, server.Accounts.SingleOrDefault()?.ExternalAccount);
    }

    [Fact]
    public async Task A_failed_validation_makes_the_order_invalid()
    {
        var options = new ScriptedAcmeOptions { FailingNames = { ["www.example.test"] = new ProblemDocument(403, "unauthorized", "wrong file") } };
        await using var server = await ScriptedAcmeServer.StartAsync(options);
        using var client = new RawAcmeClient(server);
        await client.RegisterAsync();
        var (order, url) = await client.OrderAsync(["www.example.test"]);
        var authorization = await client.PostForJsonAsync((string)order["authorizations"]![0]!);
        await client.PostForJsonAsync((string)authorization["challenges"]![0]!["url"]!, []);

        var invalid = await client.PostForJsonAsync((string)order["authorizations"]![0]!);

        Assert.Equal("invalid", (string?)invalid["status"]);
        Assert.Equal("wrong file", (string?)invalid["challenges"]![0]!["error"]!["detail"]);
        Assert.Equal("invalid", (string?)(await client.PostForJsonAsync(url))["status"]);
    }

    [Fact]
    public async Task A_certificate_is_replaced_only_once()
    {
        await using var server = await ScriptedAcmeServer.StartAsync();
        using var client = new RawAcmeClient(server);
        await client.RegisterAsync();
        await client.IssueAsync(Names);
        var id = server.Certificates[0].RenewalInfoId;
        await client.IssueAsync(Names, new JsonObject { ["replaces"] = id });

        var payload = new JsonObject { ["identifiers"] = new JsonArray(AcmeIdentifier.Parse(Names[0]).ToJson()), ["replaces"] = id };
        using var again = await client.PostAsync(await client.UrlAsync("newOrder"), payload);
        using var info = await client.GetAsync($"{await client.UrlAsync("renewalInfo")}/{id}");

        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
        Assert.Equal("alreadyReplaced", await ProblemTypeAsync(again));
        Assert.Equal(HttpStatusCode.OK, info.StatusCode);
    }

    private static X509Certificate2Collection Import(string pem)
    {
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(pem);
        return chain;
    }

    private static bool EndsIn(X509Certificate2Collection certificates, X509Certificate2 root)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(root);
        chain.ChainPolicy.ExtraStore.AddRange(certificates);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(certificates[0]);
    }

    private static async Task<string> ProblemTypeAsync(HttpResponseMessage response)
    {
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = await response.Content.ReadFromJsonAsync<JsonObject>();
        return ((string)problem!["type"]!).Split(':')[^1];
    }
}
