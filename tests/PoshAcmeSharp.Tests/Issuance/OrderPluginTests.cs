using System.Security;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.Profile;
using Xunit;

namespace PoshAcmeSharp.Tests.Issuance;

public sealed class OrderPluginTests : IssuanceTestBase
{
    [Fact]
    public async Task A_plugin_that_nobody_knows_is_an_error_before_the_CA_is_asked()
        => await AssertRefusedAsync("PluginNotFound", r => r.Plugin = ["Nobody"]);

    [Fact]
    public async Task Arguments_that_a_plugin_cannot_use_are_an_error_before_the_CA_is_asked()
        => await AssertRefusedAsync("InvalidPluginArguments", r => r.PluginArgs = new Dictionary<string, object?> { ["Other"] = 1 });

    [Fact]
    public async Task Arguments_that_are_missing_are_an_error_before_the_CA_is_asked()
        => await AssertRefusedAsync("InvalidPluginArguments", r => r.PluginArgs = null);

    [Fact]
    public async Task A_wildcard_with_a_plugin_for_web_servers_is_an_error_before_the_CA_is_asked()
        => await AssertRefusedAsync("PluginCannotValidate", r =>
        {
            r.Domain = ["*.example.test"];
            r.Plugin = ["WebRoot"];
            r.PluginArgs = new Dictionary<string, object?> { ["WRPath"] = Path.GetTempPath() };
        });

    [Fact]
    public async Task An_order_can_be_made_before_its_arguments_are_known()
    {
        var request = Request();
        request.PluginArgs = null;
        var order = await new OrderService(Session).CreateAsync(Server, Account, request);

        await EditAsync(order, new OrderChanges { PluginArgs = new Dictionary<string, object?> { ["OneKey"] = "later" } });

        Assert.Equal("later", Arguments(order)["OneKey"]);
    }

    [Fact]
    public async Task Arguments_that_belong_to_no_plugin_are_named_and_not_kept()
    {
        var request = Request();
        request.PluginArgs = new Dictionary<string, object?> { ["onekey"] = "k", ["TwoKey"] = "k", ["Typo"] = "x" };

        var order = await new OrderService(Session).CreateAsync(Server, Account, request);

        Assert.Equal(["onekey"], Arguments(order).Keys);
        Assert.EndsWith("TwoKey, Typo.", Assert.Single(Reporter.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task New_arguments_of_one_plugin_leave_those_of_the_other_alone()
    {
        var request = Request();
        request.Plugin = ["One", "Two"];
        request.PluginArgs = new Dictionary<string, object?> { ["OneKey"] = "1", ["TwoKey"] = "2" };
        var order = await new OrderService(Session).CreateAsync(Server, Account, request);

        await EditAsync(order, new OrderChanges { PluginArgs = new Dictionary<string, object?> { ["TwoKey"] = "new" } });

        Assert.Equal(("1", "new"), (Arguments(order)["OneKey"], Arguments(order)["TwoKey"]));
    }

    [Fact]
    public async Task A_plugin_is_kept_under_the_name_that_other_clients_know()
    {
        var request = Request();
        request.Plugin = ["httpfile", "ONE"];
        request.PluginArgs = new Dictionary<string, object?> { ["OneKey"] = "1", ["WRPath"] = Path.GetTempPath() };

        var order = await new OrderService(Session).CreateAsync(Server, Account, request);

        Assert.Equal(["WebRoot", "One"], order.Plugin);
    }

    [Fact]
    public async Task Paths_are_kept_as_full_ones()
    {
        var request = Request();
        request.Plugin = ["WebRoot"];
        request.PluginArgs = new Dictionary<string, object?> { ["WRPath"] = "web" };
        var order = await new OrderService(Session).CreateAsync(Server, Account, request);
        Assert.Equal(Path.GetFullPath("web"), Arguments(order)["WRPath"]);

        await EditAsync(order, new OrderChanges { PluginArgs = new Dictionary<string, object?> { ["WRPath"] = new object?[] { "one", "two" } } });

        Assert.Equal(["one", "two"], ((string[])Arguments(order)["WRPath"]!).Select(Path.GetFileName));
        Assert.All((string[])Arguments(order)["WRPath"]!, path => Assert.True(Path.IsPathRooted(path)));
    }

    [Fact]
    public async Task A_secret_of_a_plugin_that_is_used_no_more_need_not_be_readable()
    {
        var request = Request();
        request.Plugin = ["GoDaddy"];
        var secret = new SecureString();
        secret.AppendChar('s');
        request.PluginArgs = new Dictionary<string, object?> { ["GDKey"] = "k", ["GDSecretSecure"] = secret };
        var order = await new OrderService(Session).CreateAsync(Server, Account, request);
        var file = Path.Combine(order.Folder, "pluginargs.json");
        File.WriteAllText(file, File.ReadAllText(file).Replace("\"value\": \"", "\"value\": \"damaged-", StringComparison.Ordinal));
        Assert.Throws<PoshAcmeException>(() => Arguments(order));

        Assert.NotNull(await IssueAsync(Request()));

        Assert.Contains("damaged-", File.ReadAllText(file), StringComparison.Ordinal);
    }

    private async Task AssertRefusedAsync(string errorId, Action<NewOrderRequest> change)
    {
        var request = Request();
        change(request);

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => IssueAsync(request));

        Assert.Equal(errorId, error.ErrorId);
        Assert.Empty(Requests);
        Assert.Empty(Session.Store.ListOrders(Account));
    }

    private Task EditAsync(StoredOrder order, OrderChanges changes) => new OrderService(Session).EditAsync(Server, Account, order, changes);

    private IDictionary<string, object?> Arguments(StoredOrder order) => Session.Store.ReadPluginArguments(Account, order);
}
