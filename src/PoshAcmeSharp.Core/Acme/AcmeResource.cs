using System.Globalization;
using Newtonsoft.Json.Linq;
using PoshAcmeSharp.Json;

namespace PoshAcmeSharp.Acme;

/// <summary>An object of the ACME server with the members that every kind has. What the server sent is kept whole.</summary>
public abstract class AcmeResource
{
    private protected AcmeResource(JObject json, string location)
    {
        Json = json;
        Location = location;
        Status = JsonText.GetString(json, "status") ?? string.Empty;
        Error = json["error"] is JObject error ? new AcmeProblem(error) : null;
    }

    /// <summary>The object's URL.</summary>
    public string Location { get; }

    /// <summary>The status as the server sent it, such as <c>pending</c> (RFC 8555 section 7.1.6).</summary>
    public string Status { get; }

    /// <summary>What went wrong with it, or null.</summary>
    public AcmeProblem? Error { get; }

    /// <summary>How long the server asks to wait before it is looked at again, or null.</summary>
    public TimeSpan? RetryAfter { get; internal init; }

    internal JObject Json { get; }

    /// <summary>What the server sent, as plain values in their order.</summary>
    /// <returns>The members.</returns>
    public PlainObject ToPlainObject() => JsonText.ToPlain(Json);

    private protected DateTimeOffset? ReadDate(string member)
        => DateTimeOffset.TryParse(JsonText.GetString(Json, member), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var date)
            ? date
            : null;
}
