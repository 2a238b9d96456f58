using Newtonsoft.Json.Linq;
using PoshAcmeSharp.Profile;
using Xunit;

namespace PoshAcmeSharp.Tests.Profile;

public class ProfileStoreTests
{
    [Fact]
    public void An_empty_profile_has_nothing_and_reading_creates_nothing()
    {
        using var profile = new TestProfile();

        Assert.Empty(profile.Store.ListServers());
        Assert.Null(profile.Store.GetCurrentServer());
        Assert.Null(profile.Store.FindServer("LE_PROD"));
        Assert.False(Directory.Exists(profile.Root));
    }

    [Fact]
    public void What_was_saved_is_found_by_another_process()
    {
        using var profile = new TestProfile();
        profile.Populate("www.example.test");

        var store = profile.Open();
        var server = store.GetCurrentServer()!;
        var account = store.GetCurrentAccount(server)!;

        Assert.Equal("ca.example.test_14000", server.Name);
        Assert.Equal("1", account.Id);
        Assert.Equal("www.example.test", store.GetCurrentOrder(account)!.Name);
        Assert.Equal(TestProfile.DirectoryUrl + "\n", profile.Read("current-server.txt"));
    }

    [Theory]
    [InlineData("LE_STAGE")]
    [InlineData("https://acme-staging-v02.api.letsencrypt.org/directory")]
    [InlineData("mine")]
    [InlineData("MINE")]
    public void A_server_is_found_by_name_or_url(string nameOrUrl)
    {
        using var profile = new TestProfile();
        profile.Store.SaveServer(profile.Store.CreateServer(WellKnownServers.ToDirectoryUrl("LE_STAGE"), "mine"));

        Assert.Equal("mine", profile.Store.FindServer(nameOrUrl)?.Name);
    }

    [Fact]
    public void Two_directories_of_one_host_get_two_folders()
    {
        using var profile = new TestProfile();
        profile.Store.SaveServer(profile.Store.CreateServer("https://ca.example.test/a", null));

        Assert.Equal("ca.example.test_2", profile.Store.CreateServer("https://ca.example.test/b", null).Name);
    }

    [Fact]
    public void A_folder_without_its_file_is_no_server()
    {
        using var profile = new TestProfile();
        profile.Populate();
        Directory.CreateDirectory(Path.Combine(profile.Root, "backup"));

        Assert.Single(profile.Store.ListServers());
        Assert.Null(profile.Store.FindServer("backup"));
    }

    [Fact]
    public void A_current_entry_that_is_gone_counts_as_none()
    {
        using var profile = new TestProfile();
        var (server, account, _) = profile.Populate();
        profile.Write("current-server.txt", "https://gone.example.test/");
        profile.Write("ca.example.test_14000/current-account.txt", "gone");
        profile.Write("ca.example.test_14000/1/current-order.txt", "");

        Assert.Null(profile.Store.GetCurrentServer());
        Assert.Null(profile.Store.GetCurrentAccount(server));
        Assert.Null(profile.Store.GetCurrentOrder(account));
    }

    [Theory]
    [InlineData("..")]
    [InlineData("../1")]
    [InlineData("1/../1")]
    [InlineData("")]
    public void Names_never_lead_out_of_the_folder(string name)
    {
        using var profile = new TestProfile();
        var (server, account, _) = profile.Populate();

        Assert.Null(profile.Store.FindAccount(server, name));
        Assert.Null(profile.Store.FindOrder(account, name));
        Assert.Null(profile.Store.FindServer(name));
    }

    [Fact]
    public void A_wildcard_order_is_found_by_its_domain_and_by_its_folder()
    {
        using var profile = new TestProfile();
        var (_, account, _) = profile.Populate();
        profile.AddOrder(account, ProfileName.FromMainDomain("*.example.test"), "*.example.test");

        Assert.Equal("!.example.test", profile.Store.FindOrder(account, "*.example.test")?.Name);
        Assert.Equal("!.example.test", Assert.Single(profile.Store.FindOrdersByMainDomain(account, "*.EXAMPLE.test")).Name);
    }

    [Fact]
    public void Of_several_orders_of_a_domain_the_one_that_expires_latest_comes_first()
    {
        using var profile = new TestProfile();
        var (_, account, _) = profile.Populate();
        profile.AddOrder(account, "a", "example.test", "2026-11-23T00:00:00Z");
        profile.AddOrder(account, "b", "example.test", "2026-11-25T00:00:00Z");
        profile.AddOrder(account, "c", "example.test", "2026-11-24T00:00:00Z");

        Assert.Equal(["b", "c", "a"], profile.Store.FindOrdersByMainDomain(account, "example.test").Select(o => o.Name));
    }

