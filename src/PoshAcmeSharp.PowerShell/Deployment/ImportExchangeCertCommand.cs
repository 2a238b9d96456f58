using System.Globalization;
using System.Management.Automation;
using PoshAcmeSharp.Deployment;
using PoshAcmeSharp.Deployment.Exchange;
using PoshAcmeSharp.PowerShell.Infrastructure;
using PoshAcmeSharp.PowerShell.Objects;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.PowerShell.Deployment;

/// <summary>Imports a certificate into Exchange servers, enables it for services, and binds connectors to it.</summary>
/// <remarks>
/// <para>Run it daily behind Submit-Renewal, in the Exchange Management Shell or in a session that has imported its commands. What was done is remembered with the order, so that for servers that have the certificate nothing of Exchange is called; a server that failed is gone on with where it failed, and stops no other. A certificate from PfxFile or Thumbprint has no order, so its servers are looked at each time.</para>
/// <para>On each server: the certificate is imported unless it is there; it must be valid and have its key; it is enabled for the services. To enable a certificate for SMTP makes it the default SMTP certificate, by which servers encrypt mail among themselves. The former one is therefore enabled again right after it, unless ReplaceDefaultSmtp is given. Where the default cannot be read, SMTP is left undone with an error. This way follows the documentation of Exchange; try it on one server first.</para>
/// <para>Connectors are bound only when they are named, and once all servers have the certificate. They name a certificate by issuer and subject; the CA changes the issuer now and then, so they are compared each time. A certificate without a subject cannot be named.</para>
/// <para>Nothing waits for an answer. For each server an object is written with its status (Done, AlreadyDone, Failed, WhatIf) and its steps; a server that failed is an error too. With -ErrorAction Stop all servers are tried first. With -WhatIf the servers are read, so that every step is shown. A command of Exchange that hangs ends when the pipeline is stopped (Ctrl+C), not before.</para>
/// </remarks>
/// <example>
/// <code>Get-PACertificate mail.example.com | Import-ExchangeCert -Server EX1, EX2</code>
/// <para>Brings a certificate to two servers, for the web sites and for SMTP.</para>
/// </example>
/// <example>
/// <code>Submit-Renewal mail.example.com -WarningAction SilentlyContinue | Out-Null
/// Get-PACertificate mail.example.com | Import-ExchangeCert -Server EX1, EX2 -SendConnector 'To the Internet' -RemoveOld</code>
/// <para>What a daily task runs: renews when it is time, brings a new certificate to servers and connector, and removes the one it follows. On other days it calls nothing of Exchange.</para>
/// </example>
/// <example>
/// <code>Import-ExchangeCert -PfxFile C:\certs\mail.pfx -PfxPass (Read-Host -AsSecureString) -Services IIS -WhatIf</code>
/// <para>Shows what would be done on the local server with a certificate from a file.</para>
/// </example>
/// <example>
/// <code>Import-ExchangeCert -Thumbprint 5F3CEF3A1D65D7A0A33E14A6E6C3D4B5A2F1E0D9 -Server EX1 -ReplaceDefaultSmtp</code>
/// <para>Enables a certificate that the server has, such as the former one to go back to it, also as default SMTP certificate.</para>
/// </example>
/// <seealso cref="Certificates.GetPACertificateCommand"/>
/// <seealso cref="Renewals.SubmitRenewalCommand"/>
/// <seealso href="https://learn.microsoft.com/powershell/module/exchange/enable-exchangecertificate"/>
[Cmdlet(VerbsData.Import, "ExchangeCert", DefaultParameterSetName = CertificateSet, SupportsShouldProcess = true)]
[OutputType(TypeNames.ExchangeDeployment)]
public sealed class ImportExchangeCertCommand : ProfileCommand
{
    private const string CertificateSet = "Certificate";
    private const string FileSet = "File";
    private const string ThumbprintSet = "Thumbprint";
    private const string ShownBy = "Get-ExchangeCertificate";
    private const int LongestFriendlyName = 63;

    private static readonly TimeSpan ReplacementWait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ProbeDeadline = TimeSpan.FromSeconds(10);

    private readonly List<ServerDeployment> _failures = [];

