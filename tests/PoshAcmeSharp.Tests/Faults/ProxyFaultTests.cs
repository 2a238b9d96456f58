using System.Text.Json.Nodes;
using PoshAcmeSharp.AcmeTestServers;
using Xunit;

namespace PoshAcmeSharp.Tests.Faults;

public sealed class ProxyFaultTests : FaultTestBase
{
    private static readonly AcmeOperation[] Signed =
    [
        AcmeOperation.NewAccount,
        AcmeOperation.NewOrder,
        AcmeOperation.Authorization,
        AcmeOperation.Challenge,
        AcmeOperation.Finalize,
        AcmeOperation.Order,
        AcmeOperation.Certificate,
    ];

    public static TheoryData<AcmeOperation> SignedOperations => new(Signed);

    public static TheoryData<AcmeOperation> AllOperations => new([AcmeOperation.Directory, AcmeOperation.NewNonce, .. Signed]);

    [Theory]
    [MemberData(nameof(AllOperations))]
    public async Task A_passing_5xx_with_HTML_is_survived(AcmeOperation operation)
    {
        Server.Options.PollsInProcessing = 1;
        Server.OnRequest(operation, Fault.HtmlPage(502));
        Server.OnRequest(operation, Fault.HtmlPage(504));

        await AssertIssuesAsync();

        Assert.Single(Server.Orders);
        Assert.Single(Server.Certificates);
    }

    [Theory]
    [MemberData(nameof(AllOperations))]
    public async Task A_lasting_5xx_with_HTML_is_one_error_that_shows_it(AcmeOperation operation)
    {
        Server.Options.PollsInProcessing = 1;
        Server.OnRequest(operation, Fault.HtmlPage(502), times: int.MaxValue);

        var error = await AssertFailsAsync("UnexpectedResponse");

        Assert.Contains("502", error.Message, StringComparison.Ordinal);
        // The answer to HEAD has no body.
        Assert.Equal(operation != AcmeOperation.NewNonce, error.Message.Contains("Bad Gateway", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(AllOperations))]
    public async Task The_content_type_of_a_good_answer_does_not_matter(AcmeOperation operation)
    {
        Server.Options.PollsInProcessing = 1;
        Server.OnRequest(operation, Fault.WrongContentType());

        await AssertIssuesAsync();
    }

    [Theory]
    [MemberData(nameof(SignedOperations))]
    public async Task Truncated_JSON_ends_in_success_or_one_clear_error_and_a_second_run_succeeds(AcmeOperation operation)
    {
        Server.Options.PollsInProcessing = 1;
        var account = await OpenAsync();
        Server.OnRequest(operation, Fault.TruncatedJson());

        var error = await Record.ExceptionAsync(async () => (await IssueAsync(account)).Dispose());

        Assert.True(error is null or PoshAcmeException { ErrorId: "UnexpectedResponse" or "InvalidCertificate", RecommendedAction: not null }, error?.ToString());
        Server.ClearFaults();
        using var issued = await IssueAsync(account);
        AssertGood(issued);
    }

    [Theory]
    [InlineData("{\"newNonce\":")]
    [InlineData("<html>welcome</html>")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("")]
    public async Task What_is_no_directory_is_said_to_be_none(string body)
    {
        Server.OnRequest(AcmeOperation.Directory, Fault.Answer(200, body, "application/json"));

        var error = await AssertFailsAsync("NotAnAcmeDirectory");

        Assert.Contains(Server.DirectoryUrl, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"detail":"why"}""", "AcmeProblem.unknown")]
    [InlineData("""{"type":"urn:ietf:params:acme:error:malformed"}""", "AcmeProblem.malformed")]
    [InlineData("""{"title":"why","status":400}""", "UnexpectedResponse")]
    [InlineData("""{"type":"urn:ietf:params:acme:error:mal""", "UnexpectedResponse")]
    public async Task A_problem_that_lacks_its_parts_or_its_content_type_is_one_error(string body, string errorId)
    {
        var account = await OpenAsync();
        Server.OnRequest(AcmeOperation.NewOrder, Fault.Answer(400, body, "text/plain"));

        await AssertFailsAsync(() => IssueAsync(account), errorId);

        Assert.Empty(Server.Orders);
    }

    [Theory]
    [MemberData(nameof(SignedOperations))]
    public async Task A_redirect_of_a_signed_request_is_not_followed(AcmeOperation operation)
    {
        Server.Options.PollsInProcessing = 1;
        var account = operation == AcmeOperation.NewAccount ? null : await OpenAsync();
        Server.OnRequest(operation, Fault.Redirect("/elsewhere"));

        var error = await AssertFailsAsync(async () => await IssueAsync(account ?? await OpenAsync()), "UnexpectedResponse");

        Assert.Contains("307", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Server.History.All, r => r.Path == "/elsewhere");
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(308)]
    public async Task A_newOrder_is_redirected_by_no_status(int status)
    {
        var account = await OpenAsync();
        Server.OnRequest(AcmeOperation.NewOrder, Fault.Redirect("/elsewhere", status));

        await AssertFailsAsync(() => IssueAsync(account), "UnexpectedResponse");

        Assert.DoesNotContain(Server.History.All, r => r.Path == "/elsewhere");
    }

    [Fact]
    public async Task A_redirect_of_the_directory_is_followed()
    {
        Server.OnRequest(AcmeOperation.Directory, Fault.Redirect("/directory"), times: 2);

        await AssertIssuesAsync();
    }

    [Fact]
    public async Task Redirects_in_a_circle_end()
    {
        Server.OnRequest(AcmeOperation.Directory, Fault.Redirect("/directory"), times: int.MaxValue);

        await AssertFailsAsync("UnexpectedResponse");

        Assert.InRange(Server.History.Of(AcmeOperation.Directory).Count, 2, 5);
    }

    [Fact]
    public async Task A_redirect_of_the_directory_to_plain_http_elsewhere_is_refused()
    {
        Server.OnRequest(AcmeOperation.Directory, Fault.Redirect("http://192.0.2.1/directory"));

        await AssertFailsAsync("InsecureUrl");
    }

    [Fact]
    public async Task A_URL_of_the_server_that_is_plain_http_elsewhere_is_refused()
    {
        Server.OnRequest(AcmeOperation.NewOrder, Fault.Edit(json => json["authorizations"] = new JsonArray("http://192.0.2.1/authz/1")));

        await AssertFailsAsync("InsecureUrl");
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("a/b")]
    [InlineData("")]
    public async Task A_token_that_is_a_path_is_refused_before_anything_is_published(string token)
    {
        Server.OnRequest(AcmeOperation.Authorization, Fault.Edit(json =>
        {
            foreach (var challenge in json["challenges"]!.AsArray())
            {
                challenge!["token"] = token;
            }
        }));

        await AssertFailsAsync("InvalidToken");

        Assert.Empty(Plugin.Published);
    }
}
