using Newtonsoft.Json.Linq;
using PoshAcmeSharp.Json;

namespace PoshAcmeSharp.Profile;

/// <content>What the server says of the order.</content>
public sealed partial class StoredOrder
{
    /// <summary>The order's URL.</summary>
    public string? Location
    {
        get => GetString("location");
        set => Set("location", value);
    }

    /// <summary><c>pending</c>, <c>ready</c>, <c>processing</c>, <c>valid</c> or <c>invalid</c>.</summary>
    public string? Status
    {
        get => GetString("status");
        set => Set("status", value);
    }

    /// <summary>When the server forgets the order.</summary>
    public string? Expires
    {
        get => GetString("expires");
        set => Set("expires", value);
    }

    /// <summary><see cref="Expires"/> as a point in time; null when it is missing or no date.</summary>
    public DateTimeOffset? ExpiresAt => GetTime("expires");

    /// <summary>The start of validity that was asked for; null for the server's choice.</summary>
    public string? NotBefore
    {
        get => GetString("notBefore");
        set => Set("notBefore", value);
    }

    /// <summary>The end of validity that was asked for; null for the server's choice.</summary>
    public string? NotAfter
    {
        get => GetString("notAfter");
        set => Set("notAfter", value);
    }

    /// <summary>The URLs of the authorizations.</summary>
    public IReadOnlyList<string> Authorizations
    {
        get => GetStrings("authorizations");
        set => Set("authorizations", value);
    }

    /// <summary>The URL for the CSR.</summary>
    public string? Finalize
    {
        get => GetString("finalize");
        set => Set("finalize", value);
    }

    /// <summary>The URL of the certificate; null until it is issued.</summary>
    public string? Certificate
    {
        get => GetString("certificate");
        set => Set("certificate", value);
    }

    /// <summary>The profile of the server that was asked for; null for its default.</summary>
    public string? Profile
    {
        get => GetString("profile");
        set => Set("profile", value);
    }

    /// <summary>The ARI identifier of the certificate that this order replaces (RFC 9773 section 5); null for none.</summary>
    public string? Replaces
    {
        get => GetString("replaces");
        set => Set("replaces", value);
    }

    /// <summary>The identifiers of the order (RFC 8555 section 7.1.3).</summary>
    public IReadOnlyList<PlainObject> Identifiers
        => JsonText.Get(Json, "identifiers") is JArray array ? array.OfType<JObject>().Select(JsonText.ToPlain).ToArray() : [];

    /// <summary>The identifiers as JSON text: an array of objects with type and value.</summary>
    /// <exception cref="FormatException">It is not JSON.</exception>
    public string? IdentifiersJson
    {
        get => GetJson("identifiers");
        set => SetJson("identifiers", value);
    }

    /// <summary>The error of an order that failed, a problem document (RFC 7807) as JSON text; null when there is none.</summary>
    /// <exception cref="FormatException">It is not JSON.</exception>
    public string? ErrorJson
    {
        get => GetJson("error");
        set => SetJson("error", value);
    }
}
