using System.Collections;
using System.Management.Automation;
using System.Security;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.PowerShell.Certificates;
using PoshAcmeSharp.PowerShell.Infrastructure;
using PoshAcmeSharp.PowerShell.Objects;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.PowerShell.Orders;

/// <summary>Chooses the order that the other commands use, changes its settings, or revokes its certificate.</summary>
/// <remarks>
/// <para>An order that is named becomes the current one, unless NoSwitch is given. Without a name the current order is changed.</para>
/// <para>FriendlyName, PfxPass, NoPfx, Target and UseModernPfxEncryption write the PFX files anew, KeyPassSecure and RemoveKeyPass the private key, PreferredChain all files of the certificate. The other settings hold from the next certificate on.</para>
/// </remarks>
/// <example>
/// <code>Set-PAOrder www.example.com</code>
/// <para>Makes another order of the account the current one.</para>
/// </example>
/// <example>
/// <code>Set-PAOrder -FriendlyName 'Web server' -PfxPassSecure (Read-Host -AsSecureString)</code>
/// <para>Writes the PFX files of the current order anew, with another name and password.</para>
/// </example>
/// <example>
/// <code>Set-PAOrder www.example.com -NoPfx -KeyPassSecure (Read-Host -AsSecureString)</code>
/// <para>Encrypts the private key of an order and removes its PFX files: the key lies nowhere in the clear.</para>
/// </example>
/// <example>
/// <code>Set-PAOrder mail.example.com -Target Exchange</code>
/// <para>Writes the PFX files of an order anew so that Exchange can use them, and has its renewals made for Exchange.</para>
/// </example>
/// <example>
/// <code>Get-PAOrder -List | Set-PAOrder -DnsSleep 60 -NoSwitch</code>
/// <para>Changes a setting of all orders; the current order stays current.</para>
/// </example>
/// <seealso cref="GetPAOrderCommand"/>
/// <seealso cref="NewPAOrderCommand"/>
[Cmdlet(VerbsCommon.Set, "PAOrder", DefaultParameterSetName = EditSet, SupportsShouldProcess = true)]
public sealed class SetPAOrderCommand : OrderChangeCommand
{
    private const string EditSet = "Edit";
    private const string RevokeSet = "Revoke";

    /// <summary>The name of the order in the profile.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateFriendlyName]
    [ArgumentCompleter(typeof(OrderNameCompleter))]
    public string? Name { get; set; }

    /// <summary>Revokes the certificate of the order. That cannot be undone.</summary>
    [Parameter(ParameterSetName = RevokeSet, Mandatory = true)]
    public SwitchParameter RevokeCert { get; set; }

    /// <summary>Does not ask before the certificate is revoked.</summary>
    [Parameter(ParameterSetName = RevokeSet)]
    public SwitchParameter Force { get; set; }

    /// <summary>Changes the order without making it the current one.</summary>
    [Parameter]
    public SwitchParameter NoSwitch { get; set; }

    /// <summary>The plugins that publish challenges for this order, one for all names or one for each.</summary>
    [Parameter(ParameterSetName = EditSet)]
    [Alias("DnsPlugin")]
    [ArgumentCompleter(typeof(PluginCompleter))]
    public string[]? Plugin { get; set; }

    /// <summary>The arguments of the plugins. A plugin that gets any loses those that were kept for it, of all names; secrets are encrypted. Names may have arguments of their own: @{ '*.example.com' = @{ ... }; 'default' = @{ ... } }.</summary>
    [Parameter(ParameterSetName = EditSet)]
    public Hashtable? PluginArgs { get; set; }

    /// <summary>Folders of plugin scripts to look for plugins in, before those of POSHACME_PLUGINS and of an installed Posh-ACME. Their full paths are kept with the order and used at renewals: who can write there decides what runs. An empty list takes them away.</summary>
    [Parameter(ParameterSetName = EditSet)]
    [AllowEmptyCollection]
    public string[]? PluginPath { get; set; }

    /// <summary>Takes the script where the module has a plugin of the same name. That is kept with the order.</summary>
    [Parameter(ParameterSetName = EditSet)]
    public SwitchParameter PreferPluginScript { get; set; }

