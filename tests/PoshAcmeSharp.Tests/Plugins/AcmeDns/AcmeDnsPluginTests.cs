using System.Collections;
using Newtonsoft.Json.Linq;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Plugins.AcmeDns;
using Xunit;

namespace PoshAcmeSharp.Tests.Plugins.AcmeDns;

public sealed class AcmeDnsPluginTests : IDisposable
{
    private const string Name = "_acme-challenge.www.example.com";

    private readonly AcmeDnsScene _scene = new();

    public void Dispose() => _scene.Dispose();

    private JToken? Kept(string name) => JObject.Parse(File.ReadAllText(_scene.PluginVarsPath))["ACMEReg"]?[name];

    private static Hashtable Registered(string name, AcmeDnsStub.Entry entry)
        => new() { [name] = new object[] { entry.Subdomain, entry.User, entry.Password, entry.FullDomain } };

    private AcmeDnsStub.Entry AddEntry()
    {
        var entry = new AcmeDnsStub.Entry("sub-given", "user-given", "P4ssw0rd-given", []);
        _scene.Server.Entries.Add(entry);
        return entry;
    }

    [Fact]
    public async Task A_new_name_is_registered_and_kept_in_the_form_of_Posh_ACME()
    {
        _scene.Store.WritePluginVars(_scene.Account, """{"Other":"stays","ACMEReg":{"_acme-challenge.old.example.com":["a","b","c","d.example.org"]}}""");

        await _scene.PublishAsync(_scene.Plugin(), Name, "one");

        Assert.Equal(["sub-1", "user-1", "P4ssw0rd-1", "sub-1.auth.example.org"], Kept(Name)!.ToObject<string[]>()!);
        Assert.Equal(["a", "b", "c", "d.example.org"], Kept("_acme-challenge.old.example.com")!.ToObject<string[]>()!);
        Assert.Contains("stays", await File.ReadAllTextAsync(_scene.PluginVarsPath), StringComparison.Ordinal);
        Assert.Equal([AcmeDnsScene.Value("one")], _scene.Server[0].Values);
    }

