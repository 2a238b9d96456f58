using System.Management.Automation;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.PowerShell.Infrastructure;

namespace PoshAcmeSharp.PowerShell.Servers;

/// <summary>Chooses the ACME server that the other commands use, and changes its settings.</summary>
/// <remarks>
/// <para>Asks the server for its directory, keeps it in the profile and makes the server the current one. A server that is new gets the name of a well-known server, or one made from its host and port.</para>
/// <para>Nothing is changed when a new server cannot be reached, is not trusted, or is no ACME server. For one that is known already, the directory that was kept serves on.</para>
/// </remarks>
/// <example>
/// <code>Set-PAServer LE_STAGE</code>
/// <para>Chooses the staging server of Let's Encrypt, for trying things out.</para>
/// </example>
/// <example>
/// <code>Set-PAServer https://ca.example.com/acme/directory -Name internal -CACertificate .\root.pem</code>
/// <para>Chooses a private CA whose own TLS certificate is signed by the root in root.pem. Only this server is trusted through it.</para>
/// </example>
/// <example>
/// <code>Set-PAServer -Name internal -Proxy http://proxy.example.com:3128</code>
/// <para>Goes back to a server that is in the profile and reaches it through a proxy from now on.</para>
/// </example>
/// <seealso cref="GetPAServerCommand"/>
/// <seealso href="https://www.rfc-editor.org/rfc/rfc8555#section-7.1.1"/>
[Cmdlet(VerbsCommon.Set, "PAServer", SupportsShouldProcess = true)]
public sealed class SetPAServerCommand : ProfileCommand
{
    /// <summary>The directory URL, or a well-known name: LE_PROD, LE_STAGE, ZEROSSL_PROD, GOOGLE_PROD, GOOGLE_STAGE, SSLCOM_RSA, SSLCOM_ECC, ACTALIS_PROD. Only https, or http to this machine.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("location")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(DirectoryUrlCompleter))]
    public string? DirectoryUrl { get; set; }

    /// <summary>The name of a server in the profile, or the name that a new one gets: letters, digits, - . _ !</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateFriendlyName]
    [ArgumentCompleter(typeof(ServerNameCompleter))]
    public string? Name { get; set; }

    /// <summary>Renames the server in the profile.</summary>
    [Parameter]
    [ValidateFriendlyName]
    public string? NewName { get; set; }

    /// <summary>Takes any TLS certificate of this one server. For test servers; for a private CA use CACertificate.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public SwitchParameter SkipCertificateCheck { get; set; }

    /// <summary>Kept for scripts written for Posh-ACME. Nothing is ever sent to anyone but the CA.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public SwitchParameter DisableTelemetry { get; set; }

    /// <summary>Refreshes accounts by asking newAccount with the key, for servers that do not answer at the account's URL. Set by itself for CAs that are known for it.</summary>
    [Parameter]
    public SwitchParameter UseAltAccountRefresh { get; set; }

    /// <summary>Does not use the CA's renewal information (RFC 9773).</summary>
    [Parameter]
    public SwitchParameter DisableARI { get; set; }

    /// <summary>Never sends contacts to this server. Set by itself for Let's Encrypt, which no longer takes any.</summary>
    [Parameter]
    public SwitchParameter IgnoreContact { get; set; }

    /// <summary>A PEM file, or PEM text, with the certificates that this server's TLS certificate may chain to. Trusted for this server alone. An empty text takes them away.</summary>
    [Parameter]
    [AllowEmptyString]
    public string? CACertificate { get; set; }

    /// <summary>The URL of the proxy to reach this server through. An empty text goes back to the system's proxy.</summary>
    [Parameter]
    [AllowEmptyString]
    public string? Proxy { get; set; }

    /// <summary>User and password for the proxy. Kept encrypted in the profile.</summary>
    [Parameter]
    [Credential]
    public PSCredential? ProxyCredential { get; set; }

    /// <summary>Does not ask a server that is known for its directory again.</summary>
    [Parameter]
    public SwitchParameter NoRefresh { get; set; }

    /// <summary>Changes settings without making the server the current one.</summary>
    [Parameter]
    public SwitchParameter NoSwitch { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var settings = new ServerSettings
        {
            DirectoryUrl = DirectoryUrl,
            Name = Name,
            NewName = NewName,
            SkipCertificateCheck = Given(nameof(SkipCertificateCheck), SkipCertificateCheck),
            DisableTelemetry = Given(nameof(DisableTelemetry), DisableTelemetry),
            UseAltAccountRefresh = Given(nameof(UseAltAccountRefresh), UseAltAccountRefresh),
            DisableARI = Given(nameof(DisableARI), DisableARI),
            IgnoreContact = Given(nameof(IgnoreContact), IgnoreContact),
            CACertificatePem = await ReadCACertificateAsync().ConfigureAwait(false),
            Proxy = Proxy,
            ProxyCredential = ProxyCredential is null ? null : new System.Net.NetworkCredential(ProxyCredential.UserName, ProxyCredential.Password),
            NoRefresh = NoRefresh,
            NoSwitch = NoSwitch,
        };
        var service = new ServerService(Session);
        var known = service.Find(settings);
        if (!await ShouldProcessAsync(known?.Location ?? DirectoryUrl!, "Set ACME server").ConfigureAwait(false))
        {
            return;
        }

        var server = await service.SetAsync(settings, cancellationToken).ConfigureAwait(false);
        if (known is null && server.TermsOfService is { } terms)
        {
            await ShowAsync($"Please review the Terms of Service here: {terms}").ConfigureAwait(false);
        }
    }

    private bool? Given(string name, SwitchParameter value)
        => MyInvocation.BoundParameters.ContainsKey(name) ? value.IsPresent : null;

    private async Task<string?> ReadCACertificateAsync()
        => CACertificate is null || CACertificate.Length == 0 || CACertificate.Contains("-----BEGIN")
            ? CACertificate
            : await ReadTextFileAsync(CACertificate).ConfigureAwait(false);
}