    /// <summary>The lifetime to ask for in days; 0 leaves it to the CA.</summary>
    [Parameter(ParameterSetName = EditSet)]
    [ValidateRange(0, 3650)]
    public int LifetimeDays { get; set; }

    /// <summary>The names that challenge records are delegated to by CNAME, one for all names or one for each. An empty text takes them away.</summary>
    [Parameter(ParameterSetName = EditSet)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public string[]? DnsAlias { get; set; }

    /// <summary>Renames the order in the profile.</summary>
    [Parameter(ParameterSetName = EditSet)]
    [ValidateFriendlyName]
    public string? NewName { get; set; }

    /// <summary>The subject of future certificate requests, such as CN=example.com,O=Example.</summary>
    [Parameter(ParameterSetName = EditSet)]
    public string? Subject { get; set; }

    /// <summary>The friendly name that Windows shows for the certificate.</summary>
    [Parameter(ParameterSetName = EditSet)]
    public string? FriendlyName { get; set; }

    /// <summary>The password of the PFX files. PfxPassSecure keeps it out of the command history.</summary>
    [Parameter(ParameterSetName = EditSet)]
    [ValidateNotNullOrEmpty]
    public string? PfxPass { get; set; }

    /// <summary>The password of the PFX files as a SecureString; it goes before PfxPass.</summary>
    [Parameter(ParameterSetName = EditSet)]
    [ValidateNotNull]
    [SecureText]
    public SecureString? PfxPassSecure { get; set; }

    /// <summary>Writes no PFX files, and takes away those that are there. -NoPfx:$false writes them again.</summary>
    [Parameter(ParameterSetName = EditSet)]
    public SwitchParameter NoPfx { get; set; }

    /// <summary>Encrypts the private key with this password, or with another than before (PKCS#8, AES-256). Posh-ACME cannot read an encrypted key. Where the password that is kept was lost, give the key's present one.</summary>
    [Parameter(ParameterSetName = EditSet)]
    [ValidateNotNull]
    [SecureText]
    public SecureString? KeyPassSecure { get; set; }

    /// <summary>Writes the private key without encryption again.</summary>
    [Parameter(ParameterSetName = EditSet)]
    public SwitchParameter RemoveKeyPass { get; set; }

    /// <summary>Kept for scripts: PFX files are always written in definite-length DER.</summary>
    [Parameter(ParameterSetName = EditSet)]
    public SwitchParameter UsePfxDerEncoding { get; set; }

    /// <summary>Encrypts the PFX files with AES-256 instead of 3DES. Windows Server 2016 and older cannot read that.</summary>
    [Parameter(ParameterSetName = EditSet)]
    public SwitchParameter UseModernPfxEncryption { get; set; }

    /// <summary>Puts future certificates into a certificate store of the system when they are complete. Install-PACertificate does it with the present one.</summary>
    [Parameter(ParameterSetName = EditSet)]
    public SwitchParameter Install { get; set; }

    /// <summary>Whose store Install puts the certificate into: the machine's, which only Windows has, or the user's.</summary>
    [Parameter(ParameterSetName = EditSet)]
    [ValidateSet("LocalMachine", "CurrentUser")]
    public string? StoreLocation { get; set; }

    /// <summary>The store that Install puts the certificate into; My is shown as Personal.</summary>
    [Parameter(ParameterSetName = EditSet)]
    [ValidateNotNullOrEmpty]
    public string? StoreName { get; set; }

    /// <summary>Has Install import the key so that it cannot be taken out of the store again.</summary>
    [Parameter(ParameterSetName = EditSet)]
    public SwitchParameter NotExportable { get; set; }

    /// <summary>What the certificate is made for. Exchange: PFX files that Windows imports for Exchange, with a random password in place of none or the default, a common name, and for future certificates the CA's profile classic where it has one. The key must be RSA.</summary>
    [Parameter(ParameterSetName = EditSet)]
    [ValidateSet("None", "Exchange")]
    public string? Target { get; set; }

    /// <summary>Obliges servers that use future certificates to staple an OCSP response.</summary>
    [Parameter(ParameterSetName = EditSet)]
    public SwitchParameter OCSPMustStaple { get; set; }

    /// <summary>The longest time, in seconds, to wait until all authoritative name servers have the records; 0 does not look at DNS at all.</summary>
    [Parameter(ParameterSetName = EditSet)]
    [ValidateRange(0, int.MaxValue)]
    public int DnsSleep { get; set; }

    /// <summary>How DnsSleep is meant. Check asks the name servers and goes on as soon as all of them have the records. Fixed asks nobody and always waits the whole time.</summary>
    [Parameter(ParameterSetName = EditSet)]
    [ValidateSet("Check", "Fixed")]
    public string? DnsWait { get; set; }

    /// <summary>The name servers to ask for the records, each as host or host:port, instead of the authoritative ones: where this machine reaches no others, or sees another zone than the CA. An empty list goes back to those.</summary>
    [Parameter(ParameterSetName = EditSet)]
    [AllowEmptyCollection]
    public string[]? DnsServer { get; set; }

    /// <summary>The kind of DNS challenge to use. With dns-persist-01 nothing is published: the record of Publish-DnsPersistChallenge must be there.</summary>
    [Parameter(ParameterSetName = EditSet)]
    [ValidateSet("dns-01", "dns-account-01", "dns-persist-01")]
    public string? DnsVariant { get; set; }

    /// <summary>Seconds to wait for the CA's validation.</summary>
    [Parameter(ParameterSetName = EditSet)]
    [ValidateRange(0, int.MaxValue)]
    public int ValidationTimeout { get; set; }

    /// <summary>The common name of an issuer: of the chains that the CA offered, the one with this issuer nearest its root is used. An empty text goes back to the CA's default.</summary>
    [Parameter(ParameterSetName = EditSet)]
    [AllowEmptyString]
    public string? PreferredChain { get; set; }

    /// <summary>Makes a new key at every renewal.</summary>
    [Parameter(ParameterSetName = EditSet)]
    public SwitchParameter AlwaysNewKey { get; set; }

    /// <summary>Validates one name after the other.</summary>
    [Parameter(ParameterSetName = EditSet)]
    public SwitchParameter UseSerialValidation { get; set; }

    /// <summary>One of the certificate profiles that the CA offers, for future certificates. An empty text goes back to the CA's default.</summary>
    [Parameter(ParameterSetName = EditSet)]
    [AllowEmptyString]
    [ArgumentCompleter(typeof(CertificateProfileCompleter))]
    public string? Profile { get; set; }

    private protected override string? GivenName => Name;

    private protected override async Task ProcessOrderAsync(StoredServer server, StoredAccount account, StoredOrder order, CancellationToken cancellationToken)
    {
        if (RevokeCert)
        {
            await RevokeAsync(server, account, order, cancellationToken).ConfigureAwait(false);
            return;
        }

        var service = new OrderService(Session);
        if (IsEdited() && await ShouldProcessAsync(order.Name, "Change the order").ConfigureAwait(false))
        {
            await service.EditAsync(server, account, order, MakeChanges(), cancellationToken).ConfigureAwait(false);
        }

        if (NewName is not null && !string.Equals(NewName, order.Name, StringComparison.Ordinal)
            && await ShouldProcessAsync(order.Name, $"Rename to '{NewName}'").ConfigureAwait(false))
        {
            await service.RenameAsync(account, order, NewName, cancellationToken).ConfigureAwait(false);
        }

        if (!NoSwitch && (MainDomain ?? Name) is not null && await ShouldProcessAsync(order.Name, "Make it the current order").ConfigureAwait(false))
        {
            await service.SwitchAsync(account, order, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task RevokeAsync(StoredServer server, StoredAccount account, StoredOrder order, CancellationToken cancellationToken)
    {
        var service = new RevocationService(Session);
        if (service.CanRevoke(order)
            && await ShouldProcessAsync(order.Name, "Revoke the certificate").ConfigureAwait(false)
            && (Force || await ShouldContinueAsync(
                $"Are you sure you wish to revoke the certificate for order '{order.Name}'?",
                "Revoking a certificate is irreversible and may immediately break any services using it.").ConfigureAwait(false)))
        {
            await service.RevokeAsync(server, account, order, (int)RevocationReasons.Unspecified, cancellationToken).ConfigureAwait(false);
        }
    }

    private bool IsEdited()
        => MyInvocation.BoundParameters.Keys.Any(name => name is nameof(Plugin) or nameof(PluginArgs) or nameof(PluginPath) or nameof(PreferPluginScript) or nameof(LifetimeDays) or nameof(DnsAlias)
            or nameof(Subject) or nameof(FriendlyName) or nameof(PfxPass) or nameof(PfxPassSecure) or nameof(UseModernPfxEncryption)
            or nameof(UsePfxDerEncoding) or nameof(NoPfx) or nameof(KeyPassSecure) or nameof(RemoveKeyPass)
            or nameof(Install) or nameof(StoreLocation) or nameof(StoreName) or nameof(NotExportable) or nameof(Target) or nameof(OCSPMustStaple) or nameof(DnsSleep) or nameof(DnsWait) or nameof(DnsServer) or nameof(DnsVariant) or nameof(ValidationTimeout)
            or nameof(PreferredChain) or nameof(AlwaysNewKey) or nameof(UseSerialValidation) or nameof(Profile));

    private OrderChanges MakeChanges() => new()
    {
        Plugin = Plugin,
        PluginArgs = PluginArgsInput.Read(PluginArgs),
        PluginPath = IsGiven(nameof(PluginPath)) ? PluginPath ?? [] : null,
        PreferPluginScript = Given(nameof(PreferPluginScript), PreferPluginScript.IsPresent),
        LifetimeDays = Given(nameof(LifetimeDays), LifetimeDays),
        DnsAlias = IsGiven(nameof(DnsAlias)) ? DnsAlias ?? [] : null,
        Subject = Subject,
        FriendlyName = FriendlyName,
        PfxPassword = PfxPassSecure is null ? PfxPass : SecretInput.Reveal(PfxPassSecure),
        UseModernPfxEncryption = Given(nameof(UseModernPfxEncryption), UseModernPfxEncryption.IsPresent),
        UsePfxDerEncoding = Given(nameof(UsePfxDerEncoding), UsePfxDerEncoding.IsPresent),
        NoPfx = Given(nameof(NoPfx), NoPfx.IsPresent),
        KeyPassword = KeyPassSecure is null ? null : SecretInput.Reveal(KeyPassSecure),
        RemoveKeyPassword = RemoveKeyPass,
        Install = Given(nameof(Install), Install.IsPresent),
        InstallStoreLocation = StoreLocation is null ? null : StoreInput.ReadLocation(StoreLocation),
        InstallStoreName = StoreName,
        InstallNotExportable = Given(nameof(NotExportable), NotExportable.IsPresent),
        Target = Target is null ? null : StoreInput.ReadTarget(Target),
        MustStaple = Given(nameof(OCSPMustStaple), OCSPMustStaple.IsPresent),
        DnsSleep = Given(nameof(DnsSleep), DnsSleep),
        DnsWait = DnsWait is null ? null : DnsWaitInput.ReadMode(DnsWait),
        DnsServer = IsGiven(nameof(DnsServer)) ? DnsWaitInput.ReadServers(DnsServer) : null,
        DnsVariant = DnsVariant,
        ValidationTimeout = Given(nameof(ValidationTimeout), ValidationTimeout),
        PreferredChain = PreferredChain,
        AlwaysNewKey = Given(nameof(AlwaysNewKey), AlwaysNewKey.IsPresent),
        UseSerialValidation = Given(nameof(UseSerialValidation), UseSerialValidation.IsPresent),
        Profile = Profile,
    };

    private T? Given<T>(string name, T value)
        where T : struct
        => IsGiven(name) ? value : null;

    private bool IsGiven(string name) => MyInvocation.BoundParameters.ContainsKey(name);
}
