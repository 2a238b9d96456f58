using System.Management.Automation;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.PowerShell.Orders;

/// <summary>Has the names of an order validated: publishes the challenges with the order's plugins, waits, asks the CA, and takes them away again.</summary>
/// <remarks>
/// <para>Names that are valid already are left out. All others are published and validated together, unless the order was made with UseSerialValidation. Records of DNS are waited for until all authoritative name servers have them, at most for the seconds of DnsSleep.</para>
/// <para>What was published is removed whatever happens, also after Ctrl+C. Nothing is written to the pipeline; the order is ready when the command is through.</para>
/// </remarks>
/// <example>
/// <code>Submit-ChallengeValidation</code>
/// <para>Validates the names of the current order.</para>
/// </example>
/// <example>
/// <code>Get-PAOrder www.example.com | Submit-ChallengeValidation -Verbose</code>
/// <para>Validates the names of another order, and tells each step.</para>
/// </example>
/// <seealso cref="NewPAOrderCommand"/>
/// <seealso cref="SubmitOrderFinalizeCommand"/>
/// <seealso href="https://www.rfc-editor.org/rfc/rfc8555#section-7.5.1"/>
[Cmdlet(VerbsLifecycle.Submit, "ChallengeValidation", SupportsShouldProcess = true)]
public sealed class SubmitChallengeValidationCommand : OrderCommand
{
    private protected override async Task ProcessOrderAsync(StoredServer server, StoredAccount account, StoredOrder order, CancellationToken cancellationToken)
    {
        if (await ShouldProcessAsync(order.Name, "Validate the names of the order").ConfigureAwait(false))
        {
            using var hold = await Session.Store.LockIssuanceAsync(order, ProfileStore.IssuanceLockTimeout, cancellationToken).ConfigureAwait(false);
            await new OrderValidationService(Session).ValidateAsync(server, account, order, cancellationToken).ConfigureAwait(false);
        }
    }
}
