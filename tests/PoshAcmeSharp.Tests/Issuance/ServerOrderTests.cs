using PoshAcmeSharp.AcmeTestServers;
using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.Profile;
using Xunit;

namespace PoshAcmeSharp.Tests.Issuance;

public sealed class ServerOrderTests : ProfileFixture
{
    [Fact]
    public async Task Orders_of_all_pages_are_listed_with_their_names_in_the_profile()
    {
        var session = Session();
        var (server, account) = await MakeAccountAsync(session);
        for (var i = 0; i < 7; i++)
        {
            await OrderAsync(session, server, account, $"n{i}.example.test");
        }

        session.Store.RemoveOrder(account, session.Store.FindOrder(account, "n2.example.test")!);
        session.Store.RenameOrder(account, session.Store.FindOrder(account, "n3.example.test")!, "renamed");

        var listed = await new OrderService(session).ListAtServerAsync(server, account);

        Assert.Equal(
            ["n0.example.test", "n1.example.test", null, "renamed", "n4.example.test", "n5.example.test", "n6.example.test"],
            listed.Select(one => one.Value!.Stored?.Name));
        Assert.Equal(Enumerable.Range(0, 7).Select(i => $"n{i}.example.test"), listed.Select(one => Assert.Single(one.Value!.Order.Identifiers).Value));
        Assert.Equal(3, Ca.History.Of(AcmeOperation.Orders).Count);
        Assert.All(listed, one => Assert.Equal("pending", one.Value!.Order.Status));
    }

    [Fact]
    public async Task An_order_that_cannot_be_read_does_not_keep_the_others_from_being_listed()
    {
        var session = Session();
        var (server, account) = await MakeAccountAsync(session);
        await OrderAsync(session, server, account, "a.example.test");
        await OrderAsync(session, server, account, "b.example.test");
        Ca.OnRequest(r => r.Operation == AcmeOperation.Order && Ca.Orders[0].Url == r.Url, Fault.Problem(new ProblemDocument(404, "malformed", "gone")));

        var listed = await new OrderService(session).ListAtServerAsync(server, account);

        Assert.Equal(("AcmeProblem.malformed", "b.example.test"), (listed[0].Error!.ErrorId, listed[1].Value!.Stored!.Name));
    }

    [Fact]
    public async Task A_server_without_a_list_is_one_error()
    {
        var session = Session();
        var (server, account) = await MakeAccountAsync(session);
        account.Orders = null;
        Ca.OnRequest(AcmeOperation.NewAccount, Fault.Edit(json => json.Remove("orders")));

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => new OrderService(session).ListAtServerAsync(server, account));

        Assert.Equal("OrderListNotSupported", error.ErrorId);
        Assert.Contains(Ca.DirectoryUrl, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(405)]
    public async Task A_list_that_is_promised_and_not_there_is_the_same_error(int status)
    {
        var session = Session();
        var (server, account) = await MakeAccountAsync(session);
        Ca.OnRequest(AcmeOperation.Orders, Fault.Status(status));

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => new OrderService(session).ListAtServerAsync(server, account));

        Assert.Equal("OrderListNotSupported", error.ErrorId);
    }

    [Fact]
    public async Task Pages_that_lead_back_to_one_another_come_to_an_end()
    {
        var session = Session();
        var (server, account) = await MakeAccountAsync(session);
        await OrderAsync(session, server, account, "a.example.test");
        Ca.OnRequest(AcmeOperation.Orders, Fault.Changed("loop", r => r.With("Link", $"<{account.Orders}>;rel=\"next\"")), times: int.MaxValue);

        var listed = await new OrderService(session).ListAtServerAsync(server, account);

        Assert.Single(listed);
        Assert.Single(Ca.History.Of(AcmeOperation.Orders));
        Assert.Contains(Reporter.Warnings, w => w.Contains("does not end", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Endless_pages_are_left_at_a_bound()
    {
        var session = Session();
        var (server, account) = await MakeAccountAsync(session);
        var page = 0;
        Ca.OnRequest(AcmeOperation.Orders, Fault.Changed("endless", r => r.With("Link", $"<{account.Orders}/{++page}>;rel=\"next\"")), times: int.MaxValue);

        Assert.Empty(await new OrderService(session).ListAtServerAsync(server, account));

        Assert.Equal(1000, Ca.History.Of(AcmeOperation.Orders).Count);
    }

    private static Task<StoredOrder> OrderAsync(ProfileSession session, StoredServer server, StoredAccount account, string name)
        => new OrderService(session).CreateAsync(server, account, new NewOrderRequest { Domain = [name], KeyLength = KeyLength.Ec256 });
}
