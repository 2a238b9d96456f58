using System.Management.Automation;
using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Deployment;
using PoshAcmeSharp.Deployment.Iis;
using PoshAcmeSharp.PowerShell.Infrastructure;
using PoshAcmeSharp.PowerShell.Objects;

namespace PoshAcmeSharp.PowerShell.Deployment;

/// <summary>Brings a certificate to https bindings of an IIS site.</summary>
/// <remarks>
/// <para>Run it on the web server, as administrator: as the script of OnRenewed, or daily behind Submit-Renewal. A binding that has the certificate is left as it is. One with another certificate gets this one in place, without a moment without a certificate, and keeps its flags; one that is not there is added. IIS is never restarted.</para>
/// <para>A certificate from the pipeline is installed first, with its key and chain, into the store of the machine; one that is there already is named by Thumbprint.</para>
/// <para>The commands of WebAdministration or of IISAdministration 1.1 are used, whichever the session has or can import. In PowerShell 7 Windows runs both in a process beside it. Bindings of WebAdministration cannot be changed from there, so that IISAdministration is needed, or Windows PowerShell.</para>
/// <para>Without Server Name Indication Windows keeps one certificate for an address and port. Where bindings that were not asked for share it with another certificate, that is an error that names them, unless Force is given. Only bindings of IIS are looked at: other services may use a certificate too, which RemoveOld does not know.</para>
/// <para>For each binding an object is written with its status (Done, AlreadyDone, Failed, WhatIf) and its steps; one that failed is an error too, after all have been tried. With -WhatIf the bindings are read, so that every step is shown. Nothing waits for an answer.</para>
/// </remarks>
/// <example>
/// <code>Get-PACertificate www.example.com | Set-IISCertificate</code>
/// <para>Installs a certificate and gives it to port 443 of the Default Web Site.</para>
/// </example>
/// <example>
/// <code>$sites = @{ Site = 'Shop'; HostHeader = 'shop.example.com', 'www.example.com' }
/// Submit-Renewal -AllOrders -OnRenewed { $_ | Set-IISCertificate @sites -RemoveOld }</code>
/// <para>Renews what is due, gives a new certificate to two bindings with host names, and removes the one that it follows.</para>
/// </example>
/// <example>
/// <code>Set-IISCertificate -Thumbprint 5F3CEF3A1D65D7A0A33E14A6E6C3D4B5A2F1E0D9 -Port 8443 -WhatIf</code>
/// <para>Shows what it would do to bind a certificate from the store of the machine.</para>
/// </example>
/// <seealso cref="Certificates.InstallPACertificateCommand"/>
/// <seealso cref="Renewals.SubmitRenewalCommand"/>
/// <seealso href="https://learn.microsoft.com/iis/manage/configuring-security/how-to-set-up-ssl-on-iis"/>
[Cmdlet(VerbsCommon.Set, "IISCertificate", DefaultParameterSetName = CertificateSet, SupportsShouldProcess = true)]
[OutputType(TypeNames.IisDeployment)]
public sealed class SetIISCertificateCommand : ProfileCommand
{
    private const string CertificateSet = "Certificate";
    private const string ThumbprintSet = "Thumbprint";
    private const string ShownBy = "Get-ChildItem Cert:\\LocalMachine\\My";
    private const int HighestPort = 65535;

    private static readonly TimeSpan ReplacementWait = TimeSpan.FromSeconds(30);

    private readonly List<IisBindingDeployment> _failures = [];

