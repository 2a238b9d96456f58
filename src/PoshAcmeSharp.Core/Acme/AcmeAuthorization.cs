using Newtonsoft.Json.Linq;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Json;

namespace PoshAcmeSharp.Acme;

/// <summary>An authorization of one name (RFC 8555 section 7.1.4).</summary>
public sealed class AcmeAuthorization : AcmeResource
{
    internal AcmeAuthorization(JObject json, string location)
        : base(json, location)
    {
        Identifier = json["identifier"] is JObject identifier
            ? new AcmeIdentifier(JsonText.GetString(identifier, "type") ?? string.Empty, JsonText.GetString(identifier, "value") ?? string.Empty)
            : new AcmeIdentifier(string.Empty, string.Empty);
        IsWildcard = json["wildcard"] is JValue { Value: true };
        Expires = ReadDate("expires");
        Challenges = json["challenges"] is JArray challenges
            ? [.. challenges.OfType<JObject>().Select(c => new AcmeChallenge(c, JsonText.GetString(c, "url") ?? string.Empty))]
            : [];
    }

    /// <summary>The name, without <c>*.</c>.</summary>
    public AcmeIdentifier Identifier { get; }

    /// <summary>Whether it is for the wildcard of the name.</summary>
    public bool IsWildcard { get; }

    /// <summary>The name as it stands in the order: with <c>*.</c> for a wildcard.</summary>
    public string FullName => IsWildcard ? "*." + Identifier.Value : Identifier.Value;

    /// <summary>When it ends, or null.</summary>
    public DateTimeOffset? Expires { get; }

    /// <summary>The ways to prove control of the name.</summary>
    public IReadOnlyList<AcmeChallenge> Challenges { get; }

    /// <summary>The challenge of one type, or null when the CA does not offer it.</summary>
    /// <param name="type">Such as <see cref="ChallengeType.Dns01"/>.</param>
    /// <returns>The challenge.</returns>
    public AcmeChallenge? FindChallenge(string type)
        => Challenges.FirstOrDefault(c => string.Equals(c.Type, type, StringComparison.OrdinalIgnoreCase));
}
