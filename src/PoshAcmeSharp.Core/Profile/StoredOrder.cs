using System.Text;
using PoshAcmeSharp.Jose;

namespace PoshAcmeSharp.Profile;

/// <summary>
/// An order of the profile: <c>order.json</c>, the server's order (RFC 8555 section 7.1.3) and how its certificate is
/// wanted. Dates are ISO 8601 texts in UTC.
/// </summary>
public sealed partial class StoredOrder : StoredDocument
{
    internal const string FileName = "order.json";

    private static readonly KeyValuePair<string, object?>[] Defaults =
    [
        new("identifiers", Array.Empty<object>()),
        new("finalize", null),
        new("authorizations", Array.Empty<string>()),
        new("location", null),
        new("Install", false),
        new("LifetimeDays", null),
        new("ValidationTimeout", 60L),
        new("FriendlyName", ""),
        new("MainDomain", null),
        new("OCSPMustStaple", false),
        new("PreferredChain", ""),
        new("AlwaysNewKey", false),
        new("DnsAlias", Array.Empty<string>()),
        new("DnsSleep", 120L),
        new("Subject", ""),
        new("Plugin", Array.Empty<string>()),
        new("KeyLength", "2048"),
        new("SANs", Array.Empty<string>()),
        new("UseSerialValidation", false),
        new("DnsVariant", ""),
        new("UseModernPfxEncryption", false),
        new("status", null),
        new("expires", null),
        new("certificate", null),
        new("CertExpires", null),
        new("RenewAfter", null),
        new("PfxPassB64U", ""),
    ];

    internal StoredOrder(string folder)
        : base(folder, Defaults)
    {
    }

    /// <summary>The name: that of the folder.</summary>
    public string Name => FolderName;

    /// <summary>The password of the PFX files. A secret.</summary>
    /// <exception cref="PoshAcmeException"><c>CorruptProfileFile</c>: it is not base64url.</exception>
    public string PfxPass
    {
        get
        {
            try
            {
                return Encoding.UTF8.GetString(Base64Url.Decode(GetString("PfxPassB64U") ?? ""));
            }
            catch (FormatException e)
            {
                throw new PoshAcmeException(
                    "CorruptProfileFile",
                    ErrorKind.InvalidData,
                    $"The member PfxPassB64U of '{Path.Combine(Folder, FileName)}' is not base64url.",
                    "Set the password of the PFX files anew.",
                    e);
            }
        }

        set => Set("PfxPassB64U", Base64Url.Encode(value));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<KeyValuePair<string, object?>> ToProperties()
        =>
        [
            .. MembersAndDefaults().Where(m => !IsShownOtherwise(m.Key)),
            new("Target", Target.ToString()),
            new("PfxPass", PfxPass),
            new("Name", Name),
            new("Folder", Folder),
        ];

    private static bool IsShownOtherwise(string member)
        => string.Equals(member, "PfxPassB64U", StringComparison.OrdinalIgnoreCase) || string.Equals(member, "Target", StringComparison.OrdinalIgnoreCase);

    private protected override void Normalize()
    {
        base.Normalize();
        Rename("DnsPlugin", "Plugin");
        if (GetString("PfxPass") is { } plain)
        {
            Set("PfxPass", Base64Url.Encode(plain));
        }

        Rename("PfxPass", "PfxPassB64U");
        NormalizeStrings("authorizations", "DnsAlias", "Plugin", "SANs");
    }
}
