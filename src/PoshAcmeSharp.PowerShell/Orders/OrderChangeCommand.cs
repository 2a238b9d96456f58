using System.Management.Automation;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.PowerShell.Infrastructure;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.PowerShell.Orders;

/// <summary>The base of the commands that change one order of the current account. They never pick one of several.</summary>
public abstract class OrderChangeCommand : ProfileCommand
{
    /// <summary>The main domain of the order: the first of its names. When several orders have it, give Name too.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(MainDomainCompleter))]
    public string? MainDomain { get; set; }

    /// <inheritdoc/>
    protected override bool ContinuesAfterErrors => true;

    /// <summary>The name that the user gave, or null.</summary>
    private protected abstract string? GivenName { get; }

    /// <summary>Whether the current order is meant when none is given.</summary>
    private protected virtual bool TakesCurrentOrder => true;

    /// <inheritdoc/>
    protected sealed override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var server = Session.RequireServer();
        var account = Session.RequireAccount(server);
        var mainDomain = string.IsNullOrEmpty(MainDomain) ? null : MainDomain;
        var name = string.IsNullOrEmpty(GivenName) ? null : GivenName;
        if (mainDomain is null && name is null && !TakesCurrentOrder)
        {
            throw new PoshAcmeException(
                "NoOrderGiven",
                ErrorKind.InvalidArgument,
                "MainDomain and/or Name must be specified.",
                "Get-PAOrder -List shows the orders of the account.");
        }

        await ProcessOrderAsync(server, account, new OrderService(Session).RequireOne(account, mainDomain, name), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Changes the order.</summary>
    private protected abstract Task ProcessOrderAsync(StoredServer server, StoredAccount account, StoredOrder order, CancellationToken cancellationToken);
}
