using Newtonsoft.Json.Linq;
using PoshAcmeSharp.Json;

namespace PoshAcmeSharp.Acme;

/// <summary>Reads the JSON object of an answer that should hold one.</summary>
internal static class ResourceReader
{
    /// <exception cref="PoshAcmeException"><c>UnexpectedResponse</c>: it is truncated or no JSON object.</exception>
    public static JObject Object(AcmeResponse response)
    {
        try
        {
            return JsonText.ParseObject(response.Body);
        }
        catch (FormatException e)
        {
            throw new PoshAcmeException(
                "UnexpectedResponse",
                ErrorKind.InvalidData,
                $"{response.RequestUri.Authority} answered {response.RequestUri.AbsolutePath} with something that is not a JSON object: '{Text.Cut(response.Body.Trim(), 120)}'.",
                "Run the command again; if it stays, check for a proxy between this machine and the CA.",
                e);
        }
    }

    /// <summary>
    /// Reads a challenge. A server may answer for any URL of its own: what looks like no challenge was none, and nothing
    /// was acknowledged.
    /// </summary>
    /// <exception cref="PoshAcmeException"><c>NotAChallenge</c>, <c>UnexpectedResponse</c>.</exception>
    public static AcmeChallenge Challenge(AcmeResponse response, string url)
    {
        var json = Object(response);
        return JsonText.Get(json, "type") is not null || JsonText.Get(json, "token") is not null
            ? new AcmeChallenge(json, url)
            : throw Other(response, url, "NotAChallenge", "a challenge", "Give the URL of a challenge from Get-PAAuthorization, such as DNS01Url or HTTP01Url.");
    }

    /// <summary>
    /// Reads an authorization. Accounts are deactivated by the same request as authorizations, so it matters not to take
    /// one for the other.
    /// </summary>
    /// <exception cref="PoshAcmeException"><c>NotAnAuthorization</c>, <c>UnexpectedResponse</c>.</exception>
    public static AcmeAuthorization Authorization(AcmeResponse response, string url)
    {
        var json = Object(response);
        return JsonText.Get(json, "identifier") is JObject
            ? new AcmeAuthorization(json, url) { RetryAfter = response.RetryAfter }
            : throw Other(response, url, "NotAnAuthorization", "an authorization", "Give URLs of authorizations, as an order from Get-PAOrder has them.");
    }

    private static PoshAcmeException Other(AcmeResponse response, string url, string id, string what, string advice)
        => new(id, ErrorKind.InvalidArgument, $"The URL '{Text.Cut(url, 200)}' is not that of {what}: {response.RequestUri.Authority} answered with something else.", advice);
}
