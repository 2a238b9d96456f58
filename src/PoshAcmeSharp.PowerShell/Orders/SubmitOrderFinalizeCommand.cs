using System.Management.Automation;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.PowerShell.Orders;

/// <summary>Sends the certificate request of an order whose names are validated, and waits until the CA has issued.</summary>
/// <remarks>
/// <para>The CA is asked for the order's present state first. An order that is being issued already is only waited for, so the command can be repeated after an interruption.</para>
/// <para>Nothing is written to the pipeline. Complete-PAOrder downloads the certificate.</para>
/// </remarks>
/// <example>
/// <code>Submit-OrderFinalize</code>
/// <para>Finalizes the current order.</para>
/// </example>
/// <example>
/// <code>Get-PAOrder www.example.com | Submit-OrderFinalize</code>
/// <para>Finalizes another order.</para>
/// </example>
/// <seealso cref="CompletePAOrderCommand"/>
/// <seealso href="https://www.rfc-editor.org/rfc/rfc8555#section-7.4"/>
[Cmdlet(VerbsLifecycle.Submit, "OrderFinalize", SupportsShouldProcess = true)]
public sealed class SubmitOrderFinalizeCommand : OrderCommand
{
    private protected override async Task ProcessOrderAsync(StoredServer server, StoredAccount account, StoredOrder order, CancellationToken cancellationToken)
    {
        if (await ShouldProcessAsync(order.Name, "Finalize the order").ConfigureAwait(false))
        {
            await new CertificateService(Session).FinalizeAsync(server, account, order, cancellationToken).ConfigureAwait(false);
        }
    }
}
