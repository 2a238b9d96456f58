using System.Collections;
using System.Management.Automation;
using System.Security;
using PoshAcmeSharp.PowerShell.Infrastructure;

namespace PoshAcmeSharp.PowerShell.Orders;

/// <content>The parameters.</content>
public sealed partial class NewPAOrderCommand
{
    /// <summary>The names: domains, wildcards, international names, IP addresses. The first one is the main domain.</summary>
    [Parameter(ParameterSetName = ScratchSet, Mandatory = true, Position = 0)]
    [Parameter(ParameterSetName = ImportSet, Mandatory = true, Position = 0)]
    public string[]? Domain { get; set; }

    /// <summary>A certificate signing request: the path of its file (PEM, base64, base64url or DER), or its text as PEM, base64 or base64url.</summary>
    [Parameter(ParameterSetName = CsrSet, Mandatory = true, Position = 0)]
    [Alias("CSRString")]
    [ValidateNotNullOrEmpty]
    public string? CSRPath { get; set; }

    /// <summary>The kind and size of the certificate's key: ec-256, ec-384, ec-521, or 2048 to 4096 bits of RSA in steps of 128.</summary>
    [Parameter(ParameterSetName = ScratchSet, Position = 1)]
    [ValidateKeyLength]
    [ArgumentCompleter(typeof(KeyLengthCompleter))]
    [PSDefaultValue(Value = "2048")]
    public string KeyLength { get; set; } = "2048";

