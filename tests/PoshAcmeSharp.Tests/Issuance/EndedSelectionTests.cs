using PoshAcmeSharp.Issuance;
using Xunit;

namespace PoshAcmeSharp.Tests.Issuance;

/// <summary>What is chosen in the profile, and cannot be used any more.</summary>
public sealed class EndedSelectionTests : IssuanceTestBase
{
    [Fact]
    public void A_server_whose_folder_has_lost_its_file_is_named()
    {
        var location = Server.Location;
        File.Delete(Path.Combine(Server.Folder, "dir.json"));

        var error = Assert.Throws<PoshAcmeException>(() => Session.RequireServer());

        Assert.Equal("NoServer", error.ErrorId);
        Assert.Contains($"{location} was chosen", error.Message, StringComparison.Ordinal);
        Assert.Contains("dir.json", error.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_made_anew_after_that_has_its_accounts_and_orders_still()
    {
        await IssueAsync(Request());
        var account = Account.Id;
        File.Delete(Path.Combine(Server.Folder, "dir.json"));

        await new ServerService(Session).SetAsync(new ServerSettings { DirectoryUrl = Acme.DirectoryUrl });

        Assert.Equal(account, Account.Id);
        Assert.Equal(Name, Assert.Single(Session.Store.ListOrders(Account)).Name);
    }

    [Fact]
    public async Task An_account_that_is_deactivated_is_named_before_another_one_takes_its_place()
    {
        var ended = Account;
        ended.Status = "deactivated";
        Session.Store.SaveAccount(ended);

        var selected = await new AccountService(Session).SelectAsync(Server, null, null, acceptTermsOfService: true);

        Assert.NotEqual(ended.Id, selected.Id);
        Assert.Contains($"The account '{ended.Id}' is deactivated", Assert.Single(Reporter.Warnings), StringComparison.Ordinal);
    }
}
