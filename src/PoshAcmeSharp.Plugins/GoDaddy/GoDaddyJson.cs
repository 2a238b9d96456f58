using System.Globalization;
using Newtonsoft.Json.Linq;
using PoshAcmeSharp.Plugins.Http;

namespace PoshAcmeSharp.Plugins.GoDaddy;

/// <summary>What only GoDaddy's JSON has.</summary>
internal static class GoDaddyJson
{
    /// <summary>Reads the TTL of a record.</summary>
    /// <param name="record">The record.</param>
    /// <returns>Seconds, or 0.</returns>
    internal static long Ttl(JObject record)
        => long.TryParse(ProviderJson.Text(record, "ttl"), NumberStyles.None, CultureInfo.InvariantCulture, out var ttl) ? ttl : 0;

    /// <summary>The error for an answer that is not what the API describes.</summary>
    /// <param name="http">Knows what must not be shown.</param>
    /// <param name="response">The answer.</param>
    /// <param name="action">What was tried.</param>
    /// <returns>The error.</returns>
    internal static PoshAcmeException Unexpected(ProviderHttp http, ProviderResponse response, string action) => new(
        "GoDaddy.UnexpectedAnswer",
        ErrorKind.InvalidData,
        $"GoDaddy's answer to the attempt {action} is not a list of records: {http.Show(response.Body, 200)}",
        "Check the base URL of the API, and whether a proxy stands in between.");
}