    /// <summary>A file with a private key in PEM for the certificate. One that is encrypted needs its password in KeyPassSecure.</summary>
    [Parameter(ParameterSetName = ImportSet, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string? KeyFile { get; set; }

    /// <summary>The name of the order in the profile: letters, digits, - . _ ! Without it, the main domain with ! for *.</summary>
    [Parameter]
    [ValidateFriendlyName]
    public string? Name { get; set; }

    /// <summary>The plugins that publish challenges for this order, one for all names or one for each. They are used by commands that validate by themselves.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(PluginCompleter))]
    public string[]? Plugin { get; set; }

    /// <summary>The arguments of the plugins. They are kept with the order, secrets encrypted and relative paths of the module's own plugins as full ones. Names may have arguments of their own: @{ '*.example.com' = @{ ... }; 'default' = @{ ... } }.</summary>
    [Parameter]
    public Hashtable? PluginArgs { get; set; }

    /// <summary>Folders of plugin scripts to look for plugins in, before those of POSHACME_PLUGINS and of an installed Posh-ACME. Their full paths are kept with the order and used at renewals: who can write there decides what runs.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? PluginPath { get; set; }

    /// <summary>Takes the script where the module has a plugin of the same name. That is kept with the order.</summary>
    [Parameter]
    public SwitchParameter PreferPluginScript { get; set; }

    /// <summary>The lifetime to ask for in days; 0 leaves it to the CA. Many CAs refuse it.</summary>
    [Parameter]
    [ValidateRange(0, 3650)]
    public int LifetimeDays { get; set; }

    /// <summary>The names that challenge records are delegated to by CNAME, one for all names or one for each.</summary>
    [Parameter]
    public string[]? DnsAlias { get; set; }

    /// <summary>Obliges servers that use the certificate to staple an OCSP response.</summary>
    [Parameter(ParameterSetName = ScratchSet)]
    [Parameter(ParameterSetName = ImportSet)]
    public SwitchParameter OCSPMustStaple { get; set; }

    /// <summary>Makes a new key at every renewal.</summary>
    [Parameter(ParameterSetName = ScratchSet)]
    [Parameter(ParameterSetName = ImportSet)]
    public SwitchParameter AlwaysNewKey { get; set; }

    /// <summary>The subject of the certificate request, such as CN=example.com,O=Example. Most CAs use only the CN.</summary>
    [Parameter(ParameterSetName = ScratchSet)]
    [Parameter(ParameterSetName = ImportSet)]
    public string? Subject { get; set; }

    /// <summary>The friendly name that Windows shows for the certificate. Without it, the main domain.</summary>
    [Parameter(ParameterSetName = ScratchSet)]
    [Parameter(ParameterSetName = ImportSet)]
    public string? FriendlyName { get; set; }

    /// <summary>The password of the PFX files. PfxPassSecure keeps it out of the command history.</summary>
    [Parameter(ParameterSetName = ScratchSet)]
    [Parameter(ParameterSetName = ImportSet)]
    [PSDefaultValue(Value = "poshacme")]
    public string PfxPass { get; set; } = "poshacme";

    /// <summary>The password of the PFX files as a SecureString; it goes before PfxPass.</summary>
    [Parameter(ParameterSetName = ScratchSet)]
    [Parameter(ParameterSetName = ImportSet)]
    [SecureText]
    public SecureString? PfxPassSecure { get; set; }

    /// <summary>Writes no PFX files; those of an earlier certificate go when the new one is complete. An order that takes the place of another keeps this unless it is given (-NoPfx:$false).</summary>
    [Parameter(ParameterSetName = ScratchSet)]
    [Parameter(ParameterSetName = ImportSet)]
    public SwitchParameter NoPfx { get; set; }

    /// <summary>Keeps the private key encrypted with this password (PKCS#8, AES-256). Posh-ACME cannot read an encrypted key. The password is kept for renewals, itself encrypted like plugin arguments; an order that takes the place of another keeps its password unless another one is given.</summary>
    [Parameter(ParameterSetName = ScratchSet)]
    [Parameter(ParameterSetName = ImportSet)]
    [ValidateNotNull]
    [SecureText]
    public SecureString? KeyPassSecure { get; set; }

    /// <summary>Encrypts the PFX files with AES-256 instead of 3DES. Windows Server 2016 and older cannot read that.</summary>
    [Parameter(ParameterSetName = ScratchSet)]
    [Parameter(ParameterSetName = ImportSet)]
    public SwitchParameter UseModernPfxEncryption { get; set; }

    /// <summary>Kept for scripts: PFX files are always written in definite-length DER.</summary>
    [Parameter(ParameterSetName = ScratchSet)]
    [Parameter(ParameterSetName = ImportSet)]
    public SwitchParameter UsePfxDerEncoding { get; set; }

    /// <summary>Puts the certificate into a certificate store of the system when it is complete, and each renewed one too. Where that fails, an error says how to do it by hand; the certificate is complete all the same.</summary>
    [Parameter(ParameterSetName = ScratchSet)]
    [Parameter(ParameterSetName = ImportSet)]
    public SwitchParameter Install { get; set; }

    /// <summary>Whose store Install puts the certificate into: the machine's, which only Windows has, or the user's.</summary>
    [Parameter(ParameterSetName = ScratchSet)]
    [Parameter(ParameterSetName = ImportSet)]
    [ValidateSet("LocalMachine", "CurrentUser")]
    [PSDefaultValue(Value = "LocalMachine")]
    public string StoreLocation { get; set; } = "LocalMachine";

    /// <summary>The store that Install puts the certificate into; My is shown as Personal.</summary>
    [Parameter(ParameterSetName = ScratchSet)]
    [Parameter(ParameterSetName = ImportSet)]
    [ValidateNotNullOrEmpty]
    [PSDefaultValue(Value = "My")]
    public string StoreName { get; set; } = "My";

    /// <summary>Has Install import the key so that it cannot be taken out of the store again.</summary>
    [Parameter(ParameterSetName = ScratchSet)]
    [Parameter(ParameterSetName = ImportSet)]
    public SwitchParameter NotExportable { get; set; }

    /// <summary>What the certificate is made for. Exchange: an RSA key, a PFX file that Windows imports for Exchange, with a random password unless one is given, a common name, and the CA's profile classic where it has one and none is given.</summary>
    [Parameter]
    [ValidateSet("None", "Exchange")]
    [PSDefaultValue(Value = "None")]
    public string Target { get; set; } = "None";

    /// <summary>Validates one name after the other.</summary>
    [Parameter]
    public SwitchParameter UseSerialValidation { get; set; }

    /// <summary>The longest time, in seconds, to wait until all authoritative name servers have the records; 0 does not look at DNS at all.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    [PSDefaultValue(Value = 120)]
    public int DnsSleep { get; set; } = 120;

    /// <summary>How DnsSleep is meant. Check asks the name servers and goes on as soon as all of them have the records. Fixed asks nobody and always waits the whole time.</summary>
    [Parameter]
    [ValidateSet("Check", "Fixed")]
    [PSDefaultValue(Value = "Check")]
    public string DnsWait { get; set; } = "Check";

    /// <summary>The name servers to ask for the records, each as host or host:port, instead of the authoritative ones: where this machine reaches no others, or sees another zone than the CA.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? DnsServer { get; set; }

    /// <summary>The kind of DNS challenge to use. With dns-persist-01 nothing is published: the record of Publish-DnsPersistChallenge must be there.</summary>
    [Parameter]
    [ValidateSet("dns-01", "dns-account-01", "dns-persist-01")]
    public string DnsVariant { get; set; } = string.Empty;

    /// <summary>Seconds to wait for the CA's validation.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    [PSDefaultValue(Value = 60)]
    public int ValidationTimeout { get; set; } = 60;

    /// <summary>The common name of an issuer: of the chains that the CA offers, the one with this issuer nearest its root is used.</summary>
    [Parameter]
    public string? PreferredChain { get; set; }

    /// <summary>Does not ask when an order that is unfinished or not yet due is in the way.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>The ARIId of the certificate that the new one replaces (RFC 9773).</summary>
    [Parameter]
    public string? ReplacesCert { get; set; }

    /// <summary>One of the certificate profiles that the CA offers.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(CertificateProfileCompleter))]
    public string? Profile { get; set; }
}
