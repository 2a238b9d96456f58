using System.Management.Automation;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.PowerShell.Objects;
using PoshAcmeSharp.PowerShell.Orders;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.PowerShell.Certificates;

/// <summary>Gets the certificate of the current order, of another one, or of all orders of the current account.</summary>
/// <remarks>
/// <para>The object tells what is in the certificate and where its files are. Nothing is returned for an order that has no certificate yet.</para>
/// </remarks>
/// <example>
/// <code>Get-PACertificate | Format-List</code>
/// <para>Shows all about the certificate of the current order, with the paths of its files.</para>
/// </example>
/// <example>
/// <code>Get-PACertificate -List | Sort-Object NotAfter</code>
/// <para>Shows all certificates of the current account, those that end first at the top.</para>
/// </example>
/// <seealso cref="Orders.CompletePAOrderCommand"/>
/// <seealso cref="Orders.GetPAOrderCommand"/>
[Cmdlet(VerbsCommon.Get, "PACertificate", DefaultParameterSetName = SpecificSet)]
[OutputType(TypeNames.Certificate)]
public sealed class GetPACertificateCommand : OrderSelectionCommand
{
    private static readonly TimeSpan ReplacementWait = TimeSpan.FromSeconds(30);

    private protected override Task ProcessOrderAsync(StoredServer server, StoredAccount account, StoredOrder order, CancellationToken cancellationToken)
        => TryAsync(order, async () =>
        {
            await Session.Store.FinishReplacementAsync(order, ReplacementWait, cancellationToken).ConfigureAwait(false);
            if (new CertificateService(Session).Read(order) is { } certificate)
            {
                WriteObject(OutputObjects.From(certificate));
            }
        });
}
