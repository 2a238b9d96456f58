using Newtonsoft.Json.Linq;
using PoshAcmeSharp.Json;

namespace PoshAcmeSharp.Profile;

/// <summary>A server of the profile: <c>dir.json</c>, the directory (RFC 8555 section 7.1.1) and how to talk to it.</summary>
public sealed class StoredServer : StoredDocument
{
    internal const string FileName = "dir.json";

    private static readonly KeyValuePair<string, object?>[] Defaults =
    [
        new("location", null),
        new("DisableTelemetry", false),
        new("SkipCertificateCheck", false),
        new("UseAltAccountRefresh", false),
        new("DisableARI", false),
        new("IgnoreContact", false),
        new("newAccount", null),
        new("newOrder", null),
        new("newNonce", null),
        new("keyChange", null),
        new("revokeCert", null),
        new("meta", null),
        new("nonce", null),
        new("renewalInfo", null),
    ];

    private static readonly string[] OptionalMembers = ["newAuthz", "renewalInfo", "meta"];

    /// <summary>What is ours to say: a server must not be able to switch the checks of its own certificate off.</summary>
    private static readonly string[] Settings =
    [
        "location", "DisableTelemetry", "SkipCertificateCheck", "UseAltAccountRefresh", "DisableARI", "IgnoreContact",
        "CACertificate", "Proxy", "Name", "Folder", "nonce",
    ];

    internal StoredServer(string folder)
        : base(folder, Defaults)
    {
    }

    /// <summary>The name: that of the folder.</summary>
    public string Name => FolderName;

    /// <summary>The directory's URL.</summary>
    public string Location
    {
        get => GetString("location") ?? "";
        set => Set("location", value);
    }

    /// <summary>Whether the server's certificate is taken as it comes.</summary>
    public bool SkipCertificateCheck
    {
        get => GetBoolean("SkipCertificateCheck");
        set => Set("SkipCertificateCheck", value);
    }

    /// <summary>Kept for scripts; nothing is ever sent.</summary>
    public bool DisableTelemetry
    {
        get => GetBoolean("DisableTelemetry");
        set => Set("DisableTelemetry", value);
    }

    /// <summary>Whether an account is asked for by newAccount rather than at its own URL.</summary>
    public bool UseAltAccountRefresh
    {
        get => GetBoolean("UseAltAccountRefresh");
        set => Set("UseAltAccountRefresh", value);
    }

    /// <summary>Whether renewal information (RFC 9773) is not asked for.</summary>
    public bool DisableARI
    {
        get => GetBoolean("DisableARI");
        set => Set("DisableARI", value);
    }

    /// <summary>Whether contacts are never sent to this server.</summary>
    public bool IgnoreContact
    {
        get => GetBoolean("IgnoreContact");
        set => Set("IgnoreContact", value);
    }

    /// <summary>Certificates in PEM that this server's certificate may chain to beside those of the system; null for none.</summary>
    public string? CACertificate
    {
        get => GetString("CACertificate");
        set => Set("CACertificate", value);
    }

    /// <summary>The URL of the proxy for this server; null for the system's.</summary>
    public string? Proxy
    {
        get => GetString("Proxy");
        set => Set("Proxy", value);
    }

    /// <summary>The URL for new nonces.</summary>
    public string? NewNonce
    {
        get => GetString("newNonce");
        set => Set("newNonce", value);
    }

    /// <summary>The URL for new accounts.</summary>
    public string? NewAccount
    {
        get => GetString("newAccount");
        set => Set("newAccount", value);
    }

    /// <summary>The URL for new orders.</summary>
    public string? NewOrder
    {
        get => GetString("newOrder");
        set => Set("newOrder", value);
    }

    /// <summary>The URL for new authorizations; null when the server has no pre-authorization.</summary>
    public string? NewAuthz
    {
        get => GetString("newAuthz");
        set => Set("newAuthz", value);
    }

    /// <summary>The URL for revocations.</summary>
    public string? RevokeCert
    {
        get => GetString("revokeCert");
        set => Set("revokeCert", value);
    }

    /// <summary>The URL for key rollovers.</summary>
    public string? KeyChange
    {
        get => GetString("keyChange");
        set => Set("keyChange", value);
    }

    /// <summary>The URL for renewal information (RFC 9773); null when the server has none.</summary>
    public string? RenewalInfo
    {
        get => GetString("renewalInfo");
        set => Set("renewalInfo", value);
    }

    /// <summary>The directory's metadata; null when it has none.</summary>
    public PlainObject? Meta => GetPlain("meta");

    /// <summary>Where the terms of service are; null when the server has none.</summary>
    public string? TermsOfService => Meta?["termsOfService"] as string;

    /// <summary>The names that the CA goes by in CAA records (RFC 8555 section 7.1.1); empty when it names none.</summary>
    public IReadOnlyList<string> CaaIdentities
        => JsonText.Get(Json, "meta") is JObject meta ? JsonText.GetStrings(meta, "caaIdentities") ?? [] : [];

    /// <summary>The metadata as JSON text; null when there is none.</summary>
    public string? MetaJson
    {
        get => GetJson("meta");
        set => SetJson("meta", value);
    }

    /// <summary>Takes over all members of a directory that was fetched. Settings of this object stay.</summary>
    /// <param name="directoryJson">The body of the answer.</param>
    /// <exception cref="FormatException">It is not a JSON object.</exception>
    public void SetDirectory(string directoryJson)
    {
        var directory = JsonText.ParseObject(directoryJson);
        foreach (var gone in OptionalMembers.Where(name => JsonText.Get(directory, name) is null))
        {
            Set(gone, (JToken?)null);
        }

        foreach (var member in directory.Properties().Where(m => !Settings.Contains(m.Name, StringComparer.OrdinalIgnoreCase)))
        {
            Set(member.Name, member.Value.DeepClone());
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<KeyValuePair<string, object?>> ToProperties()
        => [.. MembersAndDefaults(), new("Name", Name), new("Folder", Folder)];
}
