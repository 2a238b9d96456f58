using System.Management.Automation;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.PowerShell.Infrastructure;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.PowerShell.Orders;

/// <summary>The base of the commands that show something of one order or of all: of the current account.</summary>
public abstract class OrderSelectionCommand : ProfileCommand
{
    private protected const string SpecificSet = "Specific";
    private protected const string ListSet = "List";

    /// <summary>The main domain of an order: the first of its names.</summary>
    [Parameter(ParameterSetName = SpecificSet, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(MainDomainCompleter))]
    public string? MainDomain { get; set; }

    /// <summary>The name of an order in the profile.</summary>
    [Parameter(ParameterSetName = SpecificSet, ValueFromPipelineByPropertyName = true)]
    [ValidateFriendlyName]
    [ArgumentCompleter(typeof(OrderNameCompleter))]
    public string? Name { get; set; }

    /// <summary>Takes all orders of the current account.</summary>
    [Parameter(ParameterSetName = ListSet, Mandatory = true)]
    public SwitchParameter List { get; set; }

    /// <inheritdoc/>
    protected override bool ContinuesAfterErrors => true;

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var server = Session.RequireServer();
        var account = Session.RequireAccount(server);
        var orders = List
            ? Session.Store.ListOrders(account)
            : new OrderService(Session).Find(account, MainDomain, Name) is { } found ? [found] : [];
        foreach (var order in orders)
        {
            await ProcessOrderAsync(server, account, order, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Runs the part of the work that may fail for one order without keeping the others from being shown.</summary>
    private protected async Task TryAsync(StoredOrder order, Func<Task> work)
    {
        try
        {
            await work().ConfigureAwait(false);
        }
        catch (PoshAcmeException e)
        {
            WriteError(e, order.Name);
        }
    }

    /// <summary>Shows what is wanted of one order.</summary>
    private protected abstract Task ProcessOrderAsync(StoredServer server, StoredAccount account, StoredOrder order, CancellationToken cancellationToken);
}
