using PoshAcmeSharp.AcmeTestServers;
using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.Profile;
using Xunit;

namespace PoshAcmeSharp.Tests.Issuance;

/// <summary>Another command changes the profile between what a command reads and what it writes.</summary>
public sealed class ConcurrentChangeTests : IAsyncLifetime
{
    private readonly string root = Path.Combine(Path.GetTempPath(), "profile-" + Guid.NewGuid().ToString("N"));
    private ScriptedAcmeServer server = null!;

    public async Task InitializeAsync() => server = await ScriptedAcmeServer.StartAsync();

    public async Task DisposeAsync()
    {
        await server.DisposeAsync();
        Directory.Delete(root, recursive: true);
    }

    [Fact]
    public async Task What_the_CA_said_of_a_former_order_does_not_overwrite_the_new_one()
    {
        using var mine = await OpenAsync();
        using var theirs = Session();
        var (known, account) = Current(mine);
        var order = await OrderAsync(mine);

        var replacement = await OrderAsync(theirs);
        await new OrderService(mine).RefreshAsync(known, account, order);

        Assert.NotEqual(server.Orders[0].Url, replacement.Location);
        var kept = mine.Store.FindOrder(account, "www.example.test")!;
        Assert.Equal((replacement.Location, replacement.Finalize), (kept.Location, kept.Finalize));
        Assert.Equal(replacement.Authorizations, order.Authorizations);
        Assert.Equal(replacement.Location, order.Location);
    }

    [Fact]
    public async Task A_settled_order_does_not_fall_back_to_what_was_seen_before()
    {
        using var mine = await OpenAsync();
        var (known, account) = Current(mine);
        var order = await OrderAsync(mine);
        var settled = mine.Store.FindOrder(account, order.Name)!;
        settled.Status = "valid";
        mine.Store.SaveOrder(settled);

        await new OrderService(mine).RefreshAsync(known, account, order);

        Assert.Equal("valid", mine.Store.FindOrder(account, order.Name)!.Status);
    }

    [Fact]
    public async Task An_account_that_was_renamed_meanwhile_does_not_come_back_under_its_old_name()
    {
        using var mine = await OpenAsync();
        var (known, account) = Current(mine);
        var oldId = account.Id;
        mine.Store.RenameAccount(known, mine.Store.FindAccount(known, oldId)!, "renamed");

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => new AccountService(mine).RefreshAsync(known, account));

        Assert.Equal("AccountNotFound", error.ErrorId);
        Assert.Equal("renamed", Assert.Single(mine.Store.ListAccounts(known)).Id);
    }

    [Fact]
    public async Task An_order_that_another_command_has_made_meanwhile_is_not_replaced_unasked()
    {
        using var mine = await OpenAsync();
        using var theirs = Session();
        var order = await OrderAsync(theirs, overwrite: false);

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => OrderAsync(mine, overwrite: false));

        Assert.Equal("OrderInTheWay", error.ErrorId);
        Assert.Equal(order.Location, mine.Store.GetCurrentOrder(Current(mine).Account)!.Location);
    }

    [Fact]
    public async Task Settings_that_were_changed_meanwhile_survive_a_refresh_of_the_server()
    {
        using var mine = await OpenAsync();
        using var theirs = Session();
        var (known, _) = Current(mine);
        await new ServerService(theirs).SetAsync(new ServerSettings { DisableARI = true });

        await new ServerService(mine).RefreshAsync(known);

        Assert.True(mine.Store.GetCurrentServer()!.DisableARI);
        Assert.True(known.DisableARI);
    }

    private static (StoredServer Server, StoredAccount Account) Current(ProfileSession session)
    {
        var current = session.RequireServer();
        return (current, session.RequireAccount(current));
    }

    private static Task<StoredOrder> OrderAsync(ProfileSession session, bool overwrite = true)
    {
        var (known, account) = Current(session);
        return new OrderService(session).CreateAsync(
            known,
            account,
            new NewOrderRequest { Domain = ["www.example.test"], KeyLength = KeyLength.Ec256, Overwrite = overwrite });
    }

    private ProfileSession Session()
        => new(new ProfileStore(root, null, SystemClock.Instance, NullReporter.Instance), NullReporter.Instance, SystemClock.Instance);

    private async Task<ProfileSession> OpenAsync()
    {
        var session = Session();
        await new ServerService(session).SetAsync(new ServerSettings { DirectoryUrl = server.DirectoryUrl });
        await new AccountService(session).CreateAsync(
            session.RequireServer(),
            new NewAccountRequest { AcceptTermsOfService = true, KeyLength = KeyLength.Ec256 });
        return session;
    }
}