    /// <summary>A certificate from Get-PACertificate, New-PACertificate or Submit-Renewal.</summary>
    [Parameter(ParameterSetName = CertificateSet, Position = 0, ValueFromPipeline = true)]
    public PSObject? PACertificate { get; set; }

    /// <summary>A PFX file with certificate, key and chain.</summary>
    [Parameter(ParameterSetName = FileSet, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string PfxFile { get; set; } = string.Empty;

    /// <summary>The password of that file. A file without a password is refused: Exchange would not find its key.</summary>
    [Parameter(ParameterSetName = FileSet, Mandatory = true)]
    [SecureText]
    [ValidateNotNull]
    public System.Security.SecureString PfxPass { get; set; } = new();

    /// <summary>The thumbprint of a certificate that the servers have already: it is only enabled.</summary>
    [Parameter(ParameterSetName = ThumbprintSet, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string Thumbprint { get; set; } = string.Empty;

    /// <summary>The Exchange servers, one after the other. Without it, the local computer.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] Server { get; set; } = [System.Environment.GetEnvironmentVariable("COMPUTERNAME") ?? System.Environment.MachineName];

    /// <summary>The services to enable the certificate for: IIS, SMTP, POP, IMAP, UM, UMCallRouter. Exchange cannot take a service off a certificate; another one that is enabled takes its place.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ValidateExchangeService]
    [ArgumentCompleter(typeof(ExchangeServiceCompleter))]
    [PSDefaultValue(Value = "IIS, SMTP")]
    public string[] Services { get; set; } = ["IIS", "SMTP"];

    /// <summary>The friendly name on the servers, at most 63 characters. Without it, the one in the PFX file.</summary>
    [Parameter(ParameterSetName = CertificateSet)]
    [Parameter(ParameterSetName = FileSet)]
    [ValidateLength(1, LongestFriendlyName)]
    public string? FriendlyName { get; set; }

    /// <summary>Imports the key so that it cannot be taken out of the server again.</summary>
    [Parameter(ParameterSetName = CertificateSet)]
    [Parameter(ParameterSetName = FileSet)]
    public SwitchParameter NotExportable { get; set; }

    /// <summary>Imports a certificate with an elliptic curve key, which only servers with the update of April 2024 take.</summary>
    [Parameter(ParameterSetName = CertificateSet)]
    [Parameter(ParameterSetName = FileSet)]
    public SwitchParameter AllowEcKey { get; set; }

    /// <summary>Makes the certificate the default SMTP certificate too. Edge subscriptions that were made with the former one have to be made anew.</summary>
    [Parameter]
    public SwitchParameter ReplaceDefaultSmtp { get; set; }

    /// <summary>Send connectors, by name or FQDN, to bind to the certificate.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] SendConnector { get; set; } = [];

    /// <summary>Receive connectors of the servers, by name, identity (EX1\name) or FQDN, to bind to the certificate.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] ReceiveConnector { get; set; } = [];

    /// <summary>Removes the certificates that this one follows: with the same names, ending earlier, not self-signed, and not in use. One that stays is a warning.</summary>
    [Parameter]
    public SwitchParameter RemoveOld { get; set; }

    /// <summary>Leaves out the look at the state of the certificate after the import, and at the services after they were enabled.</summary>
    [Parameter]
    public SwitchParameter SkipVerify { get; set; }

    /// <summary>Looks also at servers and connectors that are remembered as done, and puts right what is missing there.</summary>
    [Parameter]
    public SwitchParameter Verify { get; set; }

    /// <summary>Connects to port 443 (IIS) and 25 (SMTP, with STARTTLS) of the servers at the end and looks whether they present the certificate. Another one is a warning.</summary>
    [Parameter]
    public SwitchParameter Probe { get; set; }

    /// <summary>Enables the certificate again where that is done already or remembered as done.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var wish = ReadWish();
        StoredOrder? order = null;
        Func<Task<ExchangePfx>>? openAsync = null;
        if (ParameterSetName == ThumbprintSet)
        {
            wish = wish with { Thumbprint = CertificateInput.ReadThumbprint(Thumbprint, ShownBy) };
        }
        else if (ParameterSetName == FileSet)
        {
            openAsync = () => OpenAsync(PfxFile, SecretInput.Reveal(PfxPass));
        }
        else
        {
            var certificate = CertificateInput.Read(PACertificate ?? throw NoCertificate());
            var path = await ResolveFilePathAsync(certificate.PfxPath ?? throw NoCertificate()).ConfigureAwait(false);
            order = Session.Store.FindOrderIn(Path.GetDirectoryName(path)!);
            openAsync = () => OpenAsync(order, path, certificate.Password, cancellationToken);
            wish = wish with { Thumbprint = certificate.Thumbprint ?? string.Empty };
        }

        var session = new ExchangeSession(new SessionCommands(this), OnPipelineThreadAsync, Reporter);
        var records = new DeploymentRecords(Session.Store, order, keeps: !IsWhatIf);
        var deployment = new ExchangeDeployment(session, records, new TlsProbe(ProbeDeadline), ShouldProcessAsync, IsWhatIf, Reporter, SystemClock.Instance);
        foreach (var result in await deployment.RunAsync(wish, openAsync, cancellationToken).ConfigureAwait(false))
        {
            foreach (var step in result.Steps.Where(s => s.Outcome == StepOutcome.Warning))
            {
                WriteWarning($"{result.Server}: {step.Message}");
            }

            WriteObject(DeploymentObjects.From(result));
            if (result.Error is not null)
            {
                _failures.Add(result);
            }
        }
    }

    /// <summary>Errors come last: where they end the script, all servers have been worked on.</summary>
    /// <inheritdoc/>
    protected override async Task EndAsync(CancellationToken cancellationToken)
    {
        if (_failures.Count > 1 && await OnPipelineThreadAsync(IsStopping).ConfigureAwait(false))
        {
            throw new PoshAcmeException(
                "ExchangeDeploymentFailed",
                ErrorKind.InvalidOperation,
                $"The certificate was not deployed to {_failures.Count} servers: {string.Join("; ", _failures.Select(f => $"{f.Server}: {f.Error!.Message}"))}",
                "Correct what is named and run the command again: it goes on where it failed.",
                _failures[0].Error);
        }

        foreach (var failure in _failures)
        {
            WriteError(ErrorRecords.From($"The certificate was not deployed to server '{failure.Server}'.", failure.Error!, failure.Server));
        }
    }

    private static PoshAcmeException NoCertificate() => new(
        "NoCertificate",
        ErrorKind.InvalidArgument,
        "There is no certificate to deploy.",
        "Pipe one from Get-PACertificate, or use -PfxFile or -Thumbprint.");

    private ExchangeWish ReadWish() => new()
    {
        Servers = [.. Server.Distinct(StringComparer.OrdinalIgnoreCase)],
        Services = [.. Services.Distinct(StringComparer.OrdinalIgnoreCase)],
        FriendlyName = FriendlyName,
        IsExportable = !NotExportable,
        AllowEcKey = AllowEcKey,
        ReplaceDefaultSmtp = ReplaceDefaultSmtp,
        SendConnectors = SendConnector,
        ReceiveConnectors = ReceiveConnector,
        RemoveOld = RemoveOld,
        SkipVerify = SkipVerify,
        Verify = Verify,
        Force = Force,
        Probe = Probe,
    };

    private async Task<ExchangePfx> OpenAsync(StoredOrder? order, string path, string password, CancellationToken cancellationToken)
    {
        if (order is not null && !IsWhatIf)
        {
            await Session.Store.FinishReplacementAsync(order, ReplacementWait, cancellationToken).ConfigureAwait(false);
        }

        return await OpenAsync(path, password).ConfigureAwait(false);
    }

    private async Task<ExchangePfx> OpenAsync(string path, string password)
        => ExchangePfx.Open(await ReadFileAsync(path).ConfigureAwait(false), password, path);

    private bool IsStopping()
    {
        var preference = MyInvocation.BoundParameters.TryGetValue("ErrorAction", out var given) ? given : GetVariableValue("ErrorActionPreference");
        return LanguagePrimitives.TryConvertTo(preference, CultureInfo.InvariantCulture, out ActionPreference action) && action == ActionPreference.Stop;
    }
}
