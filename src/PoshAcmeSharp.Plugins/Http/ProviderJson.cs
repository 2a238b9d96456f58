using System.Globalization;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace PoshAcmeSharp.Plugins.Http;

/// <summary>Reads providers' JSON leniently: what is not as expected is no value, not a fault.</summary>
internal static class ProviderJson
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
}
