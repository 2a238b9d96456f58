using System.Collections;
using System.Management.Automation;
using System.Security;
using PoshAcmeSharp.PowerShell.Infrastructure;

namespace PoshAcmeSharp.PowerShell.Certificates;

/// <content>The parameters.</content>
public sealed partial class NewPACertificateCommand
{
    /// <summary>The names: domains, wildcards, international names, IP addresses. The first one is the main domain. From the pipeline, each object is an order of its own: one name, an array of names, or a row with a property Domain.</summary>
    [Parameter(ParameterSetName = ScratchSet, Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Parameter(ParameterSetName = CsrProviderSet, Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [DomainList]
    public string[]? Domain { get; set; }

    /// <summary>A certificate signing request: the path of its file, or its text as PEM or base64url.</summary>
    [Parameter(ParameterSetName = CsrSet, Mandatory = true, Position = 0)]
    [Alias("CSRString")]
    [ValidateNotNullOrEmpty]
    public string? CSRPath { get; set; }

    /// <summary>A script that gives a fresh certificate signing request when a new order is made: as PEM, base64url, DER, or the path of a file. It gets an object with Name, MainDomain and SANs as its argument and as $_. The names in the request must be those of Domain.</summary>
    [Parameter(ParameterSetName = CsrProviderSet, Mandatory = true)]
    public ScriptBlock? CsrProvider { get; set; }

    /// <summary>The name of the order in the profile: letters, digits, - . _ ! Without it, the main domain with ! for *.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateFriendlyName]
    public string? Name { get; set; }

    /// <summary>Mail addresses for the CA to write to. The account must have these; one that has is chosen, or a new one is made.</summary>
    [Parameter]
    [AllowEmptyCollection]
    public string[]? Contact { get; set; }

    /// <summary>The kind and size of the certificate's key: ec-256, ec-384, ec-521, or 2048 to 4096 bits of RSA in steps of 128.</summary>
    [Parameter(ParameterSetName = ScratchSet, ValueFromPipelineByPropertyName = true)]
    [ValidateKeyLength]
    [ArgumentCompleter(typeof(KeyLengthCompleter))]
    [PSDefaultValue(Value = "2048")]
    public string CertKeyLength { get; set; } = "2048";

    /// <summary>Makes a new key at every renewal.</summary>
    [Parameter(ParameterSetName = ScratchSet)]
    public SwitchParameter AlwaysNewKey { get; set; }

    /// <summary>Agrees to the CA's terms of service; needed when a new account is made.</summary>
    [Parameter]
    public SwitchParameter AcceptTOS { get; set; }

    /// <summary>The kind and size of the account's key: ec-256, ec-384, ec-521, or 2048 to 4096 bits of RSA in steps of 128. The account must have such a key; one that has is chosen, or a new one is made.</summary>
    [Parameter]
    [ValidateKeyLength]
    [ArgumentCompleter(typeof(KeyLengthCompleter))]
    [PSDefaultValue(Value = "ec-256")]
    public string AccountKeyLength { get; set; } = "ec-256";

    /// <summary>The directory URL or well-known name of the ACME server, which becomes the current one. Without it the current server is used, and LE_PROD only in a profile that has no server yet.</summary>
    [Parameter]
    [Alias("location")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(DirectoryUrlCompleter))]
    [PSDefaultValue(Value = "LE_PROD")]
    public string DirectoryUrl { get; set; } = "LE_PROD";

    /// <summary>The plugins that publish the challenges, one for all names or one for each; the last one repeats. Without it Manual, which shows what to publish.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("DnsPlugin")]
    [ArgumentCompleter(typeof(PluginCompleter))]
    public string[]? Plugin { get; set; }

    /// <summary>The arguments of the plugins. They are checked before the CA is asked for anything, kept with the order, secrets encrypted and relative paths of the module's own plugins as full ones, and used again at renewals. Names may have arguments of their own: @{ '*.example.com' = @{ ... }; 'default' = @{ ... } }.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
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

    /// <summary>The names of the records to publish instead, where CNAMEs of the challenge records lead: one for all names or one for each; the last one repeats.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public string[]? DnsAlias { get; set; }

    /// <summary>Obliges servers that use the certificate to staple an OCSP response.</summary>
    [Parameter(ParameterSetName = ScratchSet)]
    public SwitchParameter OCSPMustStaple { get; set; }

    /// <summary>The subject of the certificate request, such as CN=example.com,O=Example. Most CAs use only the CN.</summary>
    [Parameter(ParameterSetName = ScratchSet)]
    public string? Subject { get; set; }

    /// <summary>The friendly name that Windows shows for the certificate. Without it, the main domain.</summary>
    [Parameter(ParameterSetName = ScratchSet, ValueFromPipelineByPropertyName = true)]
    public string? FriendlyName { get; set; }

    /// <summary>The password of the PFX files. PfxPassSecure keeps it out of the command history.</summary>
    [Parameter(ParameterSetName = ScratchSet)]
    [PSDefaultValue(Value = "poshacme")]
    public string PfxPass { get; set; } = "poshacme";

    /// <summary>The password of the PFX files as a SecureString; it goes before PfxPass.</summary>
    [Parameter(ParameterSetName = ScratchSet)]
    [SecureText]
    public SecureString? PfxPassSecure { get; set; }

    /// <summary>Encrypts the PFX files with AES-256 instead of 3DES. Windows Server 2016 and older cannot read that.</summary>
    [Parameter(ParameterSetName = ScratchSet)]
    public SwitchParameter UseModernPfxEncryption { get; set; }

    /// <summary>Kept for scripts: PFX files are always written in definite-length DER.</summary>
    [Parameter(ParameterSetName = ScratchSet)]
    public SwitchParameter UsePfxDerEncoding { get; set; }

    /// <summary>Writes no PFX files; those of an earlier certificate go when the new one is complete.</summary>
    [Parameter(ParameterSetName = ScratchSet)]
    public SwitchParameter NoPfx { get; set; }

    /// <summary>Keeps the private key encrypted with this password (PKCS#8, AES-256). Posh-ACME cannot read an encrypted key. The password is kept for renewals, itself encrypted like plugin arguments.</summary>
    [Parameter(ParameterSetName = ScratchSet)]
    [ValidateNotNull]
    [SecureText]
    public SecureString? KeyPassSecure { get; set; }

    /// <summary>Puts the certificate into a certificate store of the system when it is complete, and each renewed one too. Where that fails, an error says how to do it by hand; the certificate is complete all the same.</summary>
    [Parameter(ParameterSetName = ScratchSet)]
    public SwitchParameter Install { get; set; }

    /// <summary>Whose store Install puts the certificate into: the machine's, which only Windows has, or the user's.</summary>
    [Parameter(ParameterSetName = ScratchSet)]
    [ValidateSet("LocalMachine", "CurrentUser")]
    [PSDefaultValue(Value = "LocalMachine")]
    public string StoreLocation { get; set; } = "LocalMachine";

    /// <summary>The store that Install puts the certificate into; My is shown as Personal.</summary>
    [Parameter(ParameterSetName = ScratchSet)]
    [ValidateNotNullOrEmpty]
    [PSDefaultValue(Value = "My")]
    public string StoreName { get; set; } = "My";

    /// <summary>Has Install import the key so that it cannot be taken out of the store again.</summary>
    [Parameter(ParameterSetName = ScratchSet)]
    public SwitchParameter NotExportable { get; set; }

    /// <summary>What the certificate is made for. Exchange: an RSA key, a PFX file that Windows imports for Exchange, with a random password unless one is given, a common name, and the CA's profile classic where it has one and none is given.</summary>
    [Parameter]
    [ValidateSet("None", "Exchange")]
    [PSDefaultValue(Value = "None")]
    public string Target { get; set; } = "None";

    /// <summary>Validates one name after the other.</summary>
    [Parameter]
    public SwitchParameter UseSerialValidation { get; set; }

    /// <summary>Makes a new order also when the certificate is not yet due, or an order is unfinished.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

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

    /// <summary>The ARIId of the certificate that the new one replaces (RFC 9773). Without it, that of the order's present certificate.</summary>
    [Parameter]
    public string? ReplacesCert { get; set; }

    /// <summary>One of the certificate profiles that the CA offers.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(CertificateProfileCompleter))]
    public string? Profile { get; set; }

    /// <summary>A script to run with each new certificate, which it gets as $_ and as its argument, such as { $_ | Install-PACertificate }. While it fails it runs again at each call of this command or Submit-Renewal with OnRenewed, until it has run to its end. It is not kept; what it writes goes to the information stream.</summary>
    [Parameter]
    public ScriptBlock? OnRenewed { get; set; }

    /// <summary>How many orders are worked on at once when several come from the pipeline.</summary>
    [Parameter]
    [ValidateRange(1, 64)]
    [PSDefaultValue(Value = 4)]
    public int ThrottleLimit { get; set; } = 4;
}
