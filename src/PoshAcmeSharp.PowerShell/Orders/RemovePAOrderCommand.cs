using System.Management.Automation;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.PowerShell.Certificates;
using PoshAcmeSharp.PowerShell.Infrastructure;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.PowerShell.Orders;

/// <summary>Takes an order with its certificate and private key away from the profile.</summary>
/// <remarks>
/// <para>The files of the certificate are deleted with the order. Unless RevokeCert is given, the CA is not told: the certificate stays valid until it ends.</para>
/// </remarks>
/// <example>
/// <code>Remove-PAOrder www.example.com</code>
/// <para>Asks, and then removes the order for www.example.com.</para>
/// </example>
/// <example>
/// <code>Get-PAOrder -List | Where-Object status -EQ invalid | Remove-PAOrder -Force</code>
/// <para>Removes all orders that failed, without asking for each.</para>
/// </example>
/// <seealso cref="GetPAOrderCommand"/>
/// <seealso cref="NewPAOrderCommand"/>
[Cmdlet(VerbsCommon.Remove, "PAOrder", SupportsShouldProcess = true)]
public sealed class RemovePAOrderCommand : OrderChangeCommand
{
    /// <summary>The name of the order in the profile.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [ValidateFriendlyName]
    [ArgumentCompleter(typeof(OrderNameCompleter))]
    public string? Name { get; set; }

    /// <summary>Revokes the certificate first. That cannot be undone. When it fails, nothing is removed.</summary>
    [Parameter]
    public SwitchParameter RevokeCert { get; set; }

    /// <summary>Does not ask.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override string? GivenName => Name;

    private protected override bool TakesCurrentOrder => false;

    private protected override async Task ProcessOrderAsync(StoredServer server, StoredAccount account, StoredOrder order, CancellationToken cancellationToken)
    {
        var revokes = RevokeCert && order.Status == "valid";
        if (!await ShouldProcessAsync(order.Name, revokes ? "Revoke the certificate and remove the order" : "Remove the order with its certificate and key").ConfigureAwait(false)
            || (!Force && !await ShouldContinueAsync(
                $"Are you sure you wish to delete order '{order.Name}'?",
                "Deleting an order will also delete its certificate and key."
                + (revokes ? " Revoking the certificate is irreversible and may immediately break any services using it." : string.Empty)).ConfigureAwait(false)))
        {
            return;
        }

        var revocation = new RevocationService(Session);
        if (revokes && revocation.CanRevoke(order))
        {
            await revocation.RevokeAsync(server, account, order, (int)RevocationReasons.Unspecified, cancellationToken).ConfigureAwait(false);
        }

        WriteVerbose($"Removing the order '{order.Name}'");
        await new OrderService(Session).RemoveAsync(account, order, cancellationToken).ConfigureAwait(false);
    }
}
