using Newtonsoft.Json.Linq;
using PoshAcmeSharp.Json;

namespace PoshAcmeSharp.Acme;

/// <summary>An order (RFC 8555 section 7.1.3).</summary>
public sealed class AcmeOrder : AcmeResource
{
    internal AcmeOrder(JObject json, string location)
        : base(json, location)
    {
        Identifiers = json["identifiers"] is JArray identifiers
            ? [.. identifiers.OfType<JObject>().Select(i => new AcmeIdentifier(JsonText.GetString(i, "type") ?? string.Empty, JsonText.GetString(i, "value") ?? string.Empty))]
            : [];
        Authorizations = (JsonText.GetStrings(json, "authorizations") ?? []);
        Finalize = JsonText.GetString(json, "finalize") ?? string.Empty;
        Certificate = JsonText.GetString(json, "certificate");
        Profile = JsonText.GetString(json, "profile");
        Expires = ReadDate("expires");
    }

    /// <summary>The names.</summary>
    public IReadOnlyList<AcmeIdentifier> Identifiers { get; }

    /// <summary>The URLs of the authorizations.</summary>
    public IReadOnlyList<string> Authorizations { get; }

    /// <summary>Where the CSR goes.</summary>
    public string Finalize { get; }

    /// <summary>Where the certificate is, or null until it is issued.</summary>
    public string? Certificate { get; }

    /// <summary>The certificate profile, or null.</summary>
    public string? Profile { get; }

    /// <summary>When the server forgets the order, or null.</summary>
    public DateTimeOffset? Expires { get; }
}
