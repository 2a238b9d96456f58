using System.Management.Automation;
using PoshAcmeSharp.Deployment;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.PowerShell.Infrastructure;
using PoshAcmeSharp.PowerShell.Objects;

namespace PoshAcmeSharp.PowerShell.Certificates;

/// <summary>Puts a certificate with its key and chain into a certificate store of Windows.</summary>
/// <remarks>
/// <para>The file fullchain.pfx is imported; the intermediates of the chain go into the store of intermediate authorities (CA). No root is made trusted. A certificate that is in the store with its key already is left as it is.</para>
/// <para>The store of the machine needs administrator rights. Other systems than Windows have none for certificates with keys, which is an error there; the store of the user is there for .NET programs of that user.</para>
/// <para>An order with NoPfx has no file to install from.</para>
/// </remarks>
/// <example>
/// <code>Get-PACertificate www.example.com | Install-PACertificate</code>
/// <para>Installs a certificate for the machine.</para>
/// </example>
/// <example>
/// <code>Install-PACertificate -StoreLocation CurrentUser -NotExportable</code>
/// <para>Installs the certificate of the current order for the user alone; its key cannot be taken out of the store.</para>
/// </example>
/// <example>
/// <code>Get-PACertificate www.example.com | Install-PACertificate -FriendlyName 'Web server' -PassThru</code>
/// <para>Installs a certificate under another name, and shows its thumbprint and whether it was there already.</para>
/// </example>
/// <seealso cref="GetPACertificateCommand"/>
[Cmdlet(VerbsLifecycle.Install, "PACertificate", SupportsShouldProcess = true)]
[OutputType(TypeNames.InstalledCertificate)]
public sealed class InstallPACertificateCommand : ProfileCommand
{
    /// <summary>A certificate from Get-PACertificate. Without it, that of the current order.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    public PSObject? PACertificate { get; set; }

    /// <summary>The stores of the machine or of the user.</summary>
    [Parameter(Position = 1)]
    [ValidateSet("LocalMachine", "CurrentUser")]
    [PSDefaultValue(Value = "LocalMachine")]
    public string StoreLocation { get; set; } = "LocalMachine";

    /// <summary>The store for the certificate; My is shown as Personal.</summary>
    [Parameter(Position = 2)]
    [ValidateNotNullOrEmpty]
    [PSDefaultValue(Value = "My")]
    public string StoreName { get; set; } = "My";

    /// <summary>Imports the key so that it cannot be taken out of the store again.</summary>
    [Parameter]
    public SwitchParameter NotExportable { get; set; }

    /// <summary>The name that Windows shows for the certificate in the store. Without it, the friendly name in the PFX file. Other systems keep none.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? FriendlyName { get; set; }

    /// <summary>Writes an object that tells what was installed where, and whether it was there already.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override bool ContinuesAfterErrors => PACertificate is not null;

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var certificate = CertificateInput.Read(PACertificate ?? Current());
        if (await ShouldProcessAsync(certificate.Subject, $"Install the certificate into {StoreLocation}\\{StoreName}").ConfigureAwait(false))
        {
            var installed = new CertificateInstaller(Reporter).Install(certificate.ToInstallation(
                await ResolveAsync(certificate.PfxPath).ConfigureAwait(false),
                await ResolveAsync(certificate.ChainPath).ConfigureAwait(false)) with
            {
                Location = StoreInput.ReadLocation(StoreLocation),
                StoreName = StoreName,
                Exportable = !NotExportable,
                FriendlyName = FriendlyName,
            });
            if (PassThru)
            {
                WriteObject(OutputObjects.From(installed));
            }
        }
    }

    private PSObject Current()
    {
        var server = Session.RequireServer();
        var account = Session.RequireAccount(server);
        var order = new OrderService(Session).Require(account, null);
        return new CertificateService(Session).Read(order) is { } certificate
            ? OutputObjects.From(certificate)
            : throw new PoshAcmeException(
                "NoCertificate",
                ErrorKind.NotFound,
                "No certificate found for current order.",
                "Get-PACertificate -List shows the certificates of the account.");
    }

    private async Task<string?> ResolveAsync(string? path)
        => path is null ? null : await ResolveFilePathAsync(path).ConfigureAwait(false);
}