    [Fact]
    public async Task Dates_that_other_plugins_keep_stay_as_they_were_written()
    {
        _scene.Store.WritePluginVars(_scene.Account, """{"Other":{"Expires":"2026-01-02T03:04:05.1200000+07:00"}}""");

        await _scene.PublishAsync(_scene.Plugin(), Name, "one");

        Assert.Contains("\"2026-01-02T03:04:05.1200000+07:00\"", await File.ReadAllTextAsync(_scene.PluginVarsPath), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_password_that_the_server_repeats_is_not_shown()
    {
        var entry = AddEntry();
        _scene.Server.Faults.Enqueue(_ => CannedHandler.Json(400, "X-Api-Key: " + entry.Password));

        var error = await Assert.ThrowsAsync<PoshAcmeException>(
            () => _scene.PublishAsync(_scene.Plugin(new AcmeDnsOptions { ACMERegistration = Registered(Name, entry) }), Name, "one"));

        Assert.Equal("AcmeDns.Refused", error.ErrorId);
        Assert.Contains("X-Api-Key: ***", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_is_registered_once_and_for_apex_and_wildcard_together()
    {
        await _scene.PublishAsync(_scene.Plugin(), Name, "one", "two");
        await _scene.PublishAsync(_scene.Plugin(), Name.ToUpperInvariant() + ".", "three", "four");

        Assert.Equal([AcmeDnsScene.Value("four"), AcmeDnsScene.Value("three")], Assert.Single(_scene.Server.Entries).Values);
    }

    [Fact]
    public async Task A_registration_that_another_process_has_kept_meanwhile_counts()
    {
        var entry = AddEntry();
        _scene.Server.Faults.Enqueue(answer =>
        {
            _scene.Store.WritePluginVars(_scene.Account, new JObject { ["ACMEReg"] = new JObject { [Name] = new JArray(entry.Subdomain, entry.User, entry.Password, entry.FullDomain) } }.ToString());
            return answer();
        });

        await _scene.PublishAsync(_scene.Plugin(), Name, "one");

        Assert.Equal("sub-given", Kept(Name)![0]);
        Assert.Equal([AcmeDnsScene.Value("one")], entry.Values);
    }

    [Fact]
    public async Task A_registration_that_is_given_takes_the_place_of_the_one_that_is_kept()
    {
        _scene.Store.WritePluginVars(_scene.Account, $$"""{"ACMEReg":{"{{Name}}":["old","old","old","old.example.org"] } }""");
        var entry = AddEntry();

        await _scene.PublishAsync(_scene.Plugin(new AcmeDnsOptions { ACMERegistration = Registered(Name, entry) }), Name, "one");

        Assert.Equal([AcmeDnsScene.Value("one")], entry.Values);
        Assert.Equal("sub-given", Kept(Name)![0]);
    }

    [Fact]
    public void Two_registrations_that_are_given_for_one_name_are_told()
    {
        var given = Registered(Name, AddEntry());
        given[Name + "."] = given[Name];

        var error = Assert.Throws<PoshAcmeException>(() => _scene.Plugin(new AcmeDnsOptions { ACMERegistration = given }));

        Assert.Equal("InvalidPluginArguments", error.ErrorId);
        Assert.Contains(Name, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_registration_that_is_given_needs_no_account()
    {
        var entry = AddEntry();
        var plugin = _scene.Plugin(new AcmeDnsOptions { ACMERegistration = Registered(Name, entry) }, hasAccount: false);

        await _scene.PublishAsync(plugin, Name, "one");

        Assert.Equal([AcmeDnsScene.Value("one")], entry.Values);
        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => _scene.PublishAsync(plugin, "_acme-challenge.other.example.com", "one"));
        Assert.Equal("AcmeDns.NoAccount", error.ErrorId);
        Assert.Single(_scene.Server.Entries);
    }

    [Fact]
    public async Task A_full_domain_as_the_alias_of_an_order_uses_its_registration()
    {
        var entry = AddEntry();
        var plugin = _scene.Plugin(new AcmeDnsOptions { ACMERegistration = Registered(Name, entry) });

        await _scene.PublishAsync(plugin, entry.FullDomain, "one");
        await _scene.SaveAsync(plugin);

        Assert.Equal([AcmeDnsScene.Value("one")], entry.Values);
        Assert.Empty(_scene.Reporter.Warnings);
    }

    [Theory]
    [InlineData("""["a","b","c"]""")]
    [InlineData("""["a","b","",""]""")]
    [InlineData("""["a","b","c","not a name"]""")]
    [InlineData("""["a","b","c\r\nX: y","d.example.org"]""")]
    [InlineData(""" "text" """)]
    public async Task What_is_kept_and_no_registration_is_an_error_and_stays(string kept)
    {
        _scene.Store.WritePluginVars(_scene.Account, $$"""{"ACMEReg":{"{{Name}}":{{kept}} } }""");

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => _scene.PublishAsync(_scene.Plugin(), Name, "one"));

        Assert.Equal("AcmeDns.InvalidRegistration", error.ErrorId);
        Assert.Empty(_scene.Server.Requests);
        Assert.True(JToken.DeepEquals(JToken.Parse(kept), Kept(Name)));
    }

    [Fact]
    public async Task More_than_two_values_of_a_name_are_an_error_before_anything_is_sent()
    {
        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => _scene.PublishAsync(_scene.Plugin(), Name, "one", "two", "three"));

        Assert.Equal("AcmeDns.TooManyValues", error.ErrorId);
        Assert.Empty(_scene.Server.Requests);
    }

    [Fact]
    public async Task Names_that_share_a_registration_share_its_two_values()
    {
        var entry = AddEntry();
        var both = Registered(Name, entry);
        both["_acme-challenge.example.com"] = both[Name];
        var plugin = _scene.Plugin(new AcmeDnsOptions { ACMERegistration = both });
        await _scene.PublishAsync(plugin, Name, "one");
        await _scene.PublishAsync(plugin, "_acme-challenge.example.com", "two");
        await plugin.UnpublishAsync(new TxtRecordSet(Name, [AcmeDnsScene.Value("one")]), _scene.Context, default);
        await _scene.PublishAsync(plugin, Name, "three");

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => _scene.PublishAsync(plugin, Name, "four"));

        Assert.Equal("AcmeDns.TooManyValues", error.ErrorId);
        Assert.Equal([AcmeDnsScene.Value("three"), AcmeDnsScene.Value("two")], entry.Values);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_update_of_which_nobody_knows_does_not_drive_out_the_other_value(bool isWritten)
    {
        await _scene.PublishAsync(_scene.Plugin(), Name, "old", "older");
        _scene.Server.Faults.Enqueue(answer => answer());
        _scene.Server.Faults.Enqueue(answer =>
        {
            _ = isWritten ? answer() : null;
            throw new HttpRequestException("the connection broke");
        });

        await _scene.PublishAsync(_scene.Plugin(), Name, "one", "two");

        Assert.Equal([AcmeDnsScene.Value("one"), AcmeDnsScene.Value("two")], _scene.Server[0].Values);
    }

    [Fact]
    public async Task A_registration_that_the_server_does_not_know_is_explained_without_its_password()
    {
        var entry = new AcmeDnsStub.Entry("gone", "user", "P4ssw0rd-gone", []);
        var plugin = _scene.Plugin(new AcmeDnsOptions { ACMERegistration = Registered(Name, entry) });

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => _scene.PublishAsync(plugin, Name, "one"));

        Assert.Equal("AcmeDns.Unauthorized", error.ErrorId);
        Assert.Contains("forbidden", error.Message, StringComparison.Ordinal);
        Assert.Contains(Name, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("P4ssw0rd", error + string.Join("\n", _scene.Reporter.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_password_is_told_of_what_is_registered()
    {
        await _scene.PublishAsync(_scene.Plugin(), Name, "one");

        Assert.Contains("register", string.Join("\n", _scene.Reporter.Lines), StringComparison.Ordinal);
        Assert.DoesNotContain("P4ssw0rd", string.Join("\n", _scene.Reporter.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Allowed_networks_go_with_the_registration()
    {
        await _scene.PublishAsync(_scene.Plugin(new AcmeDnsOptions { ACMEAllowFrom = ["192.168.100.0/24", "2002:c0a8:2a00::/40"] }), Name, "one");
        Assert.Equal(["192.168.100.0/24", "2002:c0a8:2a00::/40"], _scene.Server[0].AllowFrom);

        var plugin = _scene.Plugin(new AcmeDnsOptions { ACMEAllowFrom = ["everywhere"] });
        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => _scene.PublishAsync(plugin, "_acme-challenge.b.example.com", "one"));
        Assert.Equal("AcmeDns.NotRegistered", error.ErrorId);
        Assert.Contains("ACMEAllowFrom", error.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_is_no_registration_is_an_error_and_nothing_is_kept()
    {
        _scene.Server.Faults.Enqueue(_ => CannedHandler.Json(200, "<html>Welcome</html>"));

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => _scene.PublishAsync(_scene.Plugin(), Name, "one"));

        Assert.Equal("AcmeDns.UnexpectedAnswer", error.ErrorId);
        Assert.False(File.Exists(_scene.PluginVarsPath));
    }
}
