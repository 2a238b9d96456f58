using System.Text;
using PoshAcmeSharp.Json;
using PoshAcmeSharp.Profile;
using Xunit;

namespace PoshAcmeSharp.Tests.Profile;

/// <summary>Files as Posh-ACME's versions and PowerShell's editions left them.</summary>
public class DialectTests
{
    private const string Server = """
        {
          "location": "https://ca.example.test:14000/dir", "DisableTelemetry": true, "SkipCertificateCheck": true,
          "newAccount": "https://ca/na", "newOrder": "https://ca/no", "newNonce": "https://ca/nn",
          "keyChange": "https://ca/kc", "revokeCert": "https://ca/rc",
          "meta": {"termsOfService": "https://ca/tos", "profiles": {"default": "The default"}}, "nonce": "abc",
          "renewalInfo": "https://ca/ri", "someThingNew": [1, 2]
        }
        """;

    private const string Account = """
        {"id": "wrong", "status": "valid", "contact": ["mailto:me@example.test"], "location": "https://ca/acct/1",
         "key": {"crv":"P-256","d":"ZA","kty":"EC","x":"eA","y":"eQ"}, "alg": "ES256", "KeyLength": "ec-256", "orders": null, "sskey": null}
        """;

    private const string Order = """
        {"identifiers": [{"type":"dns","value":"*.example.test"}], "finalize": "https://ca/f", "authorizations": ["https://ca/a1"],
         "location": "https://ca/o", "Install": false, "LifetimeDays": null, "ValidationTimeout": 61, "FriendlyName": "*.example.test",
         "MainDomain": "*.example.test", "OCSPMustStaple": false, "PreferredChain": "", "AlwaysNewKey": false, "DnsAlias": ["", ""],
         "DnsSleep": 1, "Subject": "", "Plugin": ["A", "A"], "KeyLength": "2048", "SANs": ["example.test"],
         "UseSerialValidation": false, "status": "valid", "expires": "2026-11-23T03:16:32Z", "certificate": "https://ca/c",
         "CertExpires": "2026-11-28T03:16:40Z", "RenewAfter": "2026-11-26T03:16:40Z", "PfxPassB64U": "cG9zaGFjbWU", "Unknown": {"a": 1}}
        """;

    public static TheoryData<string> Encodings => ["utf-8", "utf-8-bom", "utf-16le", "utf-16be"];

    [Theory]
    [MemberData(nameof(Encodings))]
    public void Files_are_read_in_any_encoding(string encoding)
    {
        using var profile = new TestProfile();
        var real = ToEncoding(encoding);
        profile.Write("current-server.txt", "https://ca.example.test:14000/dir\r\n", real);
        profile.Write("ca/dir.json", Server, real);
        profile.Write("ca/current-account.txt", "77\r\n", real);
        profile.Write("ca/77/acct.json", Account, real);
        profile.Write("ca/77/current-order.txt", "*.example.test\r\n", real);
        profile.Write("ca/77/!.example.test/order.json", Order.Replace("\"A\", \"A\"", "\"Ä\", \"A\"", StringComparison.Ordinal), real);

        var server = profile.Store.GetCurrentServer()!;
        var account = profile.Store.GetCurrentAccount(server)!;
        var order = profile.Store.GetCurrentOrder(account)!;

        Assert.Equal("ca", server.Name);
        Assert.Equal("77", account.Id);
        Assert.Equal(["Ä", "A"], order.Plugin);
    }

    [Fact]
    public void All_fields_of_a_server_are_read()
    {
        using var profile = new TestProfile();
        profile.Write("ca/dir.json", Server);

        var server = profile.Store.FindServer("CA")!;

        Assert.Equal(("https://ca.example.test:14000/dir", true, true, false), (server.Location, server.DisableTelemetry, server.SkipCertificateCheck, server.DisableARI));
        Assert.Equal(("https://ca/nn", "https://ca/na", "https://ca/no"), (server.NewNonce, server.NewAccount, server.NewOrder));
        Assert.Equal(("https://ca/rc", "https://ca/kc", "https://ca/ri"), (server.RevokeCert, server.KeyChange, server.RenewalInfo));
        Assert.Equal("https://ca/tos", server.TermsOfService);
        Assert.Null(server.NewAuthz);
    }

