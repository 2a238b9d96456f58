using System.Net;
using System.Text.Json;
using PoshAcmeSharp.Acme;
using Xunit;

namespace PoshAcmeSharp.Tests.Acme;

public sealed class AcmeProblemTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Every_subproblem_is_named_in_the_message()
    {
        // RFC 8555 section 6.7.1.
        var error = From(403, """
            {"type":"urn:ietf:params:acme:error:malformed","detail":"Some of the identifiers requested were rejected",
             "subproblems":[
               {"type":"urn:ietf:params:acme:error:malformed","detail":"Invalid underscore in DNS name \"_example.org\"","identifier":{"type":"dns","value":"_example.org"}},
               {"type":"urn:ietf:params:acme:error:rejectedIdentifier","detail":"This CA will not issue for \"example.net\"","identifier":{"type":"dns","value":"example.net"}}]}
            """);

        Assert.Equal("AcmeProblem.malformed", error.ErrorId);
        Assert.Equal(403, error.Status);
        Assert.Equal(["_example.org", "example.net"], error.Problem.Subproblems.Select(s => s.Identifier));
        Assert.Contains("[_example.org: malformed: Invalid underscore", error.Message, StringComparison.Ordinal);
        Assert.Contains("[example.net: rejectedIdentifier: This CA will not issue", error.Message, StringComparison.Ordinal);
        using var subproblems = JsonDocument.Parse((string)error.Data["subproblems"]!);
        Assert.Equal(2, subproblems.RootElement.GetArrayLength());
    }

    [Theory]
    [InlineData("rateLimited", ErrorKind.LimitsExceeded)]
    [InlineData("unauthorized", ErrorKind.PermissionDenied)]
    [InlineData("userActionRequired", ErrorKind.PermissionDenied)]
    [InlineData("rejectedIdentifier", ErrorKind.InvalidArgument)]
    [InlineData("accountDoesNotExist", ErrorKind.NotFound)]
    [InlineData("connection", ErrorKind.Connection)]
    [InlineData("badPublicKey", ErrorKind.Security)]
    public void A_known_type_has_a_stable_id_a_kind_and_something_to_do(string type, ErrorKind kind)
    {
        var error = From(400, $$"""{"type":"urn:ietf:params:acme:error:{{type}}","detail":"why","status":400}""");

        Assert.Equal("AcmeProblem." + type, error.ErrorId);
        Assert.Equal(kind, error.Kind);
        Assert.NotNull(error.RecommendedAction);
        Assert.Contains("ca.example", error.Message, StringComparison.Ordinal);
        Assert.Contains("why", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"detail":"why"}""")]
    [InlineData("""{"type":"about:blank","detail":"why"}""")]
    [InlineData("""{"type":"","detail":"why"}""")]
    [InlineData("""{"type":"https://ca.example/problems/odd?x=1","detail":"why"}""")]
    [InlineData("""{"type":"urn:ietf:params:acme:error:","detail":"why"}""")]
    [InlineData("""{"type":"urn:ietf:params:acme:error:a b\n","detail":"why"}""")]
    [InlineData("""{"type":{"a":1},"detail":"why"}""")]
    public void A_problem_of_another_type_or_none_has_one_id(string body)
    {
        var error = From(400, body);

        Assert.Equal("AcmeProblem.unknown", error.ErrorId);
        Assert.Contains("why", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"type":"urn:ietf:params:acme:error:malformed"}""")]
    [InlineData("""{"type":"urn:ietf:params:acme:error:malformed","detail":null,"status":"x","subproblems":null}""")]
    [InlineData("""{"type":"urn:ietf:params:acme:error:malformed","detail":["a"],"status":-1,"subproblems":["a",1,null,{}],"identifier":"a","instance":{}}""")]
    public void Missing_and_odd_members_are_no_fault(string body)
    {
        var error = From(400, body);

        Assert.Equal("AcmeProblem.malformed", error.ErrorId);
        Assert.Equal(400, error.Status);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("text/html")]
    [InlineData("")]
    public void The_content_type_of_a_problem_does_not_matter(string mediaType)
        => Assert.Equal("AcmeProblem.malformed", From(400, """{"type":"urn:ietf:params:acme:error:malformed"}""", mediaType).ErrorId);

    [Theory]
    [InlineData("<html><body><h1>502 Bad Gateway</h1></body></html>")]
    [InlineData("")]
    [InlineData("{\"type\":\"urn:ietf:params:acme:err")]
    [InlineData("[]")]
    [InlineData("{\"message\":\"no\"}")]
    public void What_is_no_problem_document_is_shown_as_it_came(string body)
    {
        var error = From(502, body, "text/html");

        Assert.Equal("UnexpectedResponse", error.ErrorId);
        Assert.Equal(ErrorKind.Connection, error.Kind);
        Assert.Contains("502 BadGateway", error.Message, StringComparison.Ordinal);
        Assert.Contains(body, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Huge_texts_are_cut_and_control_characters_taken_away()
    {
        var huge = new string('x', 100_000);
        var json = JsonSerializer.Serialize(new
        {
            type = "urn:ietf:params:acme:error:malformed",
            detail = "\u001b[31mred\u0007\r\n" + huge,
            subproblems = Enumerable.Range(0, 1000).Select(_ => new { type = huge, detail = "\u001b]0;title" + huge, identifier = new { type = "dns", value = huge } }),
        });

        var error = From(400, json);

        Assert.InRange(error.Message.Length, 1, 120_000);
        Assert.DoesNotContain(error.Message, char.IsControl);
    }

    [Fact]
    public void Huge_HTML_is_cut_and_control_characters_taken_away()
    {
        var error = From(500, "\u001b[31m<html>\r\n" + new string('x', 100_000), "text/html");

        Assert.InRange(error.Message.Length, 1, 1000);
        Assert.DoesNotContain(error.Message, char.IsControl);
    }

    [Fact]
    public void The_time_when_a_rate_limit_ends_is_told()
    {
        var error = From(429, """{"type":"urn:ietf:params:acme:error:rateLimited","detail":"too many"}""", retryAfter: TimeSpan.FromMinutes(90));

        Assert.Contains("Not before 2030-01-01 01:30:00 UTC.", error.Message, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromMinutes(90), error.RetryAfter);
    }

    [Fact]
    public void The_URL_to_act_on_is_whole()
    {
        var url = "https://portal.ca.example/sfe/v1/unpause?jwt=" + new string('j', 1800);

        var error = From(429, $$"""{"type":"urn:ietf:params:acme:error:rateLimited","detail":"Your account is paused. Please visit: {{url}}"}""");

        Assert.Contains(url, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_of_new_terms_is_named()
    {
        // RFC 8555 section 7.3.3.
        var error = From(403, """{"type":"urn:ietf:params:acme:error:userActionRequired","detail":"Terms of service have changed","instance":"https://ca.example/acme/agreement/?token=W8Ih3PswD-8"}""");

        Assert.Contains("https://ca.example/acme/agreement/?token=W8Ih3PswD-8", error.RecommendedAction, StringComparison.Ordinal);
    }

    private static AcmeProblemException From(int status, string body, string mediaType = "application/problem+json", TimeSpan? retryAfter = null)
        => AcmeProblemException.From(
            new AcmeResponse
            {
                RequestUri = new Uri("https://ca.example/acme/new-order"),
                StatusCode = (HttpStatusCode)status,
                Body = body,
                MediaType = mediaType,
                Location = null,
                Links = [],
                ReplayNonce = null,
                RetryAfter = retryAfter,
            },
            Now);
}
