using System.Security.Cryptography.X509Certificates;
using PoshAcmeSharp.Deployment;
using PoshAcmeSharp.Dns;

namespace PoshAcmeSharp.Profile;

/// <content>How the certificate is wanted and validated.</content>
public sealed partial class StoredOrder
{
    /// <summary>The first name of the certificate, with <c>*.</c> for a wildcard.</summary>
    public string MainDomain
    {
        get => GetString("MainDomain") ?? "";
        set => Set("MainDomain", value);
    }

    /// <summary>The other names.</summary>
    public IReadOnlyList<string> SANs
    {
        get => GetStrings("SANs");
        set => Set("SANs", value);
    }

    /// <summary>All names, in the order of the order; the main domain first.</summary>
    public IReadOnlyList<string> Names => [MainDomain, .. SANs];

    /// <summary>The certificate key's kind and size, such as <c>2048</c> or <c>ec-256</c>.</summary>
    public string KeyLength
    {
        get => GetString("KeyLength") ?? "2048";
        set => Set("KeyLength", value);
    }

    /// <summary>Whether each renewal gets a new key.</summary>
    public bool AlwaysNewKey
    {
        get => GetBoolean("AlwaysNewKey");
        set => Set("AlwaysNewKey", value);
    }

    /// <summary>The DER of a certificate request that the user brought, base64url; null when requests are made here.</summary>
    public string? CSRBase64Url
    {
        get => GetString("CSRBase64Url");
        set => Set("CSRBase64Url", value);
    }

    /// <summary>The subject of the request as the user gave it; empty for the common name alone.</summary>
    public string Subject
    {
        get => GetString("Subject") ?? "";
        set => Set("Subject", value);
    }

    /// <summary>The friendly name in the PFX files.</summary>
    public string FriendlyName
    {
        get => GetString("FriendlyName") ?? "";
        set => Set("FriendlyName", value);
    }

    /// <summary>Whether the request has the must-staple extension (RFC 7633).</summary>
    public bool OCSPMustStaple
    {
        get => GetBoolean("OCSPMustStaple");
        set => Set("OCSPMustStaple", value);
    }

    /// <summary>The common name of an issuer in the chain that is wanted; empty for the server's first.</summary>
    public string PreferredChain
    {
        get => GetString("PreferredChain") ?? "";
        set => Set("PreferredChain", value);
    }

    /// <summary>Whether the PFX files are encrypted by AES-256.</summary>
    public bool UseModernPfxEncryption
    {
        get => GetBoolean("UseModernPfxEncryption");
        set => Set("UseModernPfxEncryption", value);
    }

    /// <summary>Whether the PFX files are of definite length.</summary>
    public bool UsePfxDerEncoding
    {
        get => GetBoolean("UsePfxDerEncoding");
        set => Set("UsePfxDerEncoding", value);
    }

    /// <summary>Whether no PFX files are written. A member of ours; it is there only when it is true.</summary>
    public bool NoPfx
    {
        get => GetBoolean("NoPfx");
        set => Set("NoPfx", value ? true : null);
    }

    /// <summary>
    /// Whether the private keys are kept encrypted, by the password in <see cref="OrderFileNames.KeyPassword"/>. A member of
    /// ours; it is there only when it is true.
    /// </summary>
    public bool KeyEncrypted
    {
        get => GetBoolean("KeyEncrypted");
        internal set => Set("KeyEncrypted", value ? true : null);
    }

    /// <summary>Whether the certificate goes into the store of Windows when it is issued.</summary>
    public bool Install
    {
        get => GetBoolean("Install");
        set => Set("Install", value);
    }

    /// <summary>The store that <see cref="Install"/> is about. A member of ours; it is there only when it is not the machine's.</summary>
    public StoreLocation InstallStoreLocation
    {
        get => Enum.TryParse(GetString("InstallStoreLocation"), ignoreCase: true, out StoreLocation location) && location == StoreLocation.CurrentUser
            ? StoreLocation.CurrentUser
            : StoreLocation.LocalMachine;
        set => Set("InstallStoreLocation", value == StoreLocation.LocalMachine ? null : value.ToString());
    }

    /// <summary>The name of that store. A member of ours; it is there only when it is not <c>My</c>.</summary>
    public string InstallStoreName
    {
        get => GetString("InstallStoreName") is { Length: > 0 } name ? name : CertificateInstallation.DefaultStoreName;
        set => Set("InstallStoreName", value == CertificateInstallation.DefaultStoreName ? null : value);
    }