    [Fact]
    public void Members_that_are_not_known_and_their_order_survive_a_rewrite()
    {
        using var profile = new TestProfile();
        profile.Write("ca/dir.json", Server);
        var before = JsonText.ParseObject(Server);
        var server = profile.Store.FindServer("ca")!;

        server.DisableARI = true;
        profile.Store.SaveServer(server);

        var after = JsonText.ParseObject(profile.Read("ca/dir.json"));
        Assert.Equal([.. before.Properties().Select(p => p.Name), "DisableARI"], after.Properties().Select(p => p.Name));
        Assert.Equal("[1,2]", after["someThingNew"]!.ToString(Newtonsoft.Json.Formatting.None));
    }

    [Fact]
    public void A_directory_that_was_fetched_cannot_change_settings()
    {
        using var profile = new TestProfile();
        var server = profile.Store.CreateServer("https://ca/dir", null);
        server.RenewalInfo = "https://ca/old";

        server.SetDirectory("""{"newNonce":"https://ca/nn","skipCertificateCheck":true,"location":"https://evil/","Proxy":"http://evil/"}""");

        Assert.Equal(("https://ca/nn", false, "https://ca/dir", null, null), (server.NewNonce, server.SkipCertificateCheck, server.Location, server.Proxy, server.RenewalInfo));
    }

