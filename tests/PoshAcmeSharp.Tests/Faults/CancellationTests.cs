using PoshAcmeSharp.Acme;
using PoshAcmeSharp.AcmeTestServers;
using Xunit;

namespace PoshAcmeSharp.Tests.Faults;

public sealed class CancellationTests : FaultTestBase
{
    // Only tells a test that hangs from one that is slow.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(AcmeOperation.NewOrder)]
    [InlineData(AcmeOperation.Authorization)]
    [InlineData(AcmeOperation.Challenge)]
    [InlineData(AcmeOperation.Finalize)]
    [InlineData(AcmeOperation.Certificate)]
    public async Task An_issuance_whose_request_hangs_ends_when_it_is_cancelled(AcmeOperation operation)
        => await AssertEndsAsync(operation, Fault.Hang());

    [Theory]
    [InlineData(AcmeOperation.Authorization)]
    [InlineData(AcmeOperation.Certificate)]
    public async Task An_issuance_whose_answer_drips_ends_when_it_is_cancelled(AcmeOperation operation)
        => await AssertEndsAsync(operation, Fault.SlowDrip(TimeSpan.FromMilliseconds(5)));

    [Fact]
    public async Task A_wait_for_a_busy_server_ends_when_it_is_cancelled()
        => await AssertEndsAsync(AcmeOperation.Authorization, Fault.Status(503, "50"));

    [Fact]
    public async Task A_connection_attempt_ends_when_it_is_cancelled()
    {
        using var cancellation = new CancellationTokenSource();
        Server.OnRequest(AcmeOperation.Directory, Cancels(cancellation, Fault.Hang()), times: int.MaxValue);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => AcmeClient.ConnectAsync(Server.DirectoryUrl, new AcmeOptions(), cancellation.Token).WaitAsync(Patience));

        await UntilAsync(() => Server.OpenConnectionCount == 0);
    }

    private async Task AssertEndsAsync(AcmeOperation operation, Fault fault)
    {
        using var cancellation = new CancellationTokenSource();
        var client = await AcmeClient.ConnectAsync(Server.DirectoryUrl, new AcmeOptions { Reporter = Reporter });
        var account = await client.NewAccountAsync(Key, new NewAccountOptions { TermsOfServiceAgreed = true });
        Server.OnRequest(operation, Cancels(cancellation, fault), times: int.MaxValue);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => IssueAsync(account, cancellation.Token, "a.example.test", "b.example.test", "c.example.test").WaitAsync(Patience));

        Assert.Equal(Plugin.Published.Order(), Plugin.Unpublished.Order());
        var requests = Server.History.All.Count;
        client.Dispose();
        await UntilAsync(() => Server.OpenConnectionCount == 0);
        Assert.Equal(requests, Server.History.All.Count);
    }

    /// <summary>The fault, and the user who loses patience when it has begun.</summary>
    private static Fault Cancels(CancellationTokenSource cancellation, Fault fault) => new(fault.Name, context =>
    {
        cancellation.CancelAfter(TimeSpan.FromMilliseconds(50));
        return fault.PlayAsync(context);
    });

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!condition())
        {
            await Task.Delay(10, patience.Token);
        }
    }
}
