using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using PoshAcmeSharp.AcmeTestServers;
using Xunit;

namespace PoshAcmeSharp.Tests.TestServers;

/// <summary>As little as it takes to speak to an ACME server, independent of the library under test.</summary>
internal sealed class RawAcmeClient : IDisposable
{
    private readonly HttpClient http = new();
    private readonly ScriptedAcmeServer server;
    private readonly string algorithm;
    private readonly AsymmetricAlgorithm key;
    private JsonObject? directory;

    public RawAcmeClient(ScriptedAcmeServer server, string algorithm = "ES256")
    {
        this.server = server;
        this.algorithm = algorithm;
        key = algorithm switch
        {
            "ES256" => ECDsa.Create(ECCurve.NamedCurves.nistP256),
            "ES384" => ECDsa.Create(ECCurve.NamedCurves.nistP384),
            "ES512" => ECDsa.Create(ECCurve.NamedCurves.nistP521),
            _ => RSA.Create(2048),
        };
        http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("RawAcmeClient", "1.0"));
    }

    public string? AccountUrl { get; set; }

    public JsonObject Jwk
    {
        get
        {
            if (key is RSA rsa)
            {
                var numbers = rsa.ExportParameters(false);
                return new JsonObject { ["e"] = Base64Url.EncodeToString(numbers.Exponent), ["kty"] = "RSA", ["n"] = Base64Url.EncodeToString(numbers.Modulus) };
            }

            var point = ((ECDsa)key).ExportParameters(false).Q;
            var curve = algorithm switch { "ES256" => "P-256", "ES384" => "P-384", _ => "P-521" };
            return new JsonObject { ["crv"] = curve, ["kty"] = "EC", ["x"] = Base64Url.EncodeToString(point.X), ["y"] = Base64Url.EncodeToString(point.Y) };
        }
    }

    public async Task<string> UrlAsync(string endpoint)
    {
        directory ??= await http.GetFromJsonAsync<JsonObject>(server.DirectoryUrl);
        return (string)directory![endpoint]!;
    }

    public async Task<string> NonceAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, await UrlAsync("newNonce"));
        using var response = await http.SendAsync(request);
        return response.Headers.GetValues("Replay-Nonce").Single();
    }

    public async Task RegisterAsync(JsonObject? extra = null)
    {
        var payload = extra ?? [];
        payload["termsOfServiceAgreed"] = true;
        using var response = await PostAsync(await UrlAsync("newAccount"), payload);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        AccountUrl = response.Headers.Location!.ToString();
    }

    /// <summary>Posts a payload; null is POST-as-GET.</summary>
    public async Task<HttpResponseMessage> PostAsync(string url, JsonObject? payload, string? nonce = null)
    {
        var header = new JsonObject { ["alg"] = algorithm, ["nonce"] = nonce ?? await NonceAsync(), ["url"] = url };
        header[AccountUrl is null ? "jwk" : "kid"] = AccountUrl is null ? Jwk : AccountUrl;
        return await SendAsync(url, Flatten(header, payload?.ToJsonString() ?? string.Empty, Sign));
    }

    public async Task<JsonObject> PostForJsonAsync(string url, JsonObject? payload = null)
    {
        using var response = await PostAsync(url, payload);
        return (await response.Content.ReadFromJsonAsync<JsonObject>())!;
    }

    public async Task<HttpResponseMessage> SendAsync(string url, JsonObject jws)
    {
        using var content = new StringContent(jws.ToJsonString());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/jose+json");
        return await http.PostAsync(new Uri(url), content);
    }

    public Task<HttpResponseMessage> GetAsync(string url) => http.GetAsync(new Uri(url));

    public static JsonObject Flatten(JsonObject header, string payload, Func<byte[], byte[]> sign)
    {
        var (first, second) = (Encode(header.ToJsonString()), Encode(payload));
        return new JsonObject
        {
            ["protected"] = first,
            ["payload"] = second,
            ["signature"] = Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes($"{first}.{second}"))),
        };
    }

    public async Task<(JsonObject Order, string Url)> OrderAsync(string[] names, JsonObject? extra = null)
    {
        var payload = extra ?? [];
        payload["identifiers"] = new JsonArray([.. names.Select(n => (JsonNode)AcmeIdentifier.Parse(n).ToJson())]);
        using var response = await PostAsync(await UrlAsync("newOrder"), payload);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return ((await response.Content.ReadFromJsonAsync<JsonObject>())!, response.Headers.Location!.ToString());
    }

    /// <summary>Orders, acknowledges, finalizes. Returns the finalized order.</summary>
    public async Task<JsonObject> IssueAsync(string[] names, JsonObject? extra = null)
    {
        var (order, url) = await OrderAsync(names, extra);
        foreach (var authorizationUrl in order["authorizations"]!.AsArray())
        {
            var authorization = await PostForJsonAsync((string)authorizationUrl!);
            await PostForJsonAsync((string)authorization["challenges"]![0]!["url"]!, []);
            Assert.Equal("valid", (string?)(await PostForJsonAsync((string)authorizationUrl!))["status"]);
        }

        Assert.Equal("ready", (string?)(await PostForJsonAsync(url))["status"]);
        return await PostForJsonAsync((string)order["finalize"]!, new JsonObject { ["csr"] = Base64Url.EncodeToString(Request(names)) });
    }

    public static byte[] Request(string[] names)
    {
        using var certificateKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + names[0], certificateKey, HashAlgorithmName.SHA256);
        var alternativeNames = new SubjectAlternativeNameBuilder();
        Array.ForEach(names, alternativeNames.AddDnsName);
        request.CertificateExtensions.Add(alternativeNames.Build());
        return request.CreateSigningRequest();
    }

    public void Dispose()
    {
        key.Dispose();
        http.Dispose();
    }

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    private byte[] Sign(byte[] data) => key switch
    {
        RSA rsa => rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
        ECDsa ecdsa when algorithm == "ES256" => ecdsa.SignData(data, HashAlgorithmName.SHA256),
        ECDsa ecdsa when algorithm == "ES384" => ecdsa.SignData(data, HashAlgorithmName.SHA384),
        _ => ((ECDsa)key).SignData(data, HashAlgorithmName.SHA512),
    };
}
