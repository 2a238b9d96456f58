using Newtonsoft.Json.Linq;
using PoshAcmeSharp.Json;

namespace PoshAcmeSharp.Acme;

/// <summary>What an ACME server offers, and where (RFC 8555 section 7.1.1).</summary>
public sealed class AcmeDirectory
{
    internal AcmeDirectory(JObject json, string location)
    {
        Json = json;
        Location = location;
        var meta = json["meta"] as JObject ?? [];
        TermsOfService = JsonText.GetString(meta, "termsOfService");
        ExternalAccountRequired = meta["externalAccountRequired"] is JValue { Value: true };
        Profiles = meta["profiles"] is JObject profiles
            ? profiles.Properties().ToDictionary(p => p.Name, p => p.Value.ToString(), StringComparer.Ordinal)
            : new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var member in (string[])["newNonce", "newAccount", "newOrder"])
        {
            if (JsonText.GetString(json, member) is null)
            {
                throw NotADirectory(location, $"its answer has no '{member}'");
            }
        }
    }

    /// <summary>The directory's URL.</summary>
    public string Location { get; }

    /// <summary>Where nonces come from.</summary>
    public string NewNonce => JsonText.GetString(Json, "newNonce")!;

    /// <summary>Where accounts are made and found.</summary>
    public string NewAccount => JsonText.GetString(Json, "newAccount")!;

    /// <summary>Where orders are made.</summary>
    public string NewOrder => JsonText.GetString(Json, "newOrder")!;

    /// <summary>Where names are authorized in advance, or null.</summary>
    public string? NewAuthz => JsonText.GetString(Json, "newAuthz");

    /// <summary>Where certificates are revoked, or null.</summary>
    public string? RevokeCert => JsonText.GetString(Json, "revokeCert");

    /// <summary>Where account keys are changed, or null.</summary>
    public string? KeyChange => JsonText.GetString(Json, "keyChange");

    /// <summary>Where renewal information is asked for (RFC 9773), or null.</summary>
    public string? RenewalInfo => JsonText.GetString(Json, "renewalInfo");

    /// <summary>The URL of the terms of service, or null.</summary>
    public string? TermsOfService { get; }

    /// <summary>Whether a new account needs an external account binding.</summary>
    public bool ExternalAccountRequired { get; }

    /// <summary>The certificate profiles that the CA offers: name and description; empty when it has none.</summary>
    public IReadOnlyDictionary<string, string> Profiles { get; }

    internal JObject Json { get; }

    /// <summary>What the server sent, as plain values in their order.</summary>
    /// <returns>The members.</returns>
    public PlainObject ToPlainObject() => JsonText.ToPlain(Json);

    /// <summary>Reads a directory that was kept, as JSON.</summary>
    /// <param name="json">The JSON text.</param>
    /// <param name="location">The directory's URL.</param>
    /// <returns>The directory.</returns>
    /// <exception cref="PoshAcmeException"><c>NotAnAcmeDirectory</c>: it is none.</exception>
    public static AcmeDirectory Parse(string json, string location)
    {
        try
        {
            return new AcmeDirectory(JsonText.ParseObject(json), location);
        }
        catch (FormatException e)
        {
            throw NotADirectory(location, "its answer is not JSON", e);
        }
    }

    private static PoshAcmeException NotADirectory(string location, string reason, Exception? inner = null) => new(
        "NotAnAcmeDirectory",
        ErrorKind.InvalidData,
        $"'{Text.Cut(location, 300)}' is not an ACME directory: {reason}.",
        "Use the directory URL from the CA's documentation, or a well-known name such as LE_PROD.",
        inner);
}
