using System.Security.Cryptography.X509Certificates;
using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Deployment;
using PoshAcmeSharp.Dns;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Issuance;

/// <summary>What an order of the profile is made with, and how its certificate is wanted. Null leaves Posh-ACME's default.</summary>
public sealed class NewOrderRequest
{
    /// <summary>The password of PFX files for which none was chosen. Everybody knows it.</summary>
    public const string DefaultPfxPassword = "poshacme";

    /// <summary>DNS names, wildcards, IP addresses; the first one is the main name. Empty when there is a CSR.</summary>
    public IReadOnlyList<string> Domain { get; set; } = [];

    /// <summary>The name in the profile; null: made from the main name.</summary>
    public string? Name { get; set; }

    /// <summary>Whether an order of this name that is unfinished or not yet due may be replaced.</summary>
    public bool Overwrite { get; set; }

    /// <summary>Whether the order becomes the one that commands use.</summary>
    public bool MakeCurrent { get; set; } = true;

    /// <summary>The kind and size of the certificate's key.</summary>
    public KeyLength KeyLength { get; set; } = KeyLength.Rsa2048;

    /// <summary>A private key in PEM for the certificate, or null. A secret.</summary>
    public string? KeyPem { get; set; }

    /// <summary>The file that <see cref="KeyPem"/> was read from, for errors; or null.</summary>
    public string? KeyFile { get; set; }

    /// <summary>
    /// The password that the private keys of the order are encrypted with; null: as with the order that this one takes the
    /// place of, else not at all. A secret.
    /// </summary>
    public string? KeyPassword { get; set; }

    /// <summary>A certificate signing request made elsewhere, or null.</summary>
    public Csr? Csr { get; set; }

    /// <summary>Whether each renewal gets a new key.</summary>
    public bool AlwaysNewKey { get; set; }

    /// <summary>Whether the certificate obliges servers to staple OCSP.</summary>
    public bool MustStaple { get; set; }

    /// <summary>The subject of the request, or null: made from the main name.</summary>
    public string? Subject { get; set; }

    /// <summary>The friendly name in the PFX, or null: the main name.</summary>
    public string? FriendlyName { get; set; }

    /// <summary>Whether no PFX files are written; null: as with the order that this one takes the place of, else they are.</summary>
    public bool? NoPfx { get; set; }

    /// <summary>The password of the PFX; null: a random one where <see cref="Target"/> needs it, else <see cref="DefaultPfxPassword"/>. A secret.</summary>
    public string? PfxPassword { get; set; }

    /// <summary>Whether the PFX is encrypted with AES-256.</summary>
    public bool UseModernPfxEncryption { get; set; }

    /// <summary>Kept for scripts: a PFX is always written in definite-length DER.</summary>
    public bool UsePfxDerEncoding { get; set; }

    /// <summary>What the certificate is made for. What that needs and is not given here is chosen when the order is made.</summary>
    public CertificateTarget Target { get; set; }

    /// <summary>Whether the certificate goes into the Windows store when it is complete.</summary>
    public bool Install { get; set; }

    /// <summary>Whose store that is.</summary>
    public StoreLocation InstallStoreLocation { get; set; } = StoreLocation.LocalMachine;

    /// <summary>The name of that store.</summary>
    public string InstallStoreName { get; set; } = CertificateInstallation.DefaultStoreName;

    /// <summary>Whether the key cannot be taken out of that store again.</summary>
    public bool InstallNotExportable { get; set; }

    /// <summary>The plugins, or null: Manual.</summary>
    public IReadOnlyList<string>? Plugin { get; set; }

    /// <summary>Folders of plugin scripts that the order is to have of its own; null: as with the order that this one takes the place of, else none.</summary>
    public IReadOnlyList<string>? PluginPath { get; set; }

    /// <summary>Whether scripts come before plugins of the module that have the same name; null: as with the order that this one takes the place of, else not.</summary>
    public bool? PreferPluginScript { get; set; }

    /// <summary>
    /// The plugins' arguments, or null; values as a profile keeps them. Either by their names, or a table of such tables by
    /// names of the order, zones such as <c>*.example.com</c>, and <c>default</c>.
    /// </summary>
    public IReadOnlyDictionary<string, object?>? PluginArgs { get; set; }

    /// <summary>The lifetime asked for in days; null or 0: the CA's choice.</summary>
    public int? LifetimeDays { get; set; }

    /// <summary>The names that challenge records are aliased to, or null.</summary>
    public IReadOnlyList<string>? DnsAlias { get; set; }

    /// <summary>Validates one name after the other.</summary>
    public bool UseSerialValidation { get; set; }

    /// <summary>Seconds to wait for DNS.</summary>
    public int DnsSleep { get; set; } = 120;

    /// <summary>Whether that is the longest wait for the name servers, or a time to wait without asking them.</summary>
    public DnsWaitMode DnsWait { get; set; }

    /// <summary>The name servers to ask while waiting, each as host or host:port; empty for the authoritative ones.</summary>
    public IReadOnlyList<string> DnsServer { get; set; } = [];

