using System.Text.Json.Nodes;

namespace PoshAcmeSharp.AcmeTestServers;

/// <summary>What a version of Pebble can do, as far as its directory tells: versions print no number that can be relied on.</summary>
/// <param name="HasRenewalInfo">Renewal information (RFC 9773).</param>
/// <param name="HasProfiles">Certificate profiles.</param>
public sealed record PebbleFeatures(bool HasRenewalInfo, bool HasProfiles)
{
    /// <summary>Nothing beyond RFC 8555.</summary>
    public static PebbleFeatures None { get; } = new(false, false);

    /// <summary>Reads them.</summary>
    /// <param name="directory">The directory as JSON.</param>
    /// <returns>The features.</returns>
    public static PebbleFeatures Of(string directory)
    {
        var json = JsonNode.Parse(directory)!;
        return new(json["renewalInfo"] is not null, json["meta"]?["profiles"] is JsonObject { Count: > 0 });
    }
}