    [Fact]
    public void The_id_of_an_account_comes_from_its_folder_and_is_not_stored()
    {
        using var profile = new TestProfile();
        profile.Write("ca/dir.json", Server);
        profile.Write("ca/77/acct.json", Account);

        var account = profile.Store.FindAccount(profile.Store.FindServer("ca")!, "77")!;
        profile.Store.SaveAccount(account);

        Assert.Equal("77", account.Id);
        Assert.Equal(("id", "77"), (account.ToProperties()[0].Key, account.ToProperties()[0].Value));
        Assert.Single(account.ToProperties(), p => string.Equals(p.Key, "id", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain("\"id\"", profile.Read("ca/77/acct.json"), StringComparison.Ordinal);
        Assert.Equal("""{"crv":"P-256","d":"ZA","kty":"EC","x":"eA","y":"eQ"}""", account.Key);
        Assert.Null(account.SecretKey);
    }

    [Fact]
    public void Plugins_under_their_former_name_are_read()
    {
        var order = Read(Order.Replace("\"Plugin\": [\"A\", \"A\"]", "\"DnsPlugin\": [\"Old\"]", StringComparison.Ordinal));

        Assert.Equal(["Old"], order.Plugin);
        Assert.Equal(new[] { "Old" }, Property(order, "Plugin"));
        Assert.DoesNotContain(order.ToProperties(), p => p.Key == "DnsPlugin");
    }

    [Theory]
    [InlineData("\"Plugin\": \"One\"")]
    [InlineData("\"Plugin\": {\"value\": [\"One\"], \"Count\": 1}")]
    [InlineData("\"plugin\": [\"One\"]")]
    public void An_array_that_PowerShell_wrote_as_something_else_is_an_array(string member)
    {
        var order = Read(Order.Replace("\"Plugin\": [\"A\", \"A\"]", member, StringComparison.Ordinal));

        Assert.Equal(["One"], order.Plugin);
        Assert.Equal(new[] { "One" }, order.ToProperties().Single(p => p.Key is "Plugin" or "plugin").Value);
    }

    [Theory]
    [InlineData("\"PfxPassB64U\": \"cG9zaGFjbWU\"", "poshacme")]
    [InlineData("\"PfxPass\": \"pläin\"", "pläin")]
    [InlineData("\"Nothing\": 1", "")]
    public void The_password_of_the_pfx_files_is_read_in_both_forms(string member, string expected)
    {
        var order = Read(Order.Replace("\"PfxPassB64U\": \"cG9zaGFjbWU\"", member, StringComparison.Ordinal));

        Assert.Equal(expected, order.PfxPass);
        Assert.Equal(expected, Property(order, "PfxPass"));
        Assert.DoesNotContain(order.ToProperties(), p => p.Key == "PfxPassB64U");
    }

    [Fact]
    public void A_plain_password_is_written_back_in_the_present_form()
    {
        using var profile = new TestProfile();
        var (_, account, _) = profile.Populate();
        profile.Write("ca.example.test_14000/1/o/order.json", Order.Replace("\"PfxPassB64U\": \"cG9zaGFjbWU\"", "\"PfxPass\": \"plain\"", StringComparison.Ordinal));

        profile.Store.SaveOrder(profile.Store.FindOrder(account, "o")!);

        var text = profile.Read("ca.example.test_14000/1/o/order.json");
        Assert.Contains("\"PfxPassB64U\": \"cGxhaW4\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\"plain\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Members_that_are_missing_have_their_defaults()
    {
        var order = Read("""{"MainDomain":"example.test","status":"valid"}""");

        Assert.Equal((120, 60, "2048"), (order.DnsSleep, order.ValidationTimeout, order.KeyLength));
        Assert.Equal(120L, Property(order, "DnsSleep"));
        Assert.Equal(false, Property(order, "Install"));
        Assert.Empty(Assert.IsType<string[]>(Property(order, "SANs")));
        Assert.Null(Property(order, "CertExpires"));
        Assert.Equal(["Name", "Folder"], order.ToProperties().TakeLast(2).Select(p => p.Key));
    }

    [Fact]
    public void Properties_are_plain_values_in_the_order_of_the_file()
    {
        var properties = Read(Order).ToProperties();

        Assert.Equal(["identifiers", "finalize", "authorizations", "location"], properties.Take(4).Select(p => p.Key));
        Assert.Equal("*.example.test", Assert.IsType<PlainObject>(Assert.Single(Assert.IsType<object?[]>(properties[0].Value)))["value"]);
        Assert.Equal("2026-11-23T03:16:32Z", properties.Single(p => p.Key == "expires").Value);
        Assert.DoesNotContain(properties, p => p.Value?.GetType().Namespace?.StartsWith("Newtonsoft", StringComparison.Ordinal) == true);
    }

    [Theory]
    [InlineData("2026-11-23T03:16:32Z")]
    [InlineData("2026-11-23T04:16:32+01:00")]
    [InlineData("11/23/2026 03:16:32")]
    [InlineData("/Date(1795403792000)/")]
    public void Dates_are_understood_in_the_forms_that_PowerShell_wrote(string text)
        => Assert.Equal(
            new DateTimeOffset(2026, 11, 23, 3, 16, 32, TimeSpan.Zero),
            Read(Order.Replace("2026-11-23T03:16:32Z", text, StringComparison.Ordinal)).ExpiresAt);

    [Fact]
    public void An_optional_member_that_is_set_to_null_goes_and_a_usual_one_stays()
    {
        using var profile = new TestProfile();
        var (_, _, order) = profile.Populate();
        order.Profile = "shortlived";
        order.Certificate = "https://ca/c";

        order.Profile = null;
        order.Certificate = null;
        profile.Store.SaveOrder(order);

        var json = JsonText.ParseObject(File.ReadAllText(Path.Combine(order.Folder, "order.json")));
        Assert.False(json.ContainsKey("profile"));
        Assert.Equal(Newtonsoft.Json.Linq.JTokenType.Null, json["certificate"]!.Type);
    }

    [Fact]
    public void A_new_order_has_all_members_that_Posh_ACME_writes()
    {
        using var profile = new TestProfile();
        var (_, _, order) = profile.Populate();

        var names = JsonText.ParseObject(File.ReadAllText(Path.Combine(order.Folder, "order.json"))).Properties().Select(p => p.Name);

        Assert.Empty(JsonText.ParseObject(Order).Properties().Select(p => p.Name).Where(name => name != "Unknown").Except(names));
    }

    private static object? Property(StoredOrder order, string name) => order.ToProperties().Single(p => p.Key == name).Value;

    private static StoredOrder Read(string json)
    {
        using var profile = new TestProfile();
        profile.Write("ca/dir.json", Server);
        profile.Write("ca/77/acct.json", Account);
        profile.Write("ca/77/o/order.json", json);
        return Assert.Single(profile.Store.ListOrders(profile.Store.FindAccount(profile.Store.FindServer("ca")!, "77")!));
    }

    private static Encoding ToEncoding(string name) => name switch
    {
        "utf-16le" => new UnicodeEncoding(bigEndian: false, byteOrderMark: true),
        "utf-16be" => new UnicodeEncoding(bigEndian: true, byteOrderMark: true),
        "utf-8-bom" => new UTF8Encoding(encoderShouldEmitUTF8Identifier: true),
        _ => new UTF8Encoding(false),
    };
}
