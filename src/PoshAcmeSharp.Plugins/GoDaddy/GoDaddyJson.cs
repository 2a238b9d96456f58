using System.Globalization;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using PoshAcmeSharp.Plugins.Http;

namespace PoshAcmeSharp.Plugins.GoDaddy;

/// <summary>Reads GoDaddy's JSON leniently: what is not as expected is no value, not a fault.</summary>
internal static class GoDaddyJson
{
    /// <summary>Reads a body as an object.</summary>
    /// <param name="body">The body.</param>
    /// <returns>The object, or null when it is none.</returns>
    internal static JObject? ReadObject(string body) => Read(body) as JObject;

    /// <summary>Reads a body.</summary>
    /// <param name="body">The body.</param>
    /// <returns>The value, or null when it is no JSON.</returns>
    internal static JToken? Read(string body)
    {
        try
        {
            // Dates and deep nesting have no place here: strings stay what they were, and depth is limited.
            using var reader = new JsonTextReader(new StringReader(body)) { DateParseHandling = DateParseHandling.None, MaxDepth = 32 };
            return JToken.ReadFrom(reader);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Reads a member as text.</summary>
    /// <param name="json">The object.</param>
    /// <param name="name">The member.</param>
    /// <returns>The text, or null when it is missing, null or no simple value.</returns>
    internal static string? Text(JObject json, string name)
        => json[name] is JValue { Value: { } value } ? Convert.ToString(value, CultureInfo.InvariantCulture) : null;

    /// <summary>Reads the TTL of a record.</summary>
    /// <param name="record">The record.</param>
    /// <returns>Seconds, or 0.</returns>
    internal static long Ttl(JObject record)
        => long.TryParse(Text(record, "ttl"), NumberStyles.None, CultureInfo.InvariantCulture, out var ttl) ? ttl : 0;

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
