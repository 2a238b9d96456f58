using System.Globalization;
using PoshAcmeSharp.Dns;
using PoshAcmeSharp.Tests.Support;
using Xunit;

namespace PoshAcmeSharp.Tests.Dns;

/// <summary>The report about names before an order.</summary>
public sealed class DnsReadinessCheckTests : IDisposable
{
    private const int NS = 2;
    private const int Soa = 6;
    private const int Txt = 16;
    private const int Caa = 257;
    private const string Record = "_acme-challenge.www.example.com";
    private const string Account = "https://acme.example.test/acct/1";

    private readonly TestInternet internet = new();
    private readonly RecordingReporter reporter = new();

    public void Dispose() => internet.Dispose();

    [Fact]
    public async Task A_name_with_nothing_in_the_way_is_ready_and_has_no_findings()
    {
        AddTwoServers();

        var report = await ReportAsync();

        Assert.Empty(report.Findings);
        Assert.True(report.IsReady);
        Assert.Equal(("www.example.com", Record, Record, "example.com"), (report.Name, report.RecordName, report.ResolvedName, report.Zone));
        Assert.Equal(
            [("ns1.example.net", "192.0.2.1:53", DnsZoneServerStatus.Authoritative, 1L), ("ns2.example.net", "192.0.2.2:53", DnsZoneServerStatus.Authoritative, 1L)],
            report.Servers.Select(server => (server.Name, server.Endpoint, server.Status, server.Serial!.Value)));
        Assert.True(reporter.ProgressUpdates.Last().IsCompleted);
    }

    [Fact]
    public async Task A_domain_that_does_not_exist_is_an_error_that_names_it()
    {
        AddZone("com", ("a.gtld.test", "192.0.2.8"));
        internet.Recursive = query => query.Name.EndsWith("example.com", StringComparison.Ordinal) ? new DnsPacket(query, 3).Soa("com", inAuthority: true) : null;

        var report = await ReportAsync();

        Assert.Contains("example.com does not exist", AssertFinding(report, DnsFindingSeverity.Error, "ZoneNotFound").Message, StringComparison.Ordinal);
        Assert.False(report.IsReady);
    }

    [Fact]
    public async Task A_zone_that_the_one_above_does_not_delegate_to_is_an_error()
    {
        AddTwoServers();
        internet.AddZone("com", ("a.gtld.test", "192.0.2.8"));
        internet.AddServer("192.0.2.8", query => new DnsPacket(query, 3).Soa("com", inAuthority: true));

        AssertFinding(await ReportAsync(), DnsFindingSeverity.Error, "NotDelegated");
    }

