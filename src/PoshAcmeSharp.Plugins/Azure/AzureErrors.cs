using System.Globalization;
using Newtonsoft.Json.Linq;
using PoshAcmeSharp.Plugins.Http;

namespace PoshAcmeSharp.Plugins.Azure;

/// <summary>What Azure's refusals say.</summary>
internal static class AzureErrors
{
    /// <summary>The code of an answer.</summary>
    /// <param name="response">The answer.</param>
    /// <returns>Such as <c>AuthorizationFailed</c>, or null.</returns>
    internal static string? CodeOf(ProviderResponse response) => Read(response).Code;

    /// <summary>An answer on one line, without secrets.</summary>
    /// <param name="http">Knows what must not be shown.</param>
    /// <param name="response">The answer.</param>
    /// <returns>Status, code and message.</returns>
    internal static string Describe(ProviderHttp http, ProviderResponse response)
    {
        var (code, message) = Read(response);
        var status = ((int)response.Status).ToString(CultureInfo.InvariantCulture);
        return http.Show(code is null ? $"{status} {response.Body}" : $"{status} {code}: {message}");
    }

    // Resource manager: {"error":{"code","message"}} or {"code","message"}; login: {"error","error_description"}.
    private static (string? Code, string? Message) Read(ProviderResponse response)
    {
        if (ProviderJson.ReadObject(response.Body) is not { } json)
        {
            return (null, null);
        }

        var error = json["error"] as JObject ?? json;
        return (ProviderJson.Text(error, "code") ?? ProviderJson.Text(error, "error"), ProviderJson.Text(error, "message") ?? ProviderJson.Text(error, "error_description"));
    }
}
