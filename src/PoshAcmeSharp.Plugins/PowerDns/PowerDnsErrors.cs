using System.Globalization;
using System.Net;
using Newtonsoft.Json.Linq;
using PoshAcmeSharp.Json;
using PoshAcmeSharp.Plugins.Http;

namespace PoshAcmeSharp.Plugins.PowerDns;

/// <summary>What refusals of the API mean and what to do about them.</summary>
internal sealed class PowerDnsErrors
{
    private const string Prefix = PowerDnsPlugin.PluginName + ".";
    private readonly ProviderHttp _http;

    /// <summary>Makes the translator.</summary>
    /// <param name="http">Knows what must not be shown.</param>
    internal PowerDnsErrors(ProviderHttp http) => _http = http;

    /// <summary>The error for a name that is in no zone of the server.</summary>
    /// <param name="recordName">The full name of the record.</param>
    /// <param name="tried">The zones that were asked for, each with the answer.</param>
    /// <returns>The error.</returns>
    internal static PoshAcmeException ZoneNotFound(string recordName, IEnumerable<string> tried) => new(
        Prefix + nameof(ZoneNotFound),
        ErrorKind.NotFound,
        $"The PowerDNS server has no zone that holds {recordName}; tried: {string.Join(", ", tried)}.",
        "Check PowerDNSApiHost and PowerDNSServerName, and that the key may change the zone.");

    /// <summary>The error for an answer that is not what the API describes.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="action">What was tried, such as <c>to read the zone example.com</c>.</param>
    /// <returns>The error.</returns>
    internal PoshAcmeException Unexpected(ProviderResponse response, string action) => new(
        Prefix + "UnexpectedAnswer",
        ErrorKind.InvalidData,
        $"The PowerDNS server's answer to the attempt {action} is not a zone: {_http.Show(response.Body, 200)}",
        "Check PowerDNSApiHost and PowerDNSPort, and whether a proxy stands in between.");

    /// <summary>Makes an error of a refusal.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="action">What was tried, such as <c>to read the zone example.com</c>.</param>
    /// <returns>The error.</returns>
    internal PoshAcmeException ToException(ProviderResponse response, string action)
    {
        var answer = _http.Show($"{((int)response.Status).ToString(CultureInfo.InvariantCulture)} {MessageOf(response)}");
        return response.Status switch
        {
            HttpStatusCode.Unauthorized => new PoshAcmeException(
                Prefix + "Unauthorized",
                ErrorKind.PermissionDenied,
                $"The PowerDNS server does not accept the key of its API ({answer}).",
                "Compare PowerDNSApiKey with api-key in the server's configuration."),
            HttpStatusCode.Forbidden => new PoshAcmeException(
                Prefix + "AccessDenied",
                ErrorKind.PermissionDenied,
                $"The PowerDNS server refused {action} ({answer}).",
                "Check that the key may change the zone, and that this machine's address may use the API (webserver-allow-from)."),
            _ when (int)response.Status >= 500 => new PoshAcmeException(
                Prefix + "ServerError",
                ErrorKind.Connection,
                $"The PowerDNS server failed {action} ({answer}).",
                "Look into the server's log, or try again later."),
            _ => new PoshAcmeException(
                Prefix + "Refused",
                ErrorKind.InvalidOperation,
                $"The PowerDNS server refused {action} ({answer}).",
                "Do as the server's message says."),
        };
    }

    // {"error": "...", "errors": ["..."]}, or a plain text.
    private static string MessageOf(ProviderResponse response)
    {
        try
        {
            return JsonText.Parse(response.Body) is JObject error && JsonText.GetString(error, "error") is { } message
                ? string.Join("; ", new[] { message }.Concat(JsonText.GetStrings(error, "errors") ?? []).Distinct(StringComparer.Ordinal))
                : response.Body;
        }
        catch (FormatException)
        {
            return response.Body;
        }
    }
}
