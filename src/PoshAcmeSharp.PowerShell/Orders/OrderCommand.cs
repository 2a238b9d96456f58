using System.Management.Automation;
using PoshAcmeSharp.PowerShell.Infrastructure;
using PoshAcmeSharp.PowerShell.Objects;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.PowerShell.Orders;

/// <summary>The base of the commands that take an order further: a piped one, or the current one.</summary>
public abstract class OrderCommand : ProfileCommand
{
    /// <summary>An order from Get-PAOrder. Without it, the current order.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    public PSObject? Order { get; set; }

    /// <inheritdoc/>
    protected override bool ContinuesAfterErrors => MyInvocation.ExpectingInput;

    /// <inheritdoc/>
    protected sealed override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var server = Session.RequireServer();
        var account = Session.RequireValidAccount(server);
        await ProcessOrderAsync(server, account, OrderInput.Resolve(Session, account, Order), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes one order further.</summary>
    private protected abstract Task ProcessOrderAsync(StoredServer server, StoredAccount account, StoredOrder order, CancellationToken cancellationToken);
}
