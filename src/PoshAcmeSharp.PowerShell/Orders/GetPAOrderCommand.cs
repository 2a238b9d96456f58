using System.Management.Automation;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.PowerShell.Objects;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.PowerShell.Orders;

/// <summary>Gets the current order of the current account, another one, or all of them.</summary>
/// <remarks>
/// <para>Orders are read from the profile; with Refresh the CA is asked for their present state. Several orders with one main domain: the one that expires last is returned, or give its Name.</para>
/// </remarks>
/// <example>
/// <code>Get-PAOrder -Refresh</code>
/// <para>Asks the CA for the current order: its status is ready when all names are validated.</para>
/// </example>
/// <example>
/// <code>Get-PAOrder -List | Where-Object { [DateTimeOffset]::Parse($_.RenewAfter) -lt [DateTimeOffset]::Now }</code>
/// <para>Shows the orders whose certificates are due.</para>
/// </example>
/// <seealso cref="NewPAOrderCommand"/>
/// <seealso cref="Authorizations.GetPAAuthorizationCommand"/>
[Cmdlet(VerbsCommon.Get, "PAOrder", DefaultParameterSetName = SpecificSet)]
[OutputType(TypeNames.Order)]
public sealed class GetPAOrderCommand : OrderSelectionCommand
{
    /// <summary>Asks the CA for the present state first.</summary>
    [Parameter]
    public SwitchParameter Refresh { get; set; }

    private protected override async Task ProcessOrderAsync(StoredServer server, StoredAccount account, StoredOrder order, CancellationToken cancellationToken)
    {
        if (Refresh)
        {
            await TryAsync(order, () => new OrderService(Session).RefreshAsync(server, account, order, cancellationToken)).ConfigureAwait(false);
        }

        WriteObject(OutputObjects.From(order));
    }
}
