using System.Security.Cryptography.X509Certificates;
using PoshAcmeSharp.Deployment;
using PoshAcmeSharp.Dns;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Issuance;

/// <summary>New settings of an order that is there already. What is null stays as it is.</summary>
public sealed record OrderChanges
{
    /// <summary>The challenge plugin of each name; the last one repeats.</summary>
    public IReadOnlyList<string>? Plugin { get; init; }

    /// <summary>The folders of plugin scripts that the order has of its own; empty for none.</summary>
    public IReadOnlyList<string>? PluginPath { get; init; }

    /// <summary>Whether scripts come before plugins of the module that have the same name.</summary>
    public bool? PreferPluginScript { get; init; }

    /// <summary>Arguments of the plugins, added to those that are kept or in their place; flat, or a table of tables by name.</summary>
    public IReadOnlyDictionary<string, object?>? PluginArgs { get; init; }

    /// <summary>The lifetime to ask for, in days.</summary>
    public int? LifetimeDays { get; init; }

    /// <summary>The name that each challenge is delegated to; the last one repeats.</summary>
    public IReadOnlyList<string>? DnsAlias { get; init; }

    /// <summary>The subject of future requests.</summary>
    public string? Subject { get; init; }

    /// <summary>The friendly name in the PFX files.</summary>
    public string? FriendlyName { get; init; }

    /// <summary>The password of the PFX files. A secret.</summary>
    public string? PfxPassword { get; init; }

    /// <summary>Whether the PFX files are encrypted by AES-256.</summary>
    public bool? UseModernPfxEncryption { get; init; }

    /// <summary>Whether the PFX files are of definite length. They always are.</summary>
    public bool? UsePfxDerEncoding { get; init; }

    /// <summary>Whether no PFX files are written.</summary>
    public bool? NoPfx { get; init; }

    /// <summary>The password to encrypt the private keys with. A secret.</summary>
    public string? KeyPassword { get; init; }

    /// <summary>Whether the private keys are to be plain again.</summary>
    public bool RemoveKeyPassword { get; init; }

    /// <summary>Whether certificates go into the store of Windows.</summary>
    public bool? Install { get; init; }

    /// <summary>Whose store that is.</summary>
    public StoreLocation? InstallStoreLocation { get; init; }

    /// <summary>The name of that store.</summary>
    public string? InstallStoreName { get; init; }

    /// <summary>Whether the key cannot be taken out of that store again.</summary>
    public bool? InstallNotExportable { get; init; }

    /// <summary>What the certificate is made for. What that needs and is not given here is chosen.</summary>
    public CertificateTarget? Target { get; init; }

    /// <summary>Whether future requests have the must-staple extension.</summary>
    public bool? MustStaple { get; init; }

    /// <summary>Seconds to wait for the DNS.</summary>
    public int? DnsSleep { get; init; }

    /// <summary>Whether that is the longest wait for the name servers, or a time to wait without asking them.</summary>
    public DnsWaitMode? DnsWait { get; init; }

    /// <summary>The name servers to ask while waiting; empty for the authoritative ones.</summary>
    public IReadOnlyList<string>? DnsServer { get; init; }

    /// <summary><c>dns-01</c> or <c>dns-account-01</c>.</summary>
    public string? DnsVariant { get; init; }

    /// <summary>Seconds to wait for the server's validation.</summary>
    public int? ValidationTimeout { get; init; }

    /// <summary>The common name of an issuer in the chain that is wanted; empty for the server's first.</summary>
    public string? PreferredChain { get; init; }

    /// <summary>Whether each renewal gets a new key.</summary>
    public bool? AlwaysNewKey { get; init; }

    /// <summary>Whether names are validated one after the other.</summary>
    public bool? UseSerialValidation { get; init; }

    /// <summary>The server's profile for future certificates; empty for its default.</summary>
    public string? Profile { get; init; }

    /// <summary>What has to change so that an order has the settings of a request for the same certificate.</summary>
    internal static OrderChanges Between(StoredOrder order, NewOrderRequest request) => new()
    {
        Plugin = request.Plugin is { } plugin && !plugin.SequenceEqual(order.Plugin) ? plugin : null,
        PluginPath = request.PluginPath,
        PreferPluginScript = request.PreferPluginScript,
        PluginArgs = request.PluginArgs,
        LifetimeDays = request.LifetimeDays,
        DnsAlias = request.DnsAlias,
        Subject = request.Subject,
        FriendlyName = string.IsNullOrWhiteSpace(request.FriendlyName) ? null : request.FriendlyName,

        // A password that stays is of interest where the target changes: then it has been chosen for that.
        PfxPassword = request.PfxPassword == order.PfxPass && request.Target == order.Target ? null : request.PfxPassword,
        UseModernPfxEncryption = request.UseModernPfxEncryption,
        UsePfxDerEncoding = request.UsePfxDerEncoding,
        NoPfx = request.NoPfx,
        KeyPassword = request.KeyPassword,
        Install = request.Install,
        InstallStoreLocation = request.InstallStoreLocation,
        InstallStoreName = request.InstallStoreName,
        InstallNotExportable = request.InstallNotExportable,
        Target = request.Target,
        MustStaple = request.MustStaple,
        DnsSleep = request.DnsSleep,
        DnsWait = request.DnsWait,
        DnsServer = request.DnsServer,
        DnsVariant = request.DnsVariant,
        ValidationTimeout = request.ValidationTimeout,
        PreferredChain = request.PreferredChain,
        AlwaysNewKey = request.AlwaysNewKey,
        UseSerialValidation = request.UseSerialValidation,
        Profile = request.Profile,
    };
}
