using System.Management.Automation;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.PowerShell.Infrastructure;
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
public sealed class GetPAOrderCommand : ProfileCommand
{
    private const string SpecificSet = "Specific";
    private const string ListSet = "List";

    /// <summary>The main domain of an order: the first of its names.</summary>
    [Parameter(ParameterSetName = SpecificSet, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(MainDomainCompleter))]
    public string? MainDomain { get; set; }

    /// <summary>The name of an order in the profile.</summary>
    [Parameter(ParameterSetName = SpecificSet, ValueFromPipelineByPropertyName = true)]
    [ValidateFriendlyName]
    [ArgumentCompleter(typeof(OrderNameCompleter))]
    public string? Name { get; set; }

    /// <summary>Gets all orders of the current account.</summary>
    [Parameter(ParameterSetName = ListSet, Mandatory = true)]
    public SwitchParameter List { get; set; }

    /// <summary>Asks the CA for the present state first.</summary>
    [Parameter]
    public SwitchParameter Refresh { get; set; }

    /// <inheritdoc/>
    protected override bool ContinuesAfterErrors => true;

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var server = Session.RequireServer();
        var account = Session.RequireAccount(server);
        var service = new OrderService(Session);
        var orders = List
            ? Session.Store.ListOrders(account)
            : service.Find(account, MainDomain, Name) is { } found ? [found] : [];
        foreach (var order in orders)
        {
            if (Refresh)
            {
                await RefreshAsync(service, server, account, order, cancellationToken).ConfigureAwait(false);
            }

            WriteObject(OutputObjects.From(order));
        }
    }

    /// <summary>One order that cannot be refreshed does not keep the others from being shown.</summary>
    private async Task RefreshAsync(OrderService service, StoredServer server, StoredAccount account, StoredOrder order, CancellationToken cancellationToken)
    {
        try
        {
            await service.RefreshAsync(server, account, order, cancellationToken).ConfigureAwait(false);
        }
        catch (PoshAcmeException e)
        {
            WriteError(e, order.Name);
        }
    }
}
