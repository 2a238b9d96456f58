using System.Management.Automation;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.PowerShell.Infrastructure;
using PoshAcmeSharp.PowerShell.Orders;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.PowerShell.Certificates;

/// <summary>Revokes a certificate: of an order in the profile, or any certificate of the current CA.</summary>
/// <remarks>
/// <para>Revoking cannot be undone and may at once break what uses the certificate. Revoke when somebody else may have the private key.</para>
/// <para>A certificate of an order is revoked by the account. One from a file is revoked by its private key when that is given and fits, else by the current account.</para>
/// </remarks>
/// <example>
/// <code>Revoke-PACertificate www.example.com -Reason keyCompromise</code>
/// <para>Asks, and then revokes the certificate of the order for www.example.com.</para>
/// </example>
/// <example>
/// <code>Revoke-PACertificate -CertFile .\cert.cer -KeyFile .\cert.key -Force</code>
/// <para>Revokes a certificate by its own private key, without asking. No account is needed.</para>
/// </example>
/// <seealso cref="GetPACertificateCommand"/>
/// <seealso cref="SetPAOrderCommand"/>
/// <seealso href="https://www.rfc-editor.org/rfc/rfc8555#section-7.6"/>
[Cmdlet(VerbsSecurity.Revoke, "PACertificate", DefaultParameterSetName = OrderSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
public sealed class RevokePACertificateCommand : ProfileCommand
{
    private const string OrderSet = "MainDomain";
    private const string FileSet = "CertFile";

    /// <summary>The main domain of an order: the first of its names. When several orders have it, give Name too.</summary>
    [Parameter(ParameterSetName = OrderSet, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(MainDomainCompleter))]
    public string? MainDomain { get; set; }

    /// <summary>The name of an order in the profile.</summary>
    [Parameter(ParameterSetName = OrderSet, ValueFromPipelineByPropertyName = true)]
    [ValidateFriendlyName]
    [ArgumentCompleter(typeof(OrderNameCompleter))]
    public string? Name { get; set; }

    /// <summary>The path of a certificate in PEM. Of several in the file the first is revoked.</summary>
    [Parameter(ParameterSetName = FileSet, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? CertFile { get; set; }

    /// <summary>The path of the certificate's unencrypted private key in PEM.</summary>
    [Parameter(ParameterSetName = FileSet, ValueFromPipelineByPropertyName = true)]
    public string? KeyFile { get; set; }

    /// <summary>Why it is revoked (RFC 5280). Many CAs take only some reasons.</summary>
    [Parameter]
    public RevocationReasons Reason { get; set; }

    /// <summary>Does not ask.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override bool ContinuesAfterErrors => true;

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var server = Session.RequireServer();
        if (ParameterSetName == FileSet)
        {
            await RevokeFileAsync(server, cancellationToken).ConfigureAwait(false);
            return;
        }

        var account = Session.RequireAccount(server);
        if (string.IsNullOrEmpty(MainDomain) && string.IsNullOrEmpty(Name))
        {
            throw new PoshAcmeException(
                "NoOrderGiven",
                ErrorKind.InvalidArgument,
                "Please specify either MainDomain or Name parameters.",
                "Get-PACertificate -List shows the certificates of the account.");
        }

        var order = new OrderService(Session).RequireOne(account, Filled(MainDomain), Filled(Name));
        if (await IsAgreedAsync($"the certificate of order '{order.Name}'").ConfigureAwait(false))
        {
            await new RevocationService(Session).RevokeAsync(server, account, order, (int)Reason, cancellationToken).ConfigureAwait(false);
        }
    }

    private static string? Filled(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private async Task RevokeFileAsync(StoredServer server, CancellationToken cancellationToken)
    {
        var certificate = await ReadTextFileAsync(CertFile!).ConfigureAwait(false);
        var key = string.IsNullOrEmpty(KeyFile) ? null : await TryReadKeyAsync(KeyFile!).ConfigureAwait(false);
        if (await IsAgreedAsync(CertFile!).ConfigureAwait(false))
        {
            await new RevocationService(Session).RevokeAsync(
                server, Session.Store.GetCurrentAccount(server), certificate, key, (int)Reason, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Scripts pipe certificates of orders whose key is elsewhere; the account can revoke those.</summary>
    private async Task<string?> TryReadKeyAsync(string path)
    {
        try
        {
            return await ReadTextFileAsync(path).ConfigureAwait(false);
        }
        catch (PoshAcmeException e)
        {
            WriteWarning($"{e.Message} The certificate is revoked by the account instead.");
            return null;
        }
    }

    /// <summary>-Force takes the question away, but not -WhatIf.</summary>
    private async Task<bool> IsAgreedAsync(string target)
        => (Force && !IsWhatIf) || await ShouldProcessAsync(target, "Revoke the certificate").ConfigureAwait(false);
}