    /// <summary>A certificate from Get-PACertificate, New-PACertificate or Submit-Renewal.</summary>
    [Parameter(ParameterSetName = CertificateSet, Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [ValidateNotNull]
    public PSObject? PACertificate { get; set; }

    /// <summary>The thumbprint of a certificate that the store of the machine has with its key, in My or WebHosting.</summary>
    [Parameter(ParameterSetName = ThumbprintSet, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string Thumbprint { get; set; } = string.Empty;

    /// <summary>The name of the site.</summary>
    [Parameter]
    [Alias("SiteName")]
    [ValidateNotNullOrEmpty]
    [PSDefaultValue(Value = "Default Web Site")]
    public string Site { get; set; } = "Default Web Site";

    /// <summary>The port.</summary>
    [Parameter]
    [ValidateRange(1, HighestPort)]
    [PSDefaultValue(Value = 443)]
    public int Port { get; set; } = 443;

    /// <summary>The IP address that the binding listens to; * for all.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [PSDefaultValue(Value = "*")]
    public string IPAddress { get; set; } = "*";

    /// <summary>The host names, one binding for each. Without it, the binding without a host name.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] HostHeader { get; set; } = [];

    /// <summary>Whether a new binding requires Server Name Indication. Without it, one with a host name does. A binding that is there keeps what it has.</summary>
    [Parameter]
    public SwitchParameter RequireSni { get; set; }

    /// <summary>The store of the machine for the certificate. Without it, My; for Thumbprint the one of My and WebHosting that has it.</summary>
    [Parameter]
    [ValidateSet("My", "WebHosting")]
    [PSDefaultValue(Value = "My")]
    public string StoreName { get; set; } = "My";

    /// <summary>Imports the key so that it cannot be taken out of the store again.</summary>
    [Parameter(ParameterSetName = CertificateSet)]
    public SwitchParameter NotExportable { get; set; }

    /// <summary>Removes the certificate that a binding had before from the store, when it has the same names, is not self-signed, and no binding uses it. One that stays is told in the steps.</summary>
    [Parameter]
    [Alias("RemoveOldCert")]
    public SwitchParameter RemoveOld { get; set; }

    /// <summary>Gives the certificate also to bindings that share address and port with the one that was asked for.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override bool ContinuesAfterErrors => MyInvocation.ExpectingInput;

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var wish = ParameterSetName == ThumbprintSet
            ? NewWish(CertificateInput.ReadThumbprint(Thumbprint, ShownBy)) with { StoreName = MyInvocation.BoundParameters.ContainsKey(nameof(StoreName)) ? StoreName : null }
            : await ReadCertificateAsync(PACertificate!, cancellationToken).ConfigureAwait(false);
        var session = new IisSession(new SessionCommands(this), OnPipelineThreadAsync, Reporter);
        var deployment = new IisDeployment(session, new MachineStore(Reporter), ShouldProcessAsync, IsWhatIf, SystemClock.Instance);
        foreach (var result in await deployment.RunAsync(wish, cancellationToken).ConfigureAwait(false))
        {
            foreach (var step in result.Steps.Where(s => s.Outcome == StepOutcome.Warning))
            {
                WriteWarning($"{result.Site} {result.Binding}: {step.Message}");
            }

            WriteObject(DeploymentObjects.From(result));
            if (result.Error is not null)
            {
                _failures.Add(result);
            }
        }
    }

    /// <summary>Errors come last: where they end the script, all bindings have been worked on.</summary>
    /// <inheritdoc/>
    protected override Task EndAsync(CancellationToken cancellationToken)
    {
        // One error may concern several bindings.
        foreach (var failures in _failures.GroupBy(f => f.Error!))
        {
            var bindings = string.Join(", ", failures.Select(f => $"'{f.Site}' {f.Binding}"));
            WriteError(ErrorRecords.From($"The certificate was not bound to {bindings}.", failures.Key, bindings));
        }

        return Task.CompletedTask;
    }

    private IisWish NewWish(string thumbprint) => new()
    {
        Site = Site,
        Port = Port,
        IPAddress = IPAddress,
        HostHeaders = HostHeader,
        RequiresSni = MyInvocation.BoundParameters.ContainsKey(nameof(RequireSni)) ? RequireSni.IsPresent : null,
        Thumbprint = thumbprint,
        RemoveOld = RemoveOld,
        TakesShared = Force,
    };

    private async Task<IisWish> ReadCertificateAsync(PSObject given, CancellationToken cancellationToken)
    {
        var certificate = CertificateInput.Read(given);
        var (pfx, chain) = (await ResolveAsync(certificate.PfxPath).ConfigureAwait(false), await ResolveAsync(certificate.ChainPath).ConfigureAwait(false));
        if (pfx is not null && !IsWhatIf && Session.Store.FindOrderIn(Path.GetDirectoryName(pfx)!) is { } order)
        {
            await Session.Store.FinishReplacementAsync(order, ReplacementWait, cancellationToken).ConfigureAwait(false);
        }

        // The files may have another certificate by now than an object that was got a while ago.
        var leaf = await ReadLeafAsync(PSObjects.GetString(given, "CertFile")).ConfigureAwait(false);
        return NewWish(leaf?.Thumbprint ?? CertificateInput.ReadThumbprint(certificate.Thumbprint ?? string.Empty, ShownBy)) with
        {
            NotAfter = leaf?.NotAfter,
            Names = leaf?.AllSans ?? PSObjects.GetStrings(given, "AllSANs"),
            Installation = new CertificateInstallation
            {
                PfxPath = pfx,
                ChainPath = chain,
                Password = certificate.Password,
                StoreName = StoreName,
                Exportable = !NotExportable,
            },
        };
    }

    private async Task<CertificateInfo?> ReadLeafAsync(string? path)
        => path is not null && File.Exists(await ResolveFilePathAsync(path).ConfigureAwait(false))
            ? CertificateInfo.FromPem(await ReadTextFileAsync(path).ConfigureAwait(false))
            : null;

    private async Task<string?> ResolveAsync(string? path)
        => path is null ? null : await ResolveFilePathAsync(path).ConfigureAwait(false);
}
