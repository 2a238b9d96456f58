using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Plugins;
using PoshAcmeSharp.Plugins.PowerDns;
using PoshAcmeSharp.Tests.Support;
using Xunit;

namespace PoshAcmeSharp.Tests.Plugins.PowerDns;

/// <summary>Arguments, and what no real server can be made to answer.</summary>
public class PowerDnsPluginTests
{
    private const string Zone = """{"name":"example.test.","rrsets":[]}""";

    [Fact]
    public void Arguments_are_those_of_the_script_of_the_same_name()
    {
        var plugin = NativePlugins.List().Single(p => p.IsNamed("powerdns"));

        Assert.Equal(
            ["PowerDNSApiHost String True", "PowerDNSApiKey SecureString True", "PowerDNSServerName String False", "PowerDNSPort Int32 False", "PowerDNSUseTLS SwitchParameter False"],
            plugin.Parameters.Select(p => $"{p.Name} {p.TypeName} {p.IsMandatory}"));
        Assert.All(plugin.Parameters, p => Assert.Null(p.ParameterSet));
    }

    [Theory]
    [InlineData("http://pdns.example.com", 8081, "localhost", "key", "PowerDNSApiHost")]
    [InlineData("pdns.example.com:8081", 8081, "localhost", "key", "PowerDNSApiHost")]
    [InlineData("", 8081, "localhost", "key", "PowerDNSApiHost")]
    [InlineData("bob:hush-hush@pdns.example.com", 8081, "localhost", "key", "PowerDNSApiHost")]
    [InlineData("pdns.example.com", 0, "localhost", "key", "PowerDNSPort")]
    [InlineData("pdns.example.com", 8081, "..", "key", "PowerDNSServerName")]
    [InlineData("pdns.example.com", 8081, "localhost", "", "PowerDNSApiKey")]
    [InlineData("pdns.example.com", 8081, "localhost", "two\nlines", "PowerDNSApiKey")]
    public void What_cannot_be_used_is_found_before_anything_is_sent(string host, int port, string server, string key, string argument)
    {
        var options = new PowerDnsOptions { PowerDNSApiHost = host, PowerDNSPort = port, PowerDNSServerName = server, PowerDNSApiKey = SecureText.Of(key) };

        var error = Assert.Throws<PoshAcmeException>(() => new PowerDnsPlugin(options));

        Assert.Equal("InvalidPluginArguments", error.ErrorId);
        Assert.StartsWith(argument, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hush-hush", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pdns.example.com", false, 8081, "http://pdns.example.com:8081/api/v1/servers/localhost/zones/")]
    [InlineData("pdns.example.com", true, 443, "https://pdns.example.com/api/v1/servers/localhost/zones/")]
    [InlineData("2001:db8::1", false, 8081, "http://[2001:db8::1]:8081/api/v1/servers/localhost/zones/")]
    [InlineData("[2001:db8::1]", false, 8081, "http://[2001:db8::1]:8081/api/v1/servers/localhost/zones/")]
    public async Task The_API_is_where_the_arguments_say(string host, bool useTls, int port, string url)
    {
        using var handler = new CannedHandler((_, _) => CannedHandler.Json(200, """{"name":"a.test.","rrsets":[{"name":"A.test.","type":"TXT","ttl":60,"records":[{"content":"\"x\""}]}]}"""));

        await PublishAsync(handler, "a.test", new() { PowerDNSApiHost = host, PowerDNSUseTLS = useTls, PowerDNSPort = port });

        Assert.Equal([$"GET {url}a.test?rrsets=false", $"GET {url}a.test?rrset_name=a.test.&rrset_type=TXT"], handler.Requests);
    }

