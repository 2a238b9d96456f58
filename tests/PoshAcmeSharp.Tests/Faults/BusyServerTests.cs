using System.Globalization;
using PoshAcmeSharp.Acme;
using PoshAcmeSharp.AcmeTestServers;
using Xunit;

namespace PoshAcmeSharp.Tests.Faults;

public sealed class BusyServerTests : FaultTestBase
{
    [Theory]
    [InlineData(429, "5")]
    [InlineData(503, "5")]
    public async Task Seconds_are_waited(int status, string retryAfter)
    {
        Server.OnRequest(AcmeOperation.NewOrder, Fault.Status(status, retryAfter), times: 2);

        await AssertIssuesAsync();

        Assert.Equal(2, Clock.Delays.Count(d => d == TimeSpan.FromSeconds(5)));
        Assert.Single(Server.Orders);
    }

    [Theory]
    [InlineData(429, 0)]
    [InlineData(503, 0)]
    [InlineData(503, 24)]
    [InlineData(503, -24)]
    public async Task A_date_is_read_by_the_server_s_clock(int status, int hoursOff)
    {
        Server.Options.ClockOffset = TimeSpan.FromHours(hoursOff);
        Server.OnRequest(AcmeOperation.NewOrder, Fault.Status(status, (DateTimeOffset.UtcNow.AddHours(hoursOff) + TimeSpan.FromSeconds(40)).ToString("R", CultureInfo.InvariantCulture)));

        await AssertIssuesAsync();

        Assert.Single(Clock.Delays, d => d > TimeSpan.FromSeconds(15) && d < TimeSpan.FromSeconds(45));
    }

    [Theory]
    [InlineData(429, "0")]
    [InlineData(503, "0")]
    [InlineData(503, "Sun, 06 Nov 1994 08:49:37 GMT")]
    public async Task A_time_that_has_passed_means_at_once_but_does_not_become_a_storm(int status, string retryAfter)
    {
        var account = await OpenAsync();
        Server.OnRequest(AcmeOperation.Order, Fault.Status(status, retryAfter), times: 200);

        await AssertFailsAsync(() => account.GetOrderAsync(Server.DirectoryUrl.Replace("/directory", "/order/1", StringComparison.Ordinal)), "UnexpectedResponse");

        Assert.Equal(TimeSpan.Zero, Clock.Delays[0]);
        Assert.InRange(Server.History.Of(AcmeOperation.Order).Count, 5, 60);
    }

    [Theory]
    [InlineData(429, null)]
    [InlineData(429, "soon")]
    [InlineData(503, "1.5")]
    [InlineData(503, "-1")]
    public async Task No_time_or_garbage_is_backed_off_from(int status, string? retryAfter)
    {
        Server.OnRequest(AcmeOperation.NewNonce, Fault.Status(status, retryAfter), times: 3);

        await AssertIssuesAsync();

        Assert.All(Clock.Delays.Take(3), d => Assert.InRange(d.TotalSeconds, 0.1, 1));
    }

    [Theory]
    [InlineData(429, "86400")]
    [InlineData(503, "86400")]
    [InlineData(503, "400000000000")]
    [InlineData(503, "Fri, 31 Dec 9999 23:59:59 GMT")]
    public async Task A_huge_time_ends_at_once_and_says_when_to_come_back(int status, string retryAfter)
    {
        var account = await OpenAsync();
        Server.OnRequest(AcmeOperation.NewOrder, Fault.Status(status, retryAfter));

        var error = await AssertFailsAsync(() => IssueAsync(account), "ServerBusy");

        Assert.Equal(ErrorKind.LimitsExceeded, error.Kind);
        Assert.Contains("come back", error.Message, StringComparison.Ordinal);
        Assert.Empty(Clock.Delays);
        using var issued = await IssueAsync(account);
        AssertGood(issued);
    }

    [Fact]
    public async Task A_rate_limit_is_not_tried_again_and_says_when_it_ends()
    {
        var account = await OpenAsync();
        Server.OnRequest(AcmeOperation.NewOrder, Fault.RateLimited("3600"));

        var error = (AcmeProblemException)await AssertFailsAsync(() => IssueAsync(account), "AcmeProblem.rateLimited");

        Assert.Equal(TimeSpan.FromHours(1), error.RetryAfter);
        Assert.Contains("Not before ", error.Message, StringComparison.Ordinal);
        Assert.Single(Server.History.Of(AcmeOperation.NewOrder));
        Assert.Empty(Clock.Delays);
    }

    [Fact]
    public async Task A_paused_account_is_not_tried_again_and_the_URL_to_act_on_is_shown()
    {
        var url = "https://portal.example/sfe/v1/unpause?jwt=" + new string('j', 1200);
        var account = await OpenAsync();
        Server.OnRequest(AcmeOperation.NewOrder, Fault.Paused(url));

        var error = await AssertFailsAsync(() => IssueAsync(account), "AcmeProblem.rateLimited");

        Assert.Contains(url, error.Message, StringComparison.Ordinal);
        Assert.Single(Server.History.Of(AcmeOperation.NewOrder));
    }

    [Fact]
    public async Task A_busy_server_that_words_it_as_a_rate_limit_is_waited_for()
    {
        Server.OnRequest(AcmeOperation.NewOrder, Fault.Problem(new ProblemDocument(503, "rateLimited", "Service busy; retry later.") { RetryAfter = "3" }));

        await AssertIssuesAsync();

        Assert.Contains(TimeSpan.FromSeconds(3), Clock.Delays);
    }
}
