using Xunit;

namespace PoshAcmeSharp.Tests.Profile;

public class DamageTests
{
    private const string ServerFile = "ca.example.test_14000/dir.json";
    private const string AccountFile = "ca.example.test_14000/1/acct.json";
    private const string OrderFile = "ca.example.test_14000/1/www.example.test/order.json";

    public static TheoryData<string> DamagedTexts => ["", "   ", "\0\0\0\0", "{\"status\":\"val", "[]", "{} trailing"];

    [Theory]
    [MemberData(nameof(DamagedTexts))]
    public void A_damaged_account_is_reported_by_the_name_of_its_file_and_left_as_it_is(string text)
    {
        using var profile = new TestProfile();
        var (server, _, _) = profile.Populate();
        var path = profile.Write(AccountFile, text);

        var error = Assert.Throws<PoshAcmeException>(() => profile.Store.GetCurrentAccount(server));

        Assert.Equal(("CorruptProfileFile", ErrorKind.InvalidData), (error.ErrorId, error.Kind));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.NotNull(error.RecommendedAction);
        Assert.Equal(text, profile.Read(AccountFile));
    }

    [Fact]
    public void A_damaged_server_that_may_be_the_current_one_is_an_error_not_a_missing_choice()
    {
        using var profile = new TestProfile();
        profile.Populate();
        profile.Write(ServerFile, "");

        Assert.Equal("CorruptProfileFile", Assert.Throws<PoshAcmeException>(() => profile.Store.GetCurrentServer()).ErrorId);
        Assert.Equal("CorruptProfileFile", Assert.Throws<PoshAcmeException>(() => profile.Store.FindServer(TestProfile.DirectoryUrl)).ErrorId);
        Assert.Equal("CorruptProfileFile", Assert.Throws<PoshAcmeException>(() => profile.Store.FindServer("ca.example.test_14000")).ErrorId);
        Assert.Null(profile.Store.FindServer("LE_PROD"));
    }

    [Fact]
    public void A_damaged_order_is_a_warning_in_a_list_and_the_others_are_listed()
    {
        using var profile = new TestProfile();
        var (_, account, _) = profile.Populate();
        profile.AddOrder(account, "whole", "example.test");
        var path = profile.Write(OrderFile, "{");

        Assert.Equal(["whole"], profile.Store.ListOrders(account).Select(o => o.Name));
        Assert.Contains(path, Assert.Single(profile.Reporter.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_file_is_not_overwritten_by_a_new_entry_of_its_name()
    {
        using var profile = new TestProfile();
        var (server, account, _) = profile.Populate();
        profile.Write(AccountFile, "");
        profile.Write(OrderFile, "");

        Assert.Equal("NameInUse", Assert.Throws<PoshAcmeException>(() => profile.Store.CreateAccount(server, "1")).ErrorId);
        Assert.Equal("NameInUse", Assert.Throws<PoshAcmeException>(() => profile.Store.CreateOrder(account, "www.example.test")).ErrorId);
    }

    [Fact]
    public void Damaged_plugin_files_are_errors_for_readers_and_writers()
    {
        using var profile = new TestProfile();
        var (_, account, order) = profile.Populate();
        profile.Write("ca.example.test_14000/1/pluginvars.json", "{");
        profile.Write("ca.example.test_14000/1/www.example.test/pluginargs.json", "");

        Assert.All(
            new Action[]
            {
                () => profile.Store.ReadPluginVars(account),
                () => profile.Store.WritePluginVars(account, "{}"),
                () => profile.Store.ReadPluginArguments(account, order),
                () => profile.Store.SavePluginArguments(account, order, [], [new("A", "b")]),
            },
            action => Assert.Equal("CorruptProfileFile", Assert.Throws<PoshAcmeException>(action).ErrorId));
    }

    [Fact]
    public void No_text_of_a_damaged_file_gets_into_the_error()
    {
        using var profile = new TestProfile();
        var (server, _, _) = profile.Populate();
        profile.Write(AccountFile, "{\"key\":{\"d\":\"s3cr3t\"},\"sskey\":s3cr3t}");

        var error = Assert.Throws<PoshAcmeException>(() => profile.Store.GetCurrentAccount(server));

        Assert.DoesNotContain("s3cr3t", error.ToString(), StringComparison.Ordinal);
    }
}
