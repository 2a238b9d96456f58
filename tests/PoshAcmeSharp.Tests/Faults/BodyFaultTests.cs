using PoshAcmeSharp.AcmeTestServers;
using Xunit;

namespace PoshAcmeSharp.Tests.Faults;

public sealed class BodyFaultTests : FaultTestBase
{
    [Theory]
    [InlineData(AcmeOperation.Directory, true)]
    [InlineData(AcmeOperation.Directory, false)]
    [InlineData(AcmeOperation.Authorization, true)]
    [InlineData(AcmeOperation.Authorization, false)]
    [InlineData(AcmeOperation.Certificate, true)]
    [InlineData(AcmeOperation.Certificate, false)]
    public async Task A_body_without_end_is_not_read_to_the_end(AcmeOperation operation, bool declared)
    {
        Server.OnRequest(operation, Fault.Oversized(50_000_000_000, declared), times: int.MaxValue);

        var error = await AssertFailsAsync("ResponseTooLarge");

        Assert.Contains("1024 KiB", error.Message, StringComparison.Ordinal);
        Assert.Single(Server.History.Of(operation));
    }

    [Theory]
    [InlineData(AcmeOperation.Directory)]
    [InlineData(AcmeOperation.Authorization)]
    [InlineData(AcmeOperation.Certificate)]
    public async Task A_body_that_drips_ends_with_the_deadline_of_the_request(AcmeOperation operation)
    {
        var options = Options();
        options.RequestTimeout = TimeSpan.FromMilliseconds(500);
        options.RetryBudget = TimeSpan.Zero;
        Server.OnRequest(operation, Fault.SlowDrip(TimeSpan.FromMilliseconds(5)));

        var error = await AssertFailsAsync(async () => await IssueAsync(await OpenAsync(options)), "ServerTimeout");

        Assert.Equal(ErrorKind.Timeout, error.Kind);
    }

    [Fact]
    public async Task A_request_that_is_never_answered_is_tried_again()
    {
        var options = Options();
        options.RequestTimeout = TimeSpan.FromSeconds(3);
        Server.OnRequest(AcmeOperation.Certificate, Fault.Hang());

        using var issued = await IssueAsync(await OpenAsync(options));

        AssertGood(issued);
        Assert.Equal(2, Server.History.Of(AcmeOperation.Certificate).Count);
    }

    [Theory]
    [InlineData(AcmeOperation.Directory)]
    [InlineData(AcmeOperation.Authorization)]
    [InlineData(AcmeOperation.Certificate)]
    public async Task A_compressed_body_that_nobody_asked_for_is_not_unpacked(AcmeOperation operation)
    {
        Server.OnRequest(operation, Fault.GzipBomb(20_000_000));

        var error = await AssertFailsAsync("UnexpectedResponse");

        Assert.Contains("compressed", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Server.History.All, r => r.Headers.ContainsKey("Accept-Encoding"));
    }
}
