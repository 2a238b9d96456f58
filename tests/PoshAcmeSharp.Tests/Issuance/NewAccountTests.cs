using System.Runtime.Versioning;
using PoshAcmeSharp.Acme;
using PoshAcmeSharp.AcmeTestServers;
using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.Jose;
using PoshAcmeSharp.Profile;
using PoshAcmeSharp.Tests.Profile;
using Xunit;

namespace PoshAcmeSharp.Tests.Issuance;

public sealed class NewAccountTests : ProfileFixture
{
    private const string MacKey = "zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W";

    [Fact]
    public async Task A_kill_at_any_step_leaves_no_account_that_nobody_has_the_key_of()
    {
        await SetServerAsync();
        var (kills, orphans) = (0, 0);
        for (var failAt = 1; ; failAt++)
        {
            var before = Ca.Accounts.Count;
            var request = Request($"{failAt}@example.test");
            var dying = Session(new FaultyFileSystem(failAt, () => new KilledException()));
            var wasKilled = false;
            try
            {
                await new AccountService(dying).CreateAsync(dying.RequireServer(), request);
            }
            catch (KilledException)
            {
                wasKilled = true;
            }

            var next = Session();
            var server = next.RequireServer();
            orphans += Ca.Accounts.Count - next.Store.ListAccounts(server).Count;
            if (new AccountService(next).FindSimilar(server, request) is null)
            {
                await new AccountService(next).CreateAsync(server, request);
            }

            Assert.Equal(before + 1, Ca.Accounts.Count);
            Assert.Equal(Ca.Accounts.Select(a => a.Url).Order(), next.Store.ListAccounts(server).Select(a => a.Location).Order());
            if (!wasKilled)
            {
                break;
            }

            kills++;
        }

        Assert.True(kills > 8 && orphans > 2, $"{kills} kills, {orphans} accounts that were not kept yet.");
        await new AccountService(Session()).CreateAsync(Session().RequireServer(), Request("last@example.test"));
        Assert.Empty(Pending());
    }

    [Fact]
    public async Task The_key_is_on_the_disk_before_the_CA_hears_of_it()
    {
        await SetServerAsync();
        var pending = 0;
        Ca.OnRequest(AcmeOperation.NewAccount, Fault.Changed("look", _ => pending = Pending().Count));

        await new AccountService(Session()).CreateAsync(Session().RequireServer(), Request());

        Assert.Equal((1, 0), (pending, Pending().Count));
    }

    [Fact]
    public async Task An_account_whose_binding_works_only_once_is_taken_up_without_it()
    {
        Ca.Options.ExternalAccounts = new Dictionary<string, string> { ["kid-1"] = MacKey };
        await SetServerAsync();
        var request = Request();
        request.ExternalAccount = new ExternalAccount("kid-1", MacKey);
        await InterruptAsync(request);
        Ca.Options.ExternalAccounts = new Dictionary<string, string> { ["kid-2"] = MacKey };

        var account = await new AccountService(Session()).CreateAsync(Session().RequireServer(), request);

        Assert.Equal(Assert.Single(Ca.Accounts).Url, account.Location);
        Assert.Empty(Pending());
    }

    [Fact]
    public async Task A_refusal_after_an_answer_that_was_lost_does_not_lose_the_account()
    {
        Ca.Options.ExternalAccounts = new Dictionary<string, string> { ["kid-1"] = MacKey };
        await SetServerAsync();
        var request = Request();
        request.ExternalAccount = new ExternalAccount("kid-1", MacKey);
        Ca.OnRequest(AcmeOperation.NewAccount, Fault.ResetAfterProcessing());
        Ca.OnRequest(AcmeOperation.NewAccount, Fault.Problem(new ProblemDocument(401, "unauthorized", "The binding was used already.")));

        var account = await new AccountService(Session()).CreateAsync(Session().RequireServer(), request);

        Assert.Equal(Assert.Single(Ca.Accounts).Url, account.Location);
    }

    [Fact]
    public async Task The_pending_key_is_not_used_for_another_account()
    {
        await SetServerAsync();
        await InterruptAsync(Request("a@example.test"));

        var other = await new AccountService(Session()).CreateAsync(Session().RequireServer(), Request("b@example.test"));

        Assert.Equal(["mailto:b@example.test"], other.Contact);
        Assert.Equal(2, Ca.Accounts.Count);
        Assert.Single(Pending());
    }

    [Fact]
    public async Task A_refusal_leaves_no_key_behind()
    {
        await SetServerAsync();

        await Assert.ThrowsAsync<AcmeProblemException>(() => new AccountService(Session()).CreateAsync(Session().RequireServer(), new NewAccountRequest()));

        Assert.Empty(Pending());
    }

    [FactWithModes]
    [UnsupportedOSPlatform("windows")]
    public async Task The_pending_key_belongs_to_the_user_alone()
    {
        await SetServerAsync();
        await InterruptAsync(Request());

        var file = Path.Combine(Session().RequireServer().Folder, "pendingaccounts.json");

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Theory]
    [InlineData("kid-2", MacKey)]
    [InlineData("kid-1", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task A_wrong_binding_is_an_error_that_names_its_parameters(string keyId, string macKey)
    {
        Ca.Options.ExternalAccounts = new Dictionary<string, string> { ["kid-1"] = MacKey };
        await SetServerAsync();
        var request = Request();
        request.ExternalAccount = new ExternalAccount(keyId, macKey);

        var error = await Assert.ThrowsAsync<AcmeProblemException>(() => new AccountService(Session()).CreateAsync(Session().RequireServer(), request));

        Assert.Equal("AcmeProblem.unauthorized", error.ErrorId);
        Assert.Contains("-ExtAcctKID", error.RecommendedAction, StringComparison.Ordinal);
        Assert.Contains("-ExtAcctHMACKey", error.RecommendedAction, StringComparison.Ordinal);
        Assert.DoesNotContain("challenge", error.RecommendedAction, StringComparison.Ordinal);
    }

    private static NewAccountRequest Request(string contact = "me@example.test")
        => new() { AcceptTermsOfService = true, Contact = [contact], KeyLength = KeyLength.Ec256 };

    private Task<StoredServer> SetServerAsync() => new ServerService(Session()).SetAsync(new ServerSettings { DirectoryUrl = Ca.DirectoryUrl });

    /// <summary>The CA makes the account, and its answer never comes.</summary>
    private async Task InterruptAsync(NewAccountRequest request)
    {
        Ca.OnRequest(AcmeOperation.NewAccount, Fault.ResetAfterProcessing());
        Ca.OnRequest(_ => true, Fault.ResetBeforeProcessing(), times: int.MaxValue, after: 1);
        await Assert.ThrowsAsync<AcmeConnectionException>(() => new AccountService(Session()).CreateAsync(Session().RequireServer(), request));
        Ca.ClearFaults();
    }

    private IReadOnlyList<PendingAccount> Pending()
    {
        var session = Session();
        return session.Store.ReadPendingAccounts(session.RequireServer());
    }
}
