using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Plugins.ExampleDns;
using PoshAcmeSharp.Tests.Support;
using Xunit;

namespace PoshAcmeSharp.Tests.Plugins.ExampleDns;

public sealed class ExampleDnsPluginTests
{
    private const string Name = "_acme-challenge.www.example.com";

    private readonly RecordingReporter _reporter = new();

    private Task PublishAsync(CannedHandler server, params string[] values)
    {
        var plugin = new ExampleDnsPlugin(new ExampleDnsOptions { EXToken = SecureText.Of("S3cret") }, server);
        return plugin.PublishAsync(new TxtRecordSet(Name, values), new PluginContext(_reporter, new FakeClock()), default);
    }

    [Fact]
    public async Task Only_what_is_missing_is_added()
    {
        var server = new CannedHandler((request, _) => request.Method == HttpMethod.Get
            ? CannedHandler.Json(200, """[{"id":"1","value":"foreign"},{"id":"2","value":"one"}]""")
            : CannedHandler.Json(201, """{"id":"3"}"""));

        await PublishAsync(server, "one", "two");

        Assert.Equal([$"GET https://api.dns.example/v1/txt?name={Name}", "POST https://api.dns.example/v1/txt"], server.Requests);
    }

    [Fact]
    public async Task A_refusal_is_told_in_the_words_of_the_provider_and_without_the_token()
    {
        var error = await Assert.ThrowsAsync<PoshAcmeException>(
            () => PublishAsync(new CannedHandler((_, _) => CannedHandler.Json(403, """{"message":"S3cret is not allowed here"}""")), "one"));

        Assert.Equal("ExampleDns.AccessDenied", error.ErrorId);
        Assert.Contains("*** is not allowed here", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("S3cret", error + string.Join("\n", _reporter.Lines), StringComparison.Ordinal);
    }
}