    /// <summary>Whether the key of an installed certificate stays in the store. A member of ours; it is there only when it is true.</summary>
    public bool InstallNotExportable
    {
        get => GetBoolean("InstallNotExportable");
        set => Set("InstallNotExportable", value ? true : null);
    }

    /// <summary>What the certificate is made for. A member of ours; it is there only when it is something in particular.</summary>
    public CertificateTarget Target
    {
        get => Enum.TryParse(GetString("Target"), ignoreCase: true, out CertificateTarget target) && target == CertificateTarget.Exchange
            ? CertificateTarget.Exchange
            : CertificateTarget.None;
        set => Set("Target", value == CertificateTarget.None ? null : value.ToString());
    }

    /// <summary>The lifetime that is asked for, in days; null for the server's choice.</summary>
    public int? LifetimeDays
    {
        get => GetInt32("LifetimeDays");
        set => Set("LifetimeDays", value);
    }

    /// <summary>The challenge plugin of each name; the last one repeats.</summary>
    public IReadOnlyList<string> Plugin
    {
        get => GetStrings("Plugin");
        set => Set("Plugin", value);
    }

    /// <summary>The full paths of folders of plugin scripts that are looked through first. A member of ours; it is there only when there are any.</summary>
    public IReadOnlyList<string> PluginPath
    {
        get => GetStrings("PluginPath");
        set => Set("PluginPath", value.Count == 0 ? null : value);
    }

    /// <summary>Whether scripts come before plugins of the module that have the same name. A member of ours; it is there only when it is true.</summary>
    public bool PreferPluginScript
    {
        get => GetBoolean("PreferPluginScript");
        set => Set("PreferPluginScript", value ? true : null);
    }

    /// <summary>The name that each challenge is delegated to, empty for none; the last one repeats.</summary>
    public IReadOnlyList<string> DnsAlias
    {
        get => GetStrings("DnsAlias");
        set => Set("DnsAlias", value);
    }

    /// <summary>Seconds to wait for the DNS.</summary>
    public int DnsSleep
    {
        get => GetInt32("DnsSleep") ?? 120;
        set => Set("DnsSleep", value);
    }

    /// <summary>
    /// Whether <see cref="DnsSleep"/> is the longest wait for the name servers, or a time to wait without asking them. A member
    /// of ours; it is there only when nobody is asked.
    /// </summary>
    public DnsWaitMode DnsWait
    {
        get => Enum.TryParse(GetString("DnsWait"), ignoreCase: true, out DnsWaitMode mode) && mode == DnsWaitMode.Fixed ? DnsWaitMode.Fixed : DnsWaitMode.Check;
        set => Set("DnsWait", value == DnsWaitMode.Check ? null : value.ToString());
    }

    /// <summary>
    /// The name servers to ask while waiting, each as host or host:port; empty for the authoritative ones. A member of ours; it
    /// is there only when servers were named.
    /// </summary>
    public IReadOnlyList<string> DnsServer
    {
        get => GetStrings("DnsServer");
        set => Set("DnsServer", value.Count > 0 ? value : null);
    }

    /// <summary><c>dns-01</c> (also when empty) or <c>dns-account-01</c>.</summary>
    public string DnsVariant
    {
        get => GetString("DnsVariant") ?? "";
        set => Set("DnsVariant", value);
    }

    /// <summary>Seconds to wait for the server's validation.</summary>
    public int ValidationTimeout
    {
        get => GetInt32("ValidationTimeout") ?? 60;
        set => Set("ValidationTimeout", value);
    }

    /// <summary>Whether names are validated one after the other.</summary>
    public bool UseSerialValidation
    {
        get => GetBoolean("UseSerialValidation");
        set => Set("UseSerialValidation", value);
    }

    /// <summary>When the certificate ends; null until there is one.</summary>
    public string? CertExpires
    {
        get => GetString("CertExpires");
        set => Set("CertExpires", value);
    }

    /// <summary><see cref="CertExpires"/> as a point in time; null when it is missing or no date.</summary>
    public DateTimeOffset? CertExpiresAt => GetTime("CertExpires");

    /// <summary>When to renew; null until there is a certificate.</summary>
    public string? RenewAfter
    {
        get => GetString("RenewAfter");
        set => Set("RenewAfter", value);
    }

    /// <summary><see cref="RenewAfter"/> as a point in time; null when it is missing or no date.</summary>
    public DateTimeOffset? RenewAfterAt => GetTime("RenewAfter");
}
