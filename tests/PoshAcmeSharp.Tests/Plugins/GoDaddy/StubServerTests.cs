using System.Net;
using System.Net.Http.Headers;
using GoDaddyStub;
using Xunit;

namespace PoshAcmeSharp.Tests.Plugins.GoDaddy;

/// <summary>The stub is only worth something if it refuses.</summary>
public sealed class StubServerTests
{
    [Theory]
    [InlineData("PUT", "v1/domains/example.com/records/TXT/a", """{"data":"x","ttl":600}""", 422)]
    [InlineData("PUT", "v1/domains/example.com/records/TXT/a", """[{"data":"x","ttl":599}]""", 422)]
    [InlineData("PUT", "v1/domains/example.com/records/TXT/a", """[{"data":"","ttl":600}]""", 422)]
    [InlineData("PUT", "v1/domains/example.com/records/TXT/example.com", """[{"data":"x","ttl":600}]""", 422)]
    [InlineData("GET", "v1/domains/example.org/records/NS", null, 404)]
    [InlineData("GET", "v2/customers/other/domains/example.com/records/NS", null, 404)]
    [InlineData("POST", "v3/domains/zones/example.com/dns-records", """{"name":"a","type":"TXT","data":"x","ttl":599}""", 422)]
    [InlineData("POST", "v3/domains/zones/example.com/dns-records", """{"name":"@","type":"TXT","data":"v=spf1 -all","ttl":600}""", 409)]
    public async Task What_the_real_server_refuses_is_refused(string method, string path, string? body, int expected)
    {
        await using var server = await StubServer.StartAsync(new StubOptions());

        Assert.Equal(expected, await SendAsync(server, method, path, body));
        Assert.False(server.State.ZoneWiped);
    }

    [Theory]
    [InlineData("v1/domains/example.com/records/TXT")]
    [InlineData("v1/domains/example.com/records")]
    [InlineData("v3/domains/zones/example.com/dns-records/some-id")]
    public async Task A_PUT_that_replaces_a_zone_is_noticed(string path)
    {
        await using var server = await StubServer.StartAsync(new StubOptions());

        await SendAsync(server, "PUT", path, """[{"data":"x","ttl":600}]""");

        Assert.True(server.State.ZoneWiped);
    }

    [Theory]
    [InlineData("v1/domains/example.com/records/NS", "Bearer", "gd_pat_stub")]
    [InlineData("v1/domains/example.com/records/NS", "sso-key", "stub-key:other")]
    [InlineData("v3/domains/zones/example.com/dns-records", "sso-key", "stub-key:stub-secret")]
    public async Task The_credential_of_the_other_version_is_refused(string path, string scheme, string parameter)
    {
        await using var server = await StubServer.StartAsync(new StubOptions());

        Assert.Equal((int)HttpStatusCode.Unauthorized, await SendAsync(server, "GET", path, null, new AuthenticationHeaderValue(scheme, parameter)));
    }

    private static async Task<int> SendAsync(StubServer server, string method, string path, string? body, AuthenticationHeaderValue? authorization = null)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(new HttpMethod(method), server.BaseUrl + "/" + path);
        request.Headers.Authorization = authorization
            ?? (path.StartsWith("v3", StringComparison.Ordinal) ? new AuthenticationHeaderValue("Bearer", "gd_pat_stub") : new AuthenticationHeaderValue("sso-key", "stub-key:stub-secret"));
        request.Content = body is null ? null : new StringContent(body);
        using var response = await client.SendAsync(request);
        return (int)response.StatusCode;
    }
}
