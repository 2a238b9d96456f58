using PoshAcmeSharp.Dns;
using Xunit;

namespace PoshAcmeSharp.Tests.Dns;

public sealed class DnsWaitResultTests
{
    private const string Name = "_acme-challenge.example.com";

    [Fact]
    public void The_error_names_the_missing_value_and_the_servers_that_lack_it()
    {
        var error = Result(
            Name,
            Server("ns1.example.net", "192.0.2.1:53", DnsServerStatus.Found, "one", "two"),
            Server("ns2.example.net", "192.0.2.2:53", DnsServerStatus.Missing, "one"),
            Server("192.0.2.3", "192.0.2.3:53", DnsServerStatus.Timeout)).ToException();

        Assert.Equal("DnsRecordNotFound", error.ErrorId);
        Assert.Equal(
            "After 120 s the TXT record _acme-challenge.example.com lacks the value two at ns2.example.net 192.0.2.2:53 (Missing), 192.0.2.3:53 (Timeout).",
            error.Message);
    }

    [Fact]
    public void The_error_names_the_alias_that_led_to_the_record()
    {
        var error = Result("x.example.org", Server("ns1.example.org", "192.0.2.1:53", DnsServerStatus.Missing)).ToException();

        Assert.Contains("record x.example.org (alias: _acme-challenge.example.com) lacks the values one, two at ns1.example.org", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_error_says_why_no_server_could_be_asked()
    {
        var error = Result(Name).ToException();

        Assert.Equal("After 120 s the TXT record _acme-challenge.example.com could not be looked up. The reason.", error.Message);
    }

    private static DnsWaitResult Result(string resolvedName, params DnsServerResult[] servers)
        => new(Name, resolvedName, ["one", "two"], false, TimeSpan.FromSeconds(120.2), servers, "The reason.");

    private static DnsServerResult Server(string name, string endpoint, DnsServerStatus status, params string[] values)
        => new(name, endpoint, status, values, TimeSpan.FromMilliseconds(3));
}
