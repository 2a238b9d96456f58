using System.Management.Automation;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.PowerShell.Objects;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.PowerShell.Orders;

/// <summary>Gets the current order of the current account, another one, or all of them.</summary>
/// <remarks>
/// <para>Orders are read from the profile; with Refresh the CA is asked for their present state, and when their certificates are to be renewed where it gives such advice. Several orders with one main domain: the one that expires last is returned, or give its Name.</para>
/// <para>With FromServer, the orders that the CA knows of the current account are listed, also those that are not in the profile: Name is the order's name in the profile, or empty. Few CAs have such a list; Let's Encrypt has none.</para>
/// </remarks>
/// <example>
/// <code>Get-PAOrder -Refresh</code>
/// <para>Asks the CA for the current order: its status is ready when all names are validated.</para>
/// </example>
/// <example>
/// <code>Get-PAOrder -List | Where-Object { [DateTimeOffset]::Parse($_.RenewAfter) -lt [DateTimeOffset]::Now }</code>
/// <para>Shows the orders whose certificates are due.</para>
/// </example>
/// <example>
/// <code>Get-PAOrder -FromServer | Where-Object { -not $_.Name }</code>
/// <para>Asks the CA for all orders of the current account and shows those that are not in the profile.</para>
/// </example>
/// <seealso cref="NewPAOrderCommand"/>
/// <seealso cref="Authorizations.GetPAAuthorizationCommand"/>
[Cmdlet(VerbsCommon.Get, "PAOrder", DefaultParameterSetName = SpecificSet)]
[OutputType(TypeNames.Order, TypeNames.ServerOrder)]
public sealed class GetPAOrderCommand : OrderSelectionCommand
{
    private const string ServerSet = "FromServer";

    /// <summary>Lists the orders that the CA knows of the current account.</summary>
    [Parameter(ParameterSetName = ServerSet, Mandatory = true)]
    public SwitchParameter FromServer { get; set; }

    /// <summary>Asks the CA for the present state first.</summary>
    [Parameter]
    public SwitchParameter Refresh { get; set; }

    /// <inheritdoc/>
    protected override Task ProcessAsync(CancellationToken cancellationToken)
        => FromServer ? ListAtServerAsync(cancellationToken) : base.ProcessAsync(cancellationToken);

    private protected override async Task ProcessOrderAsync(StoredServer server, StoredAccount account, StoredOrder order, CancellationToken cancellationToken)
    {
        if (Refresh)
        {
            await TryAsync(order, () => new OrderService(Session).RefreshAsync(server, account, order, cancellationToken)).ConfigureAwait(false);

            // Scripts look at RenewAfter next: it is to be what the CA suggests now.
            var renewals = new RenewalService(Session);
            await renewals.PlanAsync(renewals.Read(server, account, [order]), new RenewalOptions(), asks: true, keeps: true, cancellationToken).ConfigureAwait(false);
        }

        WriteObject(OutputObjects.From(order));
    }

    private async Task ListAtServerAsync(CancellationToken cancellationToken)
    {
        var server = Session.RequireServer();
        var account = Session.RequireValidAccount(server);
        foreach (var one in await new OrderService(Session).ListAtServerAsync(server, account, cancellationToken).ConfigureAwait(false))
        {
            if (one.Error is not null)
            {
                WriteError(one.Error, account.Id);
            }
            else
            {
                WriteObject(OutputObjects.From(one.Value!));
            }
        }
    }
}
