using PoshAcmeSharp.Acme;
using PoshAcmeSharp.AcmeTestServers;
using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Jose;
using Xunit;

namespace PoshAcmeSharp.Tests.Faults;

public sealed class AccountAndDirectoryFaultTests : FaultTestBase
{
    [Fact]
    public async Task A_deactivated_account_is_one_error()
    {
        var account = await OpenAsync();
        Server.Accounts[0].Status = "deactivated";

        var error = await AssertFailsAsync(() => IssueAsync(account), "AcmeProblem.unauthorized");

        Assert.Contains("deactivated", error.Message, StringComparison.Ordinal);
        Assert.Single(Server.History.Of(AcmeOperation.NewOrder));
    }

    [Fact]
    public async Task A_deleted_account_is_one_error_that_says_what_to_do()
    {
        var account = await OpenAsync();
        Server.Accounts[0].IsGone = true;

        var error = await AssertFailsAsync(() => IssueAsync(account), "AcmeProblem.accountDoesNotExist");

        Assert.Equal(ErrorKind.NotFound, error.Kind);
        Assert.Contains("New-PAAccount", error.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_account_whose_key_was_rolled_elsewhere_is_one_error_that_says_so()
    {
        var account = await OpenAsync();
        using var other = AccountKey.Generate(KeyLength.Ec256);
        Server.Accounts[0].Jwk = (System.Text.Json.Nodes.JsonObject)System.Text.Json.Nodes.JsonNode.Parse(other.PublicJwk.ToString())!;

        var error = await AssertFailsAsync(() => IssueAsync(account), "AccountKeyChanged");

        Assert.Contains("changed elsewhere", error.Message, StringComparison.Ordinal);
        Assert.Contains("Set-PAAccount -KeyRollover -KeyFile", error.RecommendedAction, StringComparison.Ordinal);
        Assert.Single(Server.History.Of(AcmeOperation.NewOrder));
    }

    [Fact]
    public async Task An_answer_lost_when_the_account_was_made_does_not_make_two()
    {
        Server.OnRequest(AcmeOperation.NewAccount, Fault.ResetAfterProcessing());

        await AssertIssuesAsync();

        Assert.Single(Server.Accounts);
    }

    [Fact]
    public async Task A_directory_that_cannot_be_reached_for_a_while_is_waited_for()
    {
        Server.OnRequest(AcmeOperation.Directory, Fault.ResetBeforeProcessing(), times: 4);

        await AssertIssuesAsync();

        Assert.Equal(5, Server.History.Of(AcmeOperation.Directory).Count);
    }

    [Fact]
    public async Task A_directory_that_cannot_be_reached_is_one_error()
    {
        Server.OnRequest(AcmeOperation.Directory, Fault.ResetBeforeProcessing(), times: int.MaxValue);
        var start = Clock.UtcNow;

        await AssertFailsAsync("ServerUnreachable");

        Assert.InRange(Clock.UtcNow - start, TimeSpan.FromSeconds(50), TimeSpan.FromSeconds(75));
    }

    [Fact]
    public async Task A_server_that_does_not_listen_is_one_error()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var address = listener.LocalEndpoint.ToString();
        listener.Stop();

        var error = await AssertFailsAsync(() => AcmeClient.ConnectAsync($"http://{address}/directory", Options()), "ServerUnreachable");

        Assert.Contains(address!, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_that_was_kept_serves_while_the_real_one_is_down()
    {
        var kept = (await ConnectAsync()).Directory;
        Server.OnRequest(AcmeOperation.Directory, Fault.HtmlPage(503), times: int.MaxValue);

        using var client = AcmeClient.FromDirectory(AcmeDirectory.Parse(kept.Json.ToString(), kept.Location), Options());
        var account = await client.NewAccountAsync(Key, new NewAccountOptions { TermsOfServiceAgreed = true });
        using var issued = await IssueAsync(account);

        Assert.Equal([Name], issued.Chain.Leaf.AllSans);
        Assert.Single(Server.History.Of(AcmeOperation.Directory));
    }

    [Fact]
    public async Task A_directory_that_was_kept_and_has_moved_since_is_one_error_and_the_new_one_serves()
    {
        var kept = (await ConnectAsync()).Directory;
        Server.Options.PathPrefix = "/v2";

        using var client = AcmeClient.FromDirectory(kept, Options());
        var error = await AssertFailsAsync(() => client.NewAccountAsync(Key, new NewAccountOptions { TermsOfServiceAgreed = true }), "UnexpectedResponse");

        Assert.Equal(404, ((AcmeProblemException)error).Status);
        await AssertIssuesAsync();
    }
}
