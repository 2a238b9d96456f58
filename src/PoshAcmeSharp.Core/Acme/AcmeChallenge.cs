using Newtonsoft.Json.Linq;
using PoshAcmeSharp.Json;

namespace PoshAcmeSharp.Acme;

/// <summary>One way to prove control of a name (RFC 8555 section 7.1.5).</summary>
public sealed class AcmeChallenge : AcmeResource
{
    internal AcmeChallenge(JObject json, string location)
        : base(json, location)
    {
        Type = JsonText.GetString(json, "type") ?? string.Empty;
        Token = JsonText.GetString(json, "token");
        IssuerDomainNames = JsonText.GetStrings(json, "issuer-domain-names") ?? [];
        AccountUri = JsonText.GetString(json, "accounturi");
    }

    /// <summary>The type, such as <c>dns-01</c>.</summary>
    public string Type { get; }

    /// <summary>The URL that the acknowledgement goes to.</summary>
    public string Url => Location;

    /// <summary>The token, or null for types that have none.</summary>
    public string? Token { get; }

    /// <summary>The names of the CA that a record of dns-persist-01 may hold (draft-ietf-acme-dns-persist); empty for other types.</summary>
    public IReadOnlyList<string> IssuerDomainNames { get; }

    /// <summary>The URI of the account that a record of dns-persist-01 has to hold, or null when the CA does not say.</summary>
    public string? AccountUri { get; }
}
