using System.Globalization;
using System.Net;
using Newtonsoft.Json.Linq;
using PoshAcmeSharp.Plugins.Http;

namespace PoshAcmeSharp.Plugins.GoDaddy;

/// <summary>What GoDaddy's refusals mean and what to do about them.</summary>
internal sealed class GoDaddyErrors
{
    private readonly ProviderHttp _http;
    private readonly bool _isToken;

    /// <summary>Makes the translator.</summary>
    /// <param name="http">Knows what must not be shown.</param>
    /// <param name="isToken">Whether a personal access token is used.</param>
    internal GoDaddyErrors(ProviderHttp http, bool isToken)
    {
        _http = http;
        _isToken = isToken;
    }

    /// <summary>The code of an answer: version 3 calls it <c>name</c>.</summary>
    /// <param name="response">The answer.</param>
    /// <returns>Such as <c>UNKNOWN_DOMAIN</c>, or null.</returns>
    internal static string? CodeOf(ProviderResponse response) => ProviderJson.ReadObject(response.Body) is { } error ? CodeOf(error) : null;

    /// <summary>Whether an answer names a code, itself or for one of its fields.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="code">Such as <c>DUPLICATE_RECORD</c>.</param>
    /// <returns>True when it does.</returns>
    internal static bool HasCode(ProviderResponse response, string code)
        => ProviderJson.ReadObject(response.Body) is { } error && (CodeOf(error) == code || FieldsOf(error).Any(field => CodeOf(field) == code));

    /// <summary>The seconds that a 429 asks to wait.</summary>
    /// <param name="body">The body.</param>
    /// <returns>How long, or null.</returns>
    internal static TimeSpan? RetryAfter(string body)
    {
        var text = ProviderJson.ReadObject(body) is { } error ? ProviderJson.Text(error, "retryAfterSec") : null;
        return double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds <= TimeSpan.FromDays(1).TotalSeconds
            ? TimeSpan.FromSeconds(seconds)
            : null;
    }

    /// <summary>Makes an error of a refusal.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="action">What was tried, such as <c>to read the TXT record a.example.com</c>.</param>
    /// <returns>The error.</returns>
    internal PoshAcmeException ToException(ProviderResponse response, string action)
    {
        var answer = Describe(response);
        return response.Status switch
        {
            HttpStatusCode.Unauthorized => new PoshAcmeException(
                "GoDaddy.Unauthorized",
                ErrorKind.PermissionDenied,
                $"GoDaddy does not know the {(_isToken ? "token" : "key or its secret")} ({answer}).",
                "Check it, and the environment: keys of the test environment (OTE) work only with GDUseOTE, production keys only without it."),
            HttpStatusCode.Forbidden => new PoshAcmeException(
                "GoDaddy.AccessDenied",
                ErrorKind.PermissionDenied,
                _isToken
                    ? $"GoDaddy refused {action} ({answer}): the token lacks the right or does not cover the domain, or the account's plan or number of domains does not give it API access."
                    : $"GoDaddy refused {action} ({answer}): the account's plan or number of domains does not give it API access to this, which GoDaddy limits to accounts with enough domains or a paid plan, or the domain is not in the account.",
                (_isToken ? "Give the token the right to read and update DNS for the domain" : "Check that the domain is in the key's account")
                    + ", ask GoDaddy for API access (more domains or a paid plan), or point _acme-challenge by CNAME to a zone of another provider."),
            _ => new PoshAcmeException(
                (int)response.Status >= 500 ? "GoDaddy.ServerError" : "GoDaddy.Refused",
                (int)response.Status >= 500 ? ErrorKind.Connection : ErrorKind.InvalidOperation,
                $"GoDaddy refused {action} ({answer}).",
                (int)response.Status >= 500 ? "Try again later." : null),
        };
    }

    private static string? CodeOf(JObject error) => ProviderJson.Text(error, "code") ?? ProviderJson.Text(error, "name");

    private static IEnumerable<JObject> FieldsOf(JObject error)
        => (error["fields"] as JArray ?? error["details"] as JArray ?? []).OfType<JObject>();

    private string Describe(ProviderResponse response)
    {
        var text = ((int)response.Status).ToString(CultureInfo.InvariantCulture);
        if (ProviderJson.ReadObject(response.Body) is not { } error)
        {
            return _http.Show(text + " " + response.Body);
        }

        text += " " + CodeOf(error);
        if (ProviderJson.Text(error, "message") is { } message)
        {
            text += ": " + message;
        }

        foreach (var field in FieldsOf(error))
        {
            text += $"; {ProviderJson.Text(field, "path")} {CodeOf(field)} {ProviderJson.Text(field, "message")}";
        }

        return _http.Show(text);
    }
}