    [Fact]
    public async Task A_key_that_travels_unencrypted_is_warned_of_once()
    {
        using var handler = new CannedHandler((_, _) => CannedHandler.Json(404, "Not Found"));
        var reporter = new RecordingReporter();
        using var plugin = Plugin(handler, new() { PowerDNSApiHost = "pdns.example.com" });

        for (var i = 0; i < 2; i++)
        {
            await Assert.ThrowsAsync<PoshAcmeException>(() => plugin.PublishAsync(new("a.example.test", ["x"]), new(reporter, new ManualClock()), CancellationToken.None));
        }

        Assert.Contains("pdns.example.com", Assert.Single(reporter.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Zones_that_the_key_may_not_see_are_passed_over_and_named_when_none_is_left()
    {
        using var handler = new CannedHandler((request, _) => CannedHandler.Json(request.RequestUri!.AbsolutePath.EndsWith("/example.test", StringComparison.Ordinal) ? 403 : 422, """{"error":"Could not find domain"}"""));

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => PublishAsync(handler, "a.example.test"));

        Assert.Equal("PowerDNS.ZoneNotFound", error.ErrorId);
        Assert.Contains("tried: a.example.test (422), example.test (403), test (422).", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_message_of_the_server_is_shown()
    {
        using var handler = new CannedHandler((request, _) => request.Method.Method == "PATCH" ? CannedHandler.Json(422, """{"error":"RRset is bad","errors":["because"]}""") : CannedHandler.Json(200, Zone));

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => PublishAsync(handler, "example.test"));

        Assert.Equal("PowerDNS.Refused", error.ErrorId);
        Assert.Contains("refused to write the TXT record example.test (422 RRset is bad; because)", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("<html>")]
    [InlineData("""{"rrsets":{}}""")]
    [InlineData("""{"rrsets":[{"name":"example.test.","type":"TXT","records":[{}]}]}""")]
    public async Task An_answer_that_is_no_zone_is_not_taken_for_an_empty_record(string body)
    {
        using var handler = new CannedHandler((_, number) => CannedHandler.Json(200, number == 1 ? Zone : body));

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => PublishAsync(handler, "example.test"));

        Assert.Equal("PowerDNS.UnexpectedAnswer", error.ErrorId);
        Assert.DoesNotContain(handler.Requests, request => request.StartsWith("PATCH", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_change_that_does_not_stay_is_told()
    {
        using var handler = new CannedHandler((_, _) => CannedHandler.Json(200, Zone));

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => PublishAsync(handler, "example.test"));

        Assert.Equal("PowerDNS.NotStored", error.ErrorId);
    }

    [Fact]
    public async Task A_value_that_is_disabled_is_shown_again_and_those_of_others_stay_disabled()
    {
        var records = "[{\"content\":\"\\\"x\\\"\",\"disabled\":true},{\"content\":\"\\\"other\\\"\",\"disabled\":true}]";
        var written = string.Empty;
        using var handler = new CannedHandler((request, _) =>
        {
            if (request.Method.Method == "PATCH")
            {
                written = request.Content!.ReadAsStringAsync().GetAwaiter().GetResult();
                records = "[{\"content\":\"\\\"x\\\"\",\"disabled\":false}]";
            }

            return CannedHandler.Json(200, $$"""{"name":"example.test.","rrsets":[{"name":"example.test.","type":"TXT","ttl":7,"records":{{records}}}]}""");
        });

        await PublishAsync(handler, "example.test");

        Assert.Equal(
            """{"rrsets":[{"name":"example.test.","type":"TXT","changetype":"REPLACE","ttl":7,"records":[{"content":"\"other\"","disabled":true},{"content":"\"x\"","disabled":false}]}]}""",
            written);
    }

    private static async Task PublishAsync(CannedHandler handler, string name, PowerDnsOptions? options = null)
    {
        using var plugin = Plugin(handler, options ?? new() { PowerDNSApiHost = "localhost" });
        await plugin.PublishAsync(new(name, ["x"]), new PluginContext(new RecordingReporter(), new ManualClock()), CancellationToken.None);
    }

    private static PowerDnsPlugin Plugin(CannedHandler handler, PowerDnsOptions options)
    {
        options.PowerDNSApiKey = SecureText.Of("the-key");
        return new(options, handler);
    }
}