    /// <summary>The kind of DNS challenge: empty, <c>dns-01</c> or <c>dns-account-01</c>.</summary>
    public string DnsVariant { get; set; } = string.Empty;

    /// <summary>Seconds to wait for the CA's validation.</summary>
    public int ValidationTimeout { get; set; } = 60;

    /// <summary>The common name of an issuer in the chain that is wanted, or null.</summary>
    public string? PreferredChain { get; set; }

    /// <summary>The ARI identifier of the certificate to replace, or null.</summary>
    public string? ReplacesCert { get; set; }

    /// <summary>The certificate profile, or null: the CA's choice.</summary>
    public string? Profile { get; set; }

    /// <summary>Whether the key that was made for the former order, and never used, serves this one.</summary>
    internal bool KeepsPendingKey { get; init; }

    /// <summary>Whether the settings are those of the order that is there, as it is when its turn has come.</summary>
    internal bool FollowsOrder { get; set; }

    /// <summary>A request for another order with the names and all settings of one that is there; its plugin arguments stay.</summary>
    /// <param name="order">The order.</param>
    /// <returns>The request; it may take the place of the order.</returns>
    /// <exception cref="PoshAcmeException">A setting of the order cannot be read.</exception>
    public static NewOrderRequest From(StoredOrder order) => From(order, keepsPendingKey: false);

    /// <summary>
    /// Sets <see cref="Target"/>. Of a request made <see cref="From(StoredOrder)"/> an order that had another target, what
    /// does not suit gives way to what does: a key on an elliptic curve, a password that everybody knows, the CA's profile.
    /// What is wanted all the same is to be set after this.
    /// </summary>
    /// <param name="target">The target.</param>
    public void AimAt(CertificateTarget target)
    {
        if (target == CertificateTarget.Exchange && Target != target)
        {
            KeyLength = KeyLength.IsEc ? KeyLength.Rsa2048 : KeyLength;
            PfxPassword = ExchangeTarget.IsWeak(PfxPassword) ? null : PfxPassword;
            Profile = null;
        }

        Target = target;
    }

    /// <summary>The same request, with what a target needs.</summary>
    internal NewOrderRequest With(string? pfxPassword, string? profile)
    {
        var copy = (NewOrderRequest)MemberwiseClone();
        copy.PfxPassword = pfxPassword;
        copy.Profile = profile;
        return copy;
    }

    /// <summary>The same request, as one that replaces a certificate.</summary>
    internal NewOrderRequest Replacing(string? ariId)
    {
        var copy = (NewOrderRequest)MemberwiseClone();
        copy.ReplacesCert = ariId;
        return copy;
    }

    /// <summary>
    /// The same request with the settings that the order has now: they may have been changed since the request was made.
    /// What does not come from the order stays.
    /// </summary>
    internal NewOrderRequest Following(StoredOrder order)
    {
        if (!order.IsStored)
        {
            return this;
        }

        var present = From(order, KeepsPendingKey);
        present.Csr = Csr ?? present.Csr;
        present.Overwrite = Overwrite;
        present.MakeCurrent = MakeCurrent;
        present.PluginArgs = PluginArgs;
        present.PluginPath = PluginPath;
        present.PreferPluginScript = PreferPluginScript;
        present.ReplacesCert = ReplacesCert;
        return present;
    }

    internal static NewOrderRequest From(StoredOrder order, bool keepsPendingKey)
    {
        var csr = order.CSRBase64Url is { Length: > 0 } text ? Csr.Parse(text) : null;
        return new NewOrderRequest
        {
            Domain = csr is null ? order.Names : [],
            Csr = csr,
            Name = order.Name,
            Overwrite = true,
            KeyLength = csr is null ? KeyLength.Parse(order.KeyLength) : KeyLength.Rsa2048,
            KeepsPendingKey = keepsPendingKey,
            AlwaysNewKey = order.AlwaysNewKey,
            MustStaple = order.OCSPMustStaple,
            Subject = order.Subject,
            FriendlyName = order.FriendlyName,
            PfxPassword = order.PfxPass,
            UseModernPfxEncryption = order.UseModernPfxEncryption,
            UsePfxDerEncoding = order.UsePfxDerEncoding,
            Target = order.Target,
            Install = order.Install,
            InstallStoreLocation = order.InstallStoreLocation,
            InstallStoreName = order.InstallStoreName,
            InstallNotExportable = order.InstallNotExportable,
            Plugin = order.Plugin.Count > 0 ? order.Plugin : null,
            LifetimeDays = order.LifetimeDays,
            DnsAlias = order.DnsAlias,
            UseSerialValidation = order.UseSerialValidation,
            DnsSleep = order.DnsSleep,
            DnsWait = order.DnsWait,
            DnsServer = order.DnsServer,
            DnsVariant = order.DnsVariant,
            ValidationTimeout = order.ValidationTimeout,
            PreferredChain = order.PreferredChain,
            Profile = order.Profile,
        };
    }
}
