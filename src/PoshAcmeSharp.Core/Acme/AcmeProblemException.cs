using System.Globalization;
using System.Net;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using PoshAcmeSharp.Jose;
using PoshAcmeSharp.Json;

namespace PoshAcmeSharp.Acme;

/// <summary>The CA refused a request. <see cref="Exception.Data"/> holds <c>type</c>, <c>detail</c>, <c>status</c> and <c>subproblems</c>.</summary>
public sealed class AcmeProblemException : PoshAcmeException
{
    private AcmeProblemException(string errorId, ErrorKind kind, AcmeProblem problem, int status, TimeSpan? retryAfter, string message, string? advice)
        : base(errorId, kind, message, advice)
    {
        Problem = problem;
        Status = status;
        RetryAfter = retryAfter;
        Data["type"] = problem.Type;
        Data["detail"] = problem.Detail;
        Data["status"] = status;
        Data["subproblems"] = problem.Json["subproblems"]?.ToString(Formatting.None);
    }

    /// <summary>What the CA said.</summary>
    public AcmeProblem Problem { get; }

    /// <summary>The HTTP status.</summary>
    public int Status { get; }

    /// <summary>How long the CA asks to wait, or null.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>The URL that the answer points to, such as the account that a key belongs to; or null.</summary>
    internal Uri? Location { get; private init; }

    /// <summary>Makes the error for an answer that is no success, whatever its form: a problem document, other JSON, or a proxy's HTML.</summary>
    internal static AcmeProblemException From(AcmeResponse response, DateTimeOffset now)
    {
        var status = (int)response.StatusCode;
        var json = ReadJson(response.Body);
        var host = response.RequestUri.Authority;
        if (json is null || (JsonText.GetString(json, "type") is null && JsonText.GetString(json, "detail") is null))
        {
            var statusText = $"{status.ToString(CultureInfo.InvariantCulture)} {response.StatusCode}";
            var problem = new AcmeProblem(new JObject { ["type"] = "about:blank", ["status"] = status, ["detail"] = Text.Cut(response.Body.Trim(), 500) });
            var excerpt = problem.Detail.Length > 0 ? $": {Text.Cut(problem.Detail, 200)}" : ".";
            return new AcmeProblemException(
                "UnexpectedResponse",
                status >= 500 ? ErrorKind.Connection : ErrorKind.InvalidData,
                problem,
                status,
                response.RetryAfter,
                $"{host} answered {response.RequestUri.AbsolutePath} with {statusText} and no ACME problem document{excerpt}",
                response.IsRedirect
                    ? "The server redirects; redirects of ACME requests are not followed. Use the URL it points to."
                    : "Try again later; if it stays, check the URL and any proxy between this machine and the CA.");
        }

        return From(new AcmeProblem(json), status, response.RetryAfter, host, now, location: response.Location);
    }

    /// <summary>Makes the error for a problem that came inside another object, such as the error of a challenge or an order.</summary>
    internal static AcmeProblemException From(
        AcmeProblem problem, int status, TimeSpan? retryAfter, string host, DateTimeOffset now, Uri? location = null)
    {
        var message = $"{host}: {problem}";
        if (retryAfter is { } wait && wait > TimeSpan.Zero && problem.ShortType is "rateLimited" or "serverInternal")
        {
            message += $" Not before {(now + wait).UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)} UTC.";
        }

        return new AcmeProblemException(IdOf(problem), KindOf(problem.ShortType, status), problem, status, retryAfter, message, AdviceFor(problem))
        {
            Location = location,
        };
    }

    /// <summary>The same error with advice that fits what was being done.</summary>
    internal AcmeProblemException WithAdvice(string advice) => new(ErrorId, Kind, Problem, Status, RetryAfter, Message, advice) { Location = Location };

    /// <summary>The id is what scripts match: a type that is no plain ACME type does not get into it.</summary>
    private static string IdOf(AcmeProblem problem)
        => "AcmeProblem." + (problem.IsAcme && problem.ShortType is { Length: > 0 and <= 64 } type && type.All(Base64Url.IsDigit) ? type : "unknown");

    private static JObject? ReadJson(string body)
    {
        try
        {
            return JsonText.ParseObject(body);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static ErrorKind KindOf(string type, int status) => type switch
    {
        "rateLimited" => ErrorKind.LimitsExceeded,
        "unauthorized" or "userActionRequired" or "agreementRequired" or "externalAccountRequired" or "caa" => ErrorKind.PermissionDenied,
        "rejectedIdentifier" or "unsupportedIdentifier" or "malformed" or "badCSR" or "invalidContact" or "unsupportedContact" or "invalidProfile" => ErrorKind.InvalidArgument,
        "accountDoesNotExist" => ErrorKind.NotFound,
        "connection" or "dns" or "tls" => ErrorKind.Connection,
        "badPublicKey" or "badSignatureAlgorithm" => ErrorKind.Security,
        _ when status == (int)HttpStatusCode.NotFound => ErrorKind.NotFound,
        _ when status >= 500 => ErrorKind.Connection,
        _ => ErrorKind.InvalidOperation,
    };

    private static string? AdviceFor(AcmeProblem problem)
    {
        var where = problem.Instance is null ? string.Empty : $" See {Text.Cut(problem.Instance, 300)}.";
        var advice = problem.ShortType switch
        {
            "rateLimited" => "Wait until the time the CA names; try the CA's staging server while testing.",
            "agreementRequired" or "userActionRequired" => "Read the CA's terms of service and run the command with -AcceptTOS, or do what the CA's page asks.",
            "accountDoesNotExist" => "Create the account at this server with New-PAAccount.",
            "externalAccountRequired" => "Give -ExtAcctKID and -ExtAcctHMACKey as the CA's account page shows them.",
            "rejectedIdentifier" => "Leave out or correct the names that the CA refuses.",
            "unauthorized" => "Check that the challenge's answer is published as asked, and that the account is valid.",
            "caa" => "Allow this CA in the domain's CAA records.",
            "dns" => "Check the domain's DNS: the CA could not look it up.",
            "connection" or "tls" => "Check that the CA can reach the server that the name points to.",
            "invalidContact" or "unsupportedContact" => "Correct the contact addresses.",
            "badPublicKey" => "Use another key kind or size.",
            "invalidProfile" => "Use a profile that the CA offers.",
            _ => null,
        };
        return advice is null && where.Length == 0 ? null : (advice + where).Trim();
    }
}