    [Fact]
    public async Task Other_servers_in_the_delegation_than_in_the_zone_are_a_warning_with_both()
    {
        AddTwoServers();
        AddParent("ns1.example.net", "old.example.net");

        var message = AssertFinding(await ReportAsync(), DnsFindingSeverity.Warning, "DelegationDiffers").Message;

        Assert.Contains("delegated to ns1.example.net, old.example.net", message, StringComparison.Ordinal);
        Assert.Contains("names ns1.example.net, ns2.example.net", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_servers_in_both_places_are_no_finding()
    {
        AddTwoServers();
        AddParent("ns2.example.net", "ns1.example.net");

        Assert.Empty((await ReportAsync()).Findings);
    }

    [Fact]
    public async Task A_server_that_is_behind_is_named_with_its_serial_number()
    {
        AddTwoServers(secondSerial: 0);

        var finding = AssertFinding(await ReportAsync(), DnsFindingSeverity.Warning, "StaleServer");

        Assert.Contains("at serial 1, but not at ns2.example.net 192.0.2.2:53 (0)", finding.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(5, true)]
    [InlineData(2, true)]
    [InlineData(0, false)]
    public async Task A_server_that_does_not_speak_for_the_zone_is_a_warning(int code, bool isAuthoritative)
    {
        AddTwoServers();
        internet.AddServer("192.0.2.2", query => new DnsPacket(query, code) { IsAuthoritative = isAuthoritative });

        Assert.Contains("ns2.example.net", AssertFinding(await ReportAsync(), DnsFindingSeverity.Warning, "LameServer").Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_zone_that_none_of_its_servers_speaks_for_is_an_error()
    {
        AddTwoServers();
        internet.AddServer("192.0.2.1", query => new DnsPacket(query, 5));
        internet.AddServer("192.0.2.2", query => new DnsPacket(query, 5));

        AssertFinding(await ReportAsync(), DnsFindingSeverity.Error, "ZoneLame");
    }

    [Fact]
    public async Task One_silent_server_is_a_warning_that_names_it()
    {
        AddTwoServers();
        internet.AddServer("192.0.2.2", _ => null);

        Assert.Contains("192.0.2.2", AssertFinding(await ReportAsync(), DnsFindingSeverity.Warning, "ServerSilent").Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_no_server_answers_this_machine_it_is_a_warning_as_the_CA_may_see_more()
    {
        AddTwoServers();
        internet.AddServer("192.0.2.1", _ => null);
        internet.AddServer("192.0.2.2", _ => null);

        var report = await ReportAsync();

        AssertFinding(report, DnsFindingSeverity.Warning, "ServersUnreachable");
        Assert.True(report.IsReady);
    }

    [Fact]
    public async Task A_server_without_an_address_is_a_warning()
    {
        AddTwoServers();
        internet.AddZone("example.com", ("ns1.example.net", "192.0.2.1"), ("gone.example.net", "192.0.2.7"));
        internet.Recursive = query => query.Name == "gone.example.net" ? new DnsPacket(query, 3) : null;

        AssertFinding(await ReportAsync(), DnsFindingSeverity.Warning, "ServerWithoutAddress");
    }

    [Fact]
    public async Task A_recursive_server_that_knows_addresses_only_says_nothing_against_the_name()
    {
        internet.Recursive = query => query.Type is Soa or NS ? new DnsPacket(query, 4) : new DnsPacket(query);

        var report = await ReportAsync();

        AssertFinding(report, DnsFindingSeverity.Warning, "ZoneNotReadable");
        Assert.True(report.IsReady);
    }

    [Fact]
    public async Task An_alias_is_told_and_its_zone_is_the_one_of_the_report()
    {
        AddTwoServers();
        AddZone("example.org", ("ns.example.org", "192.0.2.9"));
        internet.Recursive = query => query.Name == Record ? new DnsPacket(query).CName(Record, "x.example.org") : null;

        var report = await ReportAsync();

        Assert.Contains("x.example.org", AssertFinding(report, DnsFindingSeverity.Info, "Alias").Message, StringComparison.Ordinal);
        Assert.Equal(("x.example.org", "example.org"), (report.ResolvedName, report.Zone));
        Assert.Equal(["example.com", "example.com", "example.org"], report.Servers.Select(server => server.Zone));
        Assert.True(report.IsReady);
    }

    [Fact]
    public async Task An_alias_into_a_domain_that_does_not_exist_is_an_error()
    {
        AddTwoServers();
        internet.Recursive = query => query.Name == Record ? new DnsPacket(query).CName(Record, "x.gone.test") : null;

        Assert.Contains("x.gone.test", AssertFinding(await ReportAsync(), DnsFindingSeverity.Error, "AliasDangling").Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Aliases_in_a_circle_are_an_error()
    {
        AddTwoServers();
        internet.Recursive = query => query.Name is Record or "x.example.com" && query.Type != Soa
            ? new DnsPacket(query).CName(query.Name, query.Name == Record ? "x.example.com" : Record)
            : null;

        AssertFinding(await ReportAsync(), DnsFindingSeverity.Error, "AliasLoop");
    }

    [Fact]
    public async Task Aliases_in_a_circle_are_told_once_where_the_server_fails_for_them()
    {
        AddTwoServers();
        internet.Recursive = query => query.Name is Record or "x.example.com"
            ? new DnsPacket(query, query.Type == 5 ? 0 : 2).CName(query.Name, query.Name == Record ? "x.example.com" : Record)
            : null;

        var report = await ReportAsync();

        Assert.Equal(["AliasLoop"], report.Findings.Select(finding => finding.Id));
        Assert.Equal("example.com", report.Zone);
    }

    [Fact]
    public async Task Broken_DNSSEC_is_told_and_the_rest_is_looked_at_all_the_same()
    {
        AddTwoServers();
        internet.Recursive = query => !query.CheckingDisabled ? new DnsPacket(query, 2) : HasCaa(query, "www.example.com", ";");

        var report = await ReportAsync();

        AssertFinding(report, DnsFindingSeverity.Error, "DnssecBroken");
        AssertFinding(report, DnsFindingSeverity.Error, "CaaForbids");
        Assert.Equal(2, report.Servers.Count);
    }

    [Fact]
    public async Task A_failure_that_has_nothing_to_do_with_DNSSEC_is_told_as_such()
    {
        internet.Recursive = query => new DnsPacket(query, 2);

        var report = await ReportAsync();

        AssertFinding(report, DnsFindingSeverity.Error, "ServFail");
        Assert.DoesNotContain(report.Findings, finding => finding.Id == "DnssecBroken");
    }

    [Fact]
    public async Task A_wildcard_alias_that_answers_for_the_challenge_is_a_warning()
    {
        AddTwoServers();
        internet.Recursive = query => query.Name.EndsWith(".www.example.com", StringComparison.Ordinal) && query.Type is (Txt or 5)
            ? new DnsPacket(query).CName(query.Name, "host.example.com")
            : null;

        var report = await ReportAsync();

        Assert.Contains("host.example.com", AssertFinding(report, DnsFindingSeverity.Warning, "WildcardAlias").Message, StringComparison.Ordinal);
        Assert.DoesNotContain(report.Findings, finding => finding.Id == "Alias");
    }

    [Fact]
    public async Task A_wildcard_text_that_answers_for_the_challenge_is_a_warning()
    {
        AddTwoServers();
        internet.Recursive = query => query.Name.EndsWith(".www.example.com", StringComparison.Ordinal) && query.Type == Txt
            ? new DnsPacket(query).Txt(query.Name, "v=spf1 -all")
            : null;

        var report = await ReportAsync();

        AssertFinding(report, DnsFindingSeverity.Warning, "WildcardTxt");
        Assert.DoesNotContain(report.Findings, finding => finding.Id == "LeftoverValues");
    }

    [Theory]
    [InlineData(1, DnsFindingSeverity.Info, "LeftoverValues")]
    [InlineData(9, DnsFindingSeverity.Info, "LeftoverValues")]
    [InlineData(10, DnsFindingSeverity.Warning, "ManyValues")]
    public async Task What_former_validations_have_left_is_counted(int count, DnsFindingSeverity severity, string id)
    {
        AddTwoServers();
        internet.Recursive = query =>
        {
            var packet = query.Name == Record && query.Type == Txt ? new DnsPacket(query) : null;
            for (var i = 0; packet is not null && i < count; i++)
            {
                packet.Txt(Record, "old" + i.ToString(CultureInfo.InvariantCulture));
            }

            return packet;
        };

        AssertFinding(await ReportAsync(), severity, id);
    }

    [Theory]
    [InlineData("ca.example", null)]
    [InlineData("other.example", "CaaForbids")]
    [InlineData(";", "CaaForbids")]
    [InlineData("", "CaaForbids")]
    [InlineData("CA.example; accounturi=" + Account + "; validationmethods=http-01,dns-01", null)]
    [InlineData("ca.example; accounturi=https://acme.example.test/acct/2", "CaaOtherAccount")]
    [InlineData("ca.example; validationmethods=http-01", "CaaForbidsMethod")]
    public async Task CAA_records_are_compared_with_the_CA_the_account_and_the_challenge(string value, string? expected)
    {
        AddTwoServers();
        internet.Recursive = query => HasCaa(query, "www.example.com", value);

        Assert.Equal(expected is null ? [] : [expected], (await ReportAsync()).Findings.Select(finding => finding.Id));
    }

    [Fact]
    public async Task CAA_records_of_the_closest_domain_hold()
    {
        AddTwoServers();
        internet.Recursive = query => HasCaa(query, "example.com", "other.example");

        Assert.Contains("of example.com let only other.example", AssertFinding(await ReportAsync(), DnsFindingSeverity.Error, "CaaForbids").Message, StringComparison.Ordinal);

        internet.Recursive = query => HasCaa(query, "example.com", "other.example") ?? HasCaa(query, "www.example.com", "ca.example");
        Assert.Empty((await ReportAsync()).Findings);
    }

    [Fact]
    public async Task CAA_records_behind_an_alias_hold()
    {
        AddTwoServers();
        internet.Recursive = query => (query.Name, query.Type) switch
        {
            ("www.example.com", Caa) => new DnsPacket(query).CName("www.example.com", "cdn.example.org"),
            ("cdn.example.org", Caa) => new DnsPacket(query).Caa("cdn.example.org", 0, "issue", "other.example"),
            _ => null,
        };

        AssertFinding(await ReportAsync(), DnsFindingSeverity.Error, "CaaForbids");
    }

    [Fact]
    public async Task For_wildcards_issuewild_takes_the_place_of_issue()
    {
        AddTwoServers();
        internet.Recursive = query => query is { Type: Caa, Name: "example.com" }
            ? new DnsPacket(query).Caa(query.Name, 0, "issue", "ca.example").Caa(query.Name, 0, "issuewild", ";")
            : null;

        Assert.Empty((await ReportAsync("www.example.com")).Findings);
        var report = await ReportAsync("*.example.com");
        Assert.Contains("*.example.com", AssertFinding(report, DnsFindingSeverity.Error, "CaaForbids").Message, StringComparison.Ordinal);
        Assert.Equal("_acme-challenge.example.com", report.RecordName);
    }

    [Fact]
    public async Task CAA_records_that_cannot_be_read_are_an_error()
    {
        AddTwoServers();
        internet.Recursive = query => query.Type == Caa ? new DnsPacket(query, 2) : null;

        AssertFinding(await ReportAsync(), DnsFindingSeverity.Error, "CaaNotReadable");
    }

    [Fact]
    public async Task A_critical_property_that_few_know_is_a_warning()
    {
        AddTwoServers();
        internet.Recursive = query => query is { Type: Caa, Name: "example.com" } ? new DnsPacket(query).Caa(query.Name, 128, "tbs", "x") : null;

        AssertFinding(await ReportAsync(), DnsFindingSeverity.Warning, "CaaUnknownProperty");
    }

    [Fact]
    public async Task Where_the_CA_is_not_known_CAA_records_are_told_and_not_judged()
    {
        AddTwoServers();
        internet.Recursive = query => HasCaa(query, "example.com", "other.example");

        var report = Assert.Single(await new DnsReadinessCheck(internet, reporter).RunAsync(["www.example.com"], new DnsReportOptions()));

        AssertFinding(report, DnsFindingSeverity.Info, "CaaLimits");
        Assert.True(report.IsReady);
    }

    [Fact]
    public async Task A_resolver_that_does_not_answer_is_an_error_in_the_report()
    {
        var resolver = new DnsResolver(new DnsResolverOptions { SystemServers = [] });

        var report = Assert.Single(await new DnsReadinessCheck(resolver, reporter).RunAsync(["www.example.com"], new DnsReportOptions()));

        AssertFinding(report, DnsFindingSeverity.Error, "NoNameServers");
    }

    [Fact]
    public async Task When_the_time_is_over_what_is_known_is_reported()
    {
        AddTwoServers();
        internet.Recursive = query => query.Type == Caa ? new DnsPacket(query) { Id = query.Id + 1 } : null;
        internet.AddServer("192.0.2.2", query => new DnsPacket(query, 5));

        var report = Assert.Single(await new DnsReadinessCheck(internet, reporter).RunAsync(
            ["www.example.com"],
            new DnsReportOptions { Timeout = TimeSpan.FromSeconds(1) }));

        AssertFinding(report, DnsFindingSeverity.Warning, "TimeOver");
        AssertFinding(report, DnsFindingSeverity.Warning, "LameServer");
    }

    [Fact]
    public async Task Reports_come_in_the_order_of_the_names_and_the_worst_finding_first()
    {
        AddTwoServers(secondSerial: 0);
        internet.Recursive = query => HasCaa(query, "b.example.com", ";");

        var reports = await new DnsReadinessCheck(internet, reporter).RunAsync(["a.example.com", "B.example.com."], new DnsReportOptions());

        Assert.Equal(["a.example.com", "b.example.com"], reports.Select(report => report.Name));
        Assert.Equal([true, false], reports.Select(report => report.IsReady));
        Assert.Equal(["CaaForbids", "StaleServer"], reports[1].Findings.Select(finding => finding.Id));
    }

    private static DnsPacket? HasCaa(DnsQuery query, string name, string value)
        => query.Type == Caa && query.Name == name ? new DnsPacket(query).Caa(name, 0, "issue", value) : null;

    private static DnsFinding AssertFinding(DnsReport report, DnsFindingSeverity severity, string id)
    {
        var finding = Assert.Single(report.Findings, finding => finding.Id == id);
        Assert.Equal(severity, finding.Severity);
        Assert.NotEmpty(finding.Advice);
        return finding;
    }

    private void AddParent(params string[] delegated)
    {
        internet.AddZone("com", ("a.gtld.test", "192.0.2.8"));
        internet.AddServer("192.0.2.8", query =>
        {
            var packet = new DnsPacket(query) { IsAuthoritative = false };
            foreach (var server in delegated)
            {
                packet.Record(2, "example.com", NS, DnsPacket.Name(server));
            }

            return packet;
        });
    }

    private void AddTwoServers(byte secondSerial = 1)
    {
        AddZone("example.com", ("ns1.example.net", "192.0.2.1"), ("ns2.example.net", "192.0.2.2"));
        internet.AddServer("192.0.2.2", query => Speak(query, "example.com", secondSerial, ["ns1.example.net", "ns2.example.net"]));
    }

    private void AddZone(string zone, params (string Server, string Address)[] servers)
    {
        internet.AddZone(zone, servers);
        foreach (var (_, address) in servers)
        {
            internet.AddServer(address, query => Speak(query, zone, 1, [.. servers.Select(server => server.Server)]));
        }
    }

    private static DnsPacket Speak(DnsQuery query, string zone, byte serial, string[] servers)
    {
        var packet = new DnsPacket(query);
        switch (query.Type)
        {
            case Soa:
                return packet.Soa(zone, inAuthority: false, serial);
            case NS:
                foreach (var server in servers)
                {
                    packet.NS(zone, server);
                }

                return packet;
            default:
                return packet;
        }
    }

    private async Task<DnsReport> ReportAsync(string name = "www.example.com")
        => Assert.Single(await new DnsReadinessCheck(internet, reporter).RunAsync(
            [name],
            new DnsReportOptions { CaaIdentities = ["ca.example"], AccountUri = Account, Timeout = TimeSpan.FromSeconds(30) }));
}
