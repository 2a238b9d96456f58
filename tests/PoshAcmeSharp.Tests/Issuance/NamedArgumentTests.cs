using System.Collections;
using System.Security;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.Profile;
using Xunit;

namespace PoshAcmeSharp.Tests.Issuance;

/// <summary>Several accounts of one provider in one order.</summary>
public sealed class NamedArgumentTests : IssuanceTestBase
{
    private string FlatFile => Path.Combine(Kept("a.test").Folder, "pluginargs.json");

    private string NamedFile => Path.Combine(Kept("a.test").Folder, "pluginargs-names.json");

    [Fact]
    public async Task Each_name_is_published_with_its_own_arguments_a_wildcard_with_those_of_its_domain()
    {
        await IssueAsync(TwoAccounts());

        Assert.Equal(
            [
                "add _acme-challenge.a.test 2 first", "add _acme-challenge.b.test 1 second", "add _acme-challenge.c.b.test 1 second",
                "remove _acme-challenge.a.test 2 first", "remove _acme-challenge.b.test 1 second", "remove _acme-challenge.c.b.test 1 second",
            ],
            One.Calls.Order());
        AssertCleanedUp();
    }

    [Fact]
    public async Task They_are_used_again_by_the_renewal()
    {
        await IssueAsync(TwoAccounts());
        One.Calls.Clear();

        await IssueAsync(NewOrderRequest.From(Kept("a.test")));

        Assert.Contains("add _acme-challenge.b.test 1 second", One.Calls);
        Assert.Contains("add _acme-challenge.a.test 2 first", One.Calls);
    }

    [Fact]
    public async Task They_are_shown_as_they_were_given()
    {
        await IssueAsync(TwoAccounts());

        var shown = new OrderService(Session).ReadPluginArguments(Account, Kept("a.test"));

        Assert.Equal(["*.b.test", "default"], shown.Keys.Order());
        Assert.Equal("second", ((Hashtable)shown["*.b.test"]!)["OneKey"]);
        Assert.Equal("first", ((Hashtable)shown["default"]!)["OneKey"]);
    }

