using System.Management.Automation;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.PowerShell.Infrastructure;

namespace PoshAcmeSharp.PowerShell.Servers;

/// <summary>Takes an ACME server with its accounts, orders and certificates away from the profile.</summary>
/// <remarks>
/// <para>When it was the current server, none is current afterwards: choose another one with Set-PAServer.</para>
/// <para>The accounts stay usable at the CA by whoever has their keys, unless DeactivateAccounts is given. When the server cannot be reached for that, nothing is removed.</para>
/// </remarks>
/// <example>
/// <code>Remove-PAServer LE_STAGE -DeactivateAccounts</code>
/// <para>Asks when there are accounts, ends them at the CA, and removes the staging server of Let's Encrypt.</para>
/// </example>
/// <example>
/// <code>Get-PAServer -Name internal | Remove-PAServer -Force</code>
/// <para>Removes a server with all that belongs to it, without asking.</para>
/// </example>
/// <seealso cref="GetPAServerCommand"/>
/// <seealso cref="SetPAServerCommand"/>
[Cmdlet(VerbsCommon.Remove, "PAServer", SupportsShouldProcess = true)]
public sealed class RemovePAServerCommand : ProfileCommand
{
    /// <summary>The directory URL, or a well-known name such as LE_STAGE.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("location")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(DirectoryUrlCompleter))]
    public string? DirectoryUrl { get; set; }

    /// <summary>The name of the server in the profile.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateFriendlyName]
    [ArgumentCompleter(typeof(ServerNameCompleter))]
    public string? Name { get; set; }

    /// <summary>Deactivates the valid accounts at the CA first. That cannot be undone.</summary>
    [Parameter]
    public SwitchParameter DeactivateAccounts { get; set; }

    /// <summary>Does not ask when there are accounts.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override bool ContinuesAfterErrors => true;

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var service = new ServerService(Session);
        var server = service.RequireOne(DirectoryUrl, Name);
        var accounts = Session.Store.ListAccounts(server).Count;
        if (!await ShouldProcessAsync(server.Location, "Remove the ACME server").ConfigureAwait(false)
            || (!Force && accounts > 0 && !await ShouldContinueAsync(
                $"Are you sure you wish to delete server {server.Location}?",
                $"Deleting a server will also delete the keys of its accounts ({accounts}) and all local copies of their orders and certificates."
                + (DeactivateAccounts ? " The accounts will be deactivated for good." : string.Empty)).ConfigureAwait(false)))
        {
            return;
        }

        if (DeactivateAccounts)
        {
            await service.DeactivateAccountsAsync(server, cancellationToken).ConfigureAwait(false);
        }

        WriteVerbose($"Removing the server {server.Name}");
        await service.RemoveAsync(server, cancellationToken).ConfigureAwait(false);
    }
}