    [Fact]
    public void Renaming_keeps_what_is_current()
    {
        using var profile = new TestProfile();
        var (server, account, order) = profile.Populate();

        profile.Store.RenameOrder(account, order, "other");
        Assert.Equal("other", profile.Store.GetCurrentOrder(account)?.Name);
        profile.Store.RenameAccount(server, account, "mine");
        Assert.Equal("mine", profile.Store.GetCurrentAccount(server)?.Id);
        profile.Store.RenameServer(server, "ca");
        Assert.Equal("ca", profile.Store.GetCurrentServer()?.Name);
        Assert.Equal("mine", profile.Store.GetCurrentAccount(server)?.Id);
    }

    [Fact]
    public void Removing_what_is_current_leaves_none_current()
    {
        using var profile = new TestProfile();
        var (server, account, order) = profile.Populate();

        profile.Store.RemoveOrder(account, order);
        Assert.False(File.Exists(Path.Combine(account.Folder, "current-order.txt")));
        Assert.False(Directory.Exists(order.Folder));
        profile.Store.RemoveAccount(server, account);
        Assert.Empty(profile.Store.ListAccounts(server));
        profile.Store.RemoveServer(server);
        Assert.Empty(Directory.GetFileSystemEntries(profile.Root));
    }

    [Fact]
    public void Names_in_use_are_refused_for_new_and_for_renamed_entries()
    {
        using var profile = new TestProfile();
        var (server, account, order) = profile.Populate();
        profile.AddOrder(account, "other", "example.test");

        Assert.Equal("NameInUse", Assert.Throws<PoshAcmeException>(() => profile.Store.CreateServer("https://x/", server.Name)).ErrorId);
        Assert.Equal("NameInUse", Assert.Throws<PoshAcmeException>(() => profile.Store.CreateAccount(server, account.Id)).ErrorId);
        Assert.Equal("NameInUse", Assert.Throws<PoshAcmeException>(() => profile.Store.CreateOrder(account, order.Name)).ErrorId);
        Assert.Equal("NameInUse", Assert.Throws<PoshAcmeException>(() => profile.Store.RenameOrder(account, order, "other")).ErrorId);
        Assert.Equal("InvalidName", Assert.Throws<PoshAcmeException>(() => profile.Store.RenameOrder(account, order, "a/b")).ErrorId);
    }

    [Fact]
    public void A_new_entry_never_overwrites_one_that_another_process_made_meanwhile()
    {
        using var profile = new TestProfile();
        var (_, account, _) = profile.Populate();
        var first = profile.Store.CreateOrder(account, "same");
        var second = profile.Open().CreateOrder(account, "same");
        profile.Store.SaveOrder(first);

        Assert.Equal("NameInUse", Assert.Throws<PoshAcmeException>(() => profile.Store.SaveOrder(second)).ErrorId);
    }

    [Fact]
    public void Plugin_variables_are_read_and_written_as_they_are()
    {
        using var profile = new TestProfile();
        var (_, account, _) = profile.Populate();
        Assert.Null(profile.Store.ReadPluginVars(account));

        profile.Store.WritePluginVars(account, """{"ACMEReg":{"_acme-challenge.x":["a","b"]}}""");

        Assert.Contains("_acme-challenge.x", profile.Store.ReadPluginVars(account), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plugins_that_set_their_variables_at_once_lose_none()
    {
        using var profile = new TestProfile();
        var (_, account, _) = profile.Populate();

        // With real time: the other clock's waits are over at once, and so is the patience of who waits for the lock.
        var stores = Enumerable.Range(0, 8).Select(_ => new ProfileStore(profile.Root, null, SystemClock.Instance, profile.Reporter));

        await Task.WhenAll(stores.Select((store, i) => Task.Run(() => store.SetPluginVarAsync(account, "Var" + i, $"[{i}]", CancellationToken.None))));
        await profile.Store.SetPluginVarAsync(account, "var3", "\"new\"", CancellationToken.None);

        var json = JObject.Parse(profile.Store.ReadPluginVars(account)!);
        Assert.Equal(8, json.Count);
        Assert.Equal(7, (int?)json["Var7"]?[0]);
        Assert.Equal("new", (string?)json["var3"]);
    }

    [Fact]
    public void A_thousand_orders_are_listed_from_their_own_files_alone()
    {
        using var profile = new TestProfile();
        var (_, account, _) = profile.Populate();
        var template = File.ReadAllText(Path.Combine(account.Folder, "www.example.test", "order.json"));
        for (var i = 0; i < 1000; i++)
        {
            profile.Write($"ca.example.test_14000/1/order{i}/order.json", template);
        }

        var counting = new CountingFileSystem();
        var orders = profile.Open(counting).ListOrders(account);

        Assert.Equal(1001, orders.Count);
        Assert.Equal(1001, counting.Reads);
    }
}