    [Fact]
    public async Task The_default_is_kept_where_other_clients_look_for_it()
    {
        await IssueAsync(TwoAccounts());

        Assert.Equal(["OneKey"], Session.Store.ReadPluginArguments(Account, Kept("a.test")).Keys);
        Assert.DoesNotContain("second", File.ReadAllText(FlatFile), StringComparison.Ordinal);
        Assert.Contains("second", File.ReadAllText(NamedFile), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_flat_table_takes_the_place_of_those_by_name()
    {
        await IssueAsync(TwoAccounts());

        await EditAsync(new Dictionary<string, object?> { ["OneKey"] = "only" });

        Assert.False(File.Exists(NamedFile));
        Assert.Equal("only", new OrderService(Session).ReadPluginArguments(Account, Kept("a.test"))["OneKey"]);
    }

    [Fact]
    public async Task A_table_by_name_takes_the_place_of_the_flat_one()
    {
        await IssueAsync(TwoAccounts());

        await EditAsync(new Dictionary<string, object?> { ["a.test"] = Own("1"), ["*.b.test"] = Own("2") });

        Assert.Empty(Session.Store.ReadPluginArguments(Account, Kept("a.test")));
        Assert.Equal(["*.b.test", "a.test"], Session.Store.ReadNamedPluginArguments(Account, Kept("a.test")).Keys.Order());
    }

    [Fact]
    public async Task What_fits_no_name_is_a_warning_and_not_kept()
    {
        var request = TwoAccounts();
        request.PluginArgs = new Dictionary<string, object?> { ["default"] = Own("first"), ["*.z.test"] = Own("z") };

        await IssueAsync(request);

        Assert.EndsWith("*.z.test.", Assert.Single(Reporter.Warnings), StringComparison.Ordinal);
        Assert.False(File.Exists(NamedFile));
    }

    [Fact]
    public async Task A_name_without_arguments_is_an_error_that_says_so_before_the_CA_is_asked()
    {
        var request = TwoAccounts();
        request.PluginArgs = new Dictionary<string, object?> { ["*.b.test"] = Own("second") };

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => IssueAsync(request));

        Assert.Equal("InvalidPluginArguments", error.ErrorId);
        Assert.StartsWith("In the arguments of 'default': ", error.Message, StringComparison.Ordinal);
        Assert.Empty(Requests);
    }

    [Fact]
    public async Task A_secret_of_a_name_is_encrypted_anew_with_the_key_of_the_account()
    {
        var secret = new SecureString();
        secret.AppendChar('s');
        var request = TwoAccounts();
        request.Plugin = ["GoDaddy"];
        request.PluginArgs = new Dictionary<string, object?>
        {
            ["default"] = new Hashtable { ["GDToken"] = secret },
            ["*.b.test"] = new Hashtable { ["GDToken"] = secret },
        };
        await new OrderService(Session).CreateAsync(Server, Account, request);
        var before = File.ReadAllText(NamedFile);

        await new AccountService(Session).SetPluginEncryptionAsync(Account, enable: true, renew: true);

        Assert.NotEqual(before, File.ReadAllText(NamedFile));
        using var another = OpenSession();
        Assert.IsType<SecureString>(another.Store.ReadNamedPluginArguments(another.RequireAccount(Server), Kept("a.test"))["*.b.test"]["GDToken"]);
    }

    [Fact]
    public async Task What_a_killed_run_has_left_is_removed_with_the_arguments_that_published_it()
    {
        await new OrderService(Session).CreateAsync(Server, Account, TwoAccounts());
        Session.Store.SavePublishedAnswers(Kept("a.test"), [new PublishedAnswer("One", "_acme-challenge.b.test", null, "old", "*.b.test"), new PublishedAnswer("One", "_acme-challenge.a.test", null, "old")]);

        await IssueAsync(TwoAccounts());

        Assert.Equal(["remove _acme-challenge.a.test 1 first", "remove _acme-challenge.b.test 1 second"], One.Calls.Take(2).Order());
    }

    [Fact]
    public async Task What_is_published_is_kept_with_whose_arguments_it_was()
    {
        IReadOnlyList<PublishedAnswer> kept = [];
        One.Publishing = (_, _) =>
        {
            kept = Session.Store.ReadPublishedAnswers(Kept("a.test"));
            return Task.CompletedTask;
        };

        await IssueAsync(TwoAccounts());

        Assert.Equal(["*.b.test", "*.b.test", null, null], kept.Select(a => a.Arguments).OrderDescending());
    }

    [Fact]
    public async Task A_domain_its_wildcard_and_twenty_names_are_one_call_a_record_name()
    {
        string[] names = ["example.test", "*.example.test", .. Enumerable.Range(1, 20).Select(i => $"n{i}.example.test")];

        await IssueAsync(Request(names));

        Assert.Equal(21, One.Calls.Count(c => c.StartsWith("add ", StringComparison.Ordinal)));
        Assert.Equal(21, One.Calls.Count(c => c.StartsWith("remove ", StringComparison.Ordinal)));
        Assert.Contains("add _acme-challenge.example.test 2 k", One.Calls);
        AssertCleanedUp();
    }

    [Fact]
    public async Task A_record_that_several_names_are_delegated_to_has_the_arguments_of_the_first()
    {
        var order = await new OrderService(Session).CreateAsync(Server, Account, TwoAccounts());
        order.DnsAlias = ["alias.test"];
        var plugins = new OrderPlugins(Session, order);
        var sets = plugins.Read(Account, [One]);

        Assert.Equal([null, null, null, null], plugins.Choose(sets, [0, 1, 2, 3]).Select(c => c.Key));
    }

    private static Hashtable Own(string key) => new() { ["OneKey"] = key };

    private static NewOrderRequest TwoAccounts()
    {
        var request = Request("a.test", "*.a.test", "b.test", "c.b.test");
        request.PluginArgs = new Dictionary<string, object?> { ["*.b.test"] = Own("second"), ["default"] = Own("first") };
        return request;
    }

    private Task EditAsync(Dictionary<string, object?> arguments)
        => new OrderService(Session).EditAsync(Server, Account, Kept("a.test"), new OrderChanges { PluginArgs = arguments });
}
