using System.Management.Automation;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.PowerShell.Infrastructure;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.PowerShell.Orders;

/// <summary>Takes an order with its certificate and private key away from the profile.</summary>
/// <remarks>
/// <para>The files of the certificate are deleted with the order. The CA is not told: the certificate stays valid until it ends.</para>
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

    /// <summary>Does not ask.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override string? GivenName => Name;

    private protected override bool TakesCurrentOrder => false;

    private protected override async Task ProcessOrderAsync(StoredServer server, StoredAccount account, StoredOrder order, CancellationToken cancellationToken)
    {
        if (!await ShouldProcessAsync(order.Name, "Remove the order with its certificate and key").ConfigureAwait(false)
            || (!Force && !await ShouldContinueAsync(
                $"Are you sure you wish to delete order '{order.Name}'?",
                "Deleting an order will also delete its certificate and key.").ConfigureAwait(false)))
        {
            return;
        }

        WriteVerbose($"Removing the order '{order.Name}'");
        await new OrderService(Session).RemoveAsync(account, order, cancellationToken).ConfigureAwait(false);
    }
}
