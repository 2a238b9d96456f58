using System.Text.Json.Nodes;
using PoshAcmeSharp.Acme;
using PoshAcmeSharp.AcmeTestServers;
using Xunit;

namespace PoshAcmeSharp.Tests.Faults;

public sealed class RenewalInfoTests : FaultTestBase
{
    private const string Unknown = "aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE";

    private static readonly DateTimeOffset Start = new(2031, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task The_window_of_a_certificate_and_the_reason_for_it_are_read()
    {
        Server.Options.RenewalWindow = (Start, Start.AddDays(2));
        Server.Options.RenewalExplanationUrl = "https://ca.example.test/why";

        var info = await AskAsync();

        Assert.Equal(RenewalInfoStatus.Suggested, info.Status);
        Assert.Equal((Start, Start.AddDays(2)), (info.WindowStart, info.WindowEnd));
        Assert.Equal("https://ca.example.test/why", info.ExplanationUrl);
        Assert.Null(info.Reason);
    }

    [Fact]
    public async Task It_is_asked_for_without_a_signature()
    {
        await AskAsync();

        var asked = Assert.Single(Server.History.Of(AcmeOperation.RenewalInfo));
        Assert.Equal(("GET", string.Empty), (asked.Method, asked.Body));
    }

    [Theory]
    [InlineData("21600", 21600)]
    [InlineData("3", 60)]
    [InlineData("0", 60)]
    [InlineData("99999999999", 86400)]
    [InlineData("Sun, 06 Nov 1994 08:49:37 GMT", 60)]
    [InlineData("garbage", 21600)]
    [InlineData(null, 21600)]
    public async Task The_pause_that_the_server_asks_for_is_kept_within_a_minute_and_a_day(string? retryAfter, int seconds)
    {
        Server.Options.RenewalRetryAfter = retryAfter;

        Assert.Equal(TimeSpan.FromSeconds(seconds), (await AskAsync()).AskAgainAfter);
    }

    [Fact]
    public async Task A_certificate_that_the_server_does_not_know_is_an_outcome()
    {
        using var client = await ConnectAsync();

        var info = await client.GetRenewalInfoAsync(Unknown);

        Assert.Equal((RenewalInfoStatus.NotFound, TimeSpan.FromHours(6)), (info.Status, info.AskAgainAfter));
        Assert.NotNull(info.Reason);
    }

    [Fact]
    public async Task A_server_without_renewal_information_is_not_asked()
    {
        Server.Options.OffersRenewalInfo = false;
        using var client = await ConnectAsync();

        Assert.Equal(RenewalInfoStatus.NotOffered, (await client.GetRenewalInfoAsync(Unknown)).Status);
        Assert.Empty(Server.History.Of(AcmeOperation.RenewalInfo));
    }

    public static TheoryData<string> BadAnswers { get; } =
    [
        "{}", "[]", "\"x\"", "{\"suggestedWindow\":", "", "<html>", "{\"suggestedWindow\":null}", "{\"suggestedWindow\":{}}",
        "{\"suggestedWindow\":{\"start\":\"2031-01-01T00:00:00Z\"}}",
        "{\"suggestedWindow\":{\"start\":\"tomorrow\",\"end\":\"2031-01-01T00:00:00Z\"}}",
        "{\"suggestedWindow\":{\"start\":1,\"end\":2}}",
        "{\"suggestedWindow\":{\"start\":\"2031-01-02T00:00:00Z\",\"end\":\"2031-01-01T00:00:00Z\"}}",
        "{\"suggestedWindow\":{\"start\":\"2031-01-01T00:00:00Z\",\"end\":\"2031-01-01T00:00:00Z\"}}",
        "{\"suggestedWindow\":{\"start\":\"99999-01-01T00:00:00Z\",\"end\":\"999999-01-01T00:00:00Z\"}}",
    ];

    [Theory]
    [MemberData(nameof(BadAnswers))]
    public async Task An_answer_without_a_usable_window_is_an_outcome(string body)
    {
        var info = await AskAsync(Fault.Answer(200, body, "application/json"));

        Assert.Equal(RenewalInfoStatus.Invalid, info.Status);
        Assert.Null(info.WindowStart);
        Assert.NotNull(info.Reason);
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_an_outcome()
        => Assert.Equal(RenewalInfoStatus.Invalid, (await AskAsync(Fault.Oversized(3_000_000))).Status);

    [Fact]
    public async Task A_server_that_is_busy_for_long_is_an_outcome()
        => Assert.Equal(RenewalInfoStatus.Unavailable, (await AskAsync(Fault.Status(503, "86400"))).Status);

    [Fact]
    public async Task A_connection_that_breaks_again_and_again_is_an_outcome()
    {
        using var client = await ConnectAsync();
        Server.OnRequest(AcmeOperation.RenewalInfo, Fault.ResetBeforeProcessing(), times: 1000);

        Assert.Equal(RenewalInfoStatus.Unavailable, (await client.GetRenewalInfoAsync(Unknown)).Status);
    }

    [Fact]
    public async Task A_fault_that_passes_does_no_harm()
        => Assert.Equal(RenewalInfoStatus.Suggested, (await AskAsync(Fault.HtmlPage())).Status);

    [Theory]
    [InlineData("javascript:alert(1)")]
    [InlineData("not a url")]
    [InlineData("")]
    public async Task A_page_that_is_no_web_page_is_left_out(string url)
    {
        Server.Options.RenewalExplanationUrl = url;

        Assert.Null((await AskAsync()).ExplanationUrl);
    }

    [Theory]
    [InlineData("2031-01-01T00:00:00.123456789Z")]
    [InlineData("2031-01-01t00:00:00z")]
    [InlineData("2030-12-31T19:00:00-05:00")]
    public async Task Times_are_read_in_every_form_of_RFC_3339(string start)
    {
        var info = await AskAsync(Fault.Edit(json => json["suggestedWindow"] = new JsonObject { ["start"] = start, ["end"] = "2031-01-03T00:00:00Z" }));

        Assert.InRange(info.WindowStart!.Value, Start, Start.AddSeconds(1));
    }

    [Fact]
    public async Task Ctrl_C_is_no_outcome()
    {
        using var client = await ConnectAsync();
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.GetRenewalInfoAsync(Unknown, stop.Token));
    }

    /// <summary>Issues a certificate and asks about it.</summary>
    private async Task<RenewalInfo> AskAsync(Fault? fault = null)
    {
        using var issued = await IssueAsync();
        if (fault is not null)
        {
            Server.OnRequest(AcmeOperation.RenewalInfo, fault);
        }

        return await (await ConnectAsync()).GetRenewalInfoAsync(issued.Chain.Leaf.AriId!);
    }
}
