using System.Text.Json.Nodes;
using PoshAcmeSharp.Acme;
using PoshAcmeSharp.AcmeTestServers;
using Xunit;
using AcmeIdentifier = PoshAcmeSharp.Acme.AcmeIdentifier;

namespace PoshAcmeSharp.Tests.Faults;

public sealed class LostAnswerTests : FaultTestBase
{
    private static readonly AcmeIdentifier[] Identifiers = [AcmeIdentifier.Parse(Name)];

    public static TheoryData<string> LostAnswers => new("reset", "reset in the body", "truncated", "502 of a proxy", "502 with JSON of a proxy", "500 of the CA");

    [Theory]
    [MemberData(nameof(LostAnswers))]
    public async Task An_order_whose_answer_was_lost_is_found_and_not_made_twice(string how)
    {
        Server.OnRequest(AcmeOperation.NewOrder, Lost(how));

        await AssertIssuesAsync();

        Assert.Single(Server.Orders);
    }

    [Theory]
    [MemberData(nameof(LostAnswers))]
    public async Task A_finalized_order_whose_answer_was_lost_is_not_finalized_twice(string how)
    {
        Server.OnRequest(AcmeOperation.Finalize, Lost(how));

        await AssertIssuesAsync();

        Assert.Single(Server.History.Of(AcmeOperation.Finalize));
        Assert.Single(Server.Certificates);
    }

    [Theory]
    [MemberData(nameof(LostAnswers))]
    public async Task An_acknowledgement_whose_answer_was_lost_is_not_sent_twice(string how)
    {
        Server.OnRequest(AcmeOperation.Challenge, Lost(how));

        await AssertIssuesAsync();

        Assert.Single(Server.History.Of(AcmeOperation.Challenge), r => r.Payload is not null);
    }

    [Theory]
    [InlineData(AcmeOperation.NewOrder)]
    [InlineData(AcmeOperation.Finalize)]
    [InlineData(AcmeOperation.Challenge)]
    public async Task A_request_that_did_not_get_through_is_sent_again(AcmeOperation operation)
    {
        Server.OnRequest(operation, Fault.ResetBeforeProcessing(), times: 2);

        await AssertIssuesAsync();

        Assert.Single(Server.Orders);
        Assert.Single(Server.Certificates);
    }

    [Fact]
    public async Task A_download_that_breaks_off_is_taken_up_again()
    {
        Server.OnRequest(AcmeOperation.Certificate, Fault.ResetInBody(), times: 3);

        await AssertIssuesAsync();

        Assert.Equal(4, Server.History.Of(AcmeOperation.Certificate).Count);
    }

    [Fact]
    public async Task A_lost_order_is_found_on_the_last_page_of_the_list()
    {
        var account = await OpenAsync();
        for (var i = 0; i < 7; i++)
        {
            await account.NewOrderAsync([AcmeIdentifier.Parse($"old{i}.example.test")]);
        }

        Server.OnRequest(AcmeOperation.NewOrder, Fault.ResetAfterProcessing());

        var order = await account.NewOrderAsync(Identifiers);

        Assert.Equal(Server.Orders[^1].Url, order.Location);
        Assert.Equal(8, Server.Orders.Count);
    }

    [Fact]
    public async Task An_order_of_the_list_that_is_gone_does_not_hide_the_lost_one()
    {
        var account = await OpenAsync();
        await account.NewOrderAsync([AcmeIdentifier.Parse("old.example.test")]);
        Server.OnRequest(AcmeOperation.NewOrder, Fault.ResetAfterProcessing());
        Server.OnRequest(r => r.Id == Server.Orders[0].Id, Fault.Problem(new ProblemDocument(404, "malformed", "no such order")));

        var order = await account.NewOrderAsync(Identifiers);

        Assert.Equal(Server.Orders[1].Url, order.Location);
        Assert.Equal(2, Server.Orders.Count);
    }

    [Fact]
    public async Task An_older_order_for_the_same_names_with_another_profile_is_not_taken_for_the_lost_one()
    {
        Server.Options.Profiles = new Dictionary<string, string> { ["classic"] = "as ever", ["shortlived"] = "six days" };
        var account = await OpenAsync();
        await account.NewOrderAsync(Identifiers, new NewOrderOptions { Profile = "classic" });
        Server.OnRequest(AcmeOperation.NewOrder, Fault.ResetBeforeProcessing());

        var order = await account.NewOrderAsync(Identifiers, new NewOrderOptions { Profile = "shortlived" });

        Assert.Equal("shortlived", order.Profile);
        Assert.Equal(2, Server.Orders.Count);
    }

    [Fact]
    public async Task An_order_past_its_end_is_not_taken_for_the_lost_one()
    {
        var account = await OpenAsync();
        await account.NewOrderAsync(Identifiers);
        Server.OnRequest(AcmeOperation.Order, Fault.Edit(json => json["expires"] = "2020-01-01T00:00:00Z"));
        Server.OnRequest(AcmeOperation.NewOrder, Fault.ResetBeforeProcessing());

        var order = await account.NewOrderAsync(Identifiers);

        Assert.Equal(Server.Orders[1].Url, order.Location);
    }

    [Fact]
    public async Task A_server_that_lists_no_orders_gets_the_request_again()
    {
        Server.OnRequest(AcmeOperation.NewAccount, Fault.Edit(json => json.Remove("orders")), times: 2);
        Server.OnRequest(AcmeOperation.NewOrder, Fault.ResetAfterProcessing());

        await AssertIssuesAsync();

        Assert.Equal(2, Server.Orders.Count);
    }

    [Fact]
    public async Task A_server_that_is_gone_after_newOrder_is_one_error_within_the_budgets()
    {
        var account = await OpenAsync();
        var start = Clock.UtcNow;
        Server.OnRequest(_ => true, Fault.ResetBeforeProcessing(), times: int.MaxValue);

        await AssertFailsAsync(() => IssueAsync(account), "ServerUnreachable");

        Assert.InRange(Clock.UtcNow - start, TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(4));
    }

    private static Fault Lost(string how) => how switch
    {
        "reset" => Fault.ResetAfterProcessing(),
        "reset in the body" => Fault.ResetInBody(),
        "truncated" => Fault.TruncatedJson(),
        "502 of a proxy" => Replaced(502, "<html><h1>502 Bad Gateway</h1></html>", "text/html"),
        "502 with JSON of a proxy" => Replaced(502, """{"type":"https://proxy.example/errors/upstream","detail":"upstream closed"}""", "application/problem+json"),
        _ => Replaced(500, new JsonObject { ["type"] = "urn:ietf:params:acme:error:serverInternal", ["detail"] = "oops" }.ToJsonString(), "application/problem+json"),
    };

    /// <summary>The request takes effect, and something in between answers.</summary>
    private static Fault Replaced(int status, string body, string contentType) => Fault.Changed("Replaced", r =>
    {
        r.Status = status;
        r.Text = body;
        r.ContentType = contentType;
        r.Without("Location");
    });
}
