using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using PoshAcmeSharp.Acme;
using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Jose;
using Xunit;

namespace PoshAcmeSharp.Tests.Acme;

public sealed class NewAuthorizationTests
{
    private const string Url = "https://ca.example.test/";

    [Fact]
    public async Task A_name_is_authorized_in_advance_where_the_server_offers_it()
    {
        using var handler = new AuthorizationHandler();
        using var client = Client(handler, "\"newAuthz\":\"" + Url + "new-authz\",");
        using var key = AccountKey.Generate(KeyLength.Ec256);

        var authorization = await client.ForAccount(key, Url + "acct/1").NewAuthorizationAsync(new AcmeIdentifier("dns", "www.example.test"));

        Assert.Equal(Url + "authz/1", authorization.Location);
        Assert.Equal("www.example.test", authorization.FullName);
        Assert.Equal("""{"identifier":{"type":"dns","value":"www.example.test"}}""", handler.Payload);
    }

    [Fact]
    public async Task A_server_without_pre_authorization_is_not_asked()
    {
        using var handler = new AuthorizationHandler();
        using var client = Client(handler, string.Empty);
        using var key = AccountKey.Generate(KeyLength.Ec256);

        var error = await Assert.ThrowsAsync<PoshAcmeException>(
            () => client.ForAccount(key, Url + "acct/1").NewAuthorizationAsync(new AcmeIdentifier("dns", "www.example.test")));

        Assert.Equal("PreAuthorizationNotSupported", error.ErrorId);
        Assert.Null(handler.Payload);
    }

    private static AcmeClient Client(HttpMessageHandler handler, string members)
        => AcmeClient.FromDirectory(
            AcmeDirectory.Parse($$"""{ {{members}} "newNonce":"{{Url}}nonce","newAccount":"{{Url}}acct","newOrder":"{{Url}}order" }""", Url + "dir"),
            new AcmeOptions { Handler = handler });

    /// <summary>Gives nonces, and one authorization for whatever is posted.</summary>
    private sealed class AuthorizationHandler : HttpMessageHandler
    {
        public string? Payload { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = new HttpResponseMessage(HttpStatusCode.OK) { RequestMessage = request, Content = new StringContent(string.Empty) };
            if (request.Method == HttpMethod.Post)
            {
                var body = JsonNode.Parse(await request.Content!.ReadAsStringAsync(cancellationToken))!;
                Payload = Encoding.UTF8.GetString(Base64Url.Decode((string)body["payload"]!));
                response.StatusCode = HttpStatusCode.Created;
                response.Headers.Location = new Uri(Url + "authz/1");
                response.Content = new StringContent("""{"status":"pending","identifier":{"type":"dns","value":"www.example.test"},"challenges":[]}""");
            }

            response.Headers.Add("Replay-Nonce", "nonce");
            return response;
        }
    }
}
