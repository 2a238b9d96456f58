using System.Management.Automation;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.PowerShell.Objects;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.PowerShell.Orders;

/// <summary>Downloads the certificate of a valid order and writes its files.</summary>
/// <remarks>
/// <para>The certificate must fit the order's key and hold all its names before a file is touched; then the files in the order's folder are replaced together: cert.key, cert.cer, chain.cer, fullchain.cer, cert.pfx, fullchain.pfx, and each chain that the CA offers.</para>
/// </remarks>
/// <example>
/// <code>Complete-PAOrder</code>
/// <para>Downloads the certificate of the current order.</para>
/// </example>
/// <example>
/// <code>Get-PAOrder www.example.com | Complete-PAOrder | Format-List</code>
/// <para>Downloads the certificate of another order, and shows where its files are.</para>
/// </example>
/// <seealso cref="SubmitOrderFinalizeCommand"/>
/// <seealso cref="Certificates.GetPACertificateCommand"/>
[Cmdlet(VerbsLifecycle.Complete, "PAOrder", SupportsShouldProcess = true)]
[OutputType(TypeNames.Certificate)]
public sealed class CompletePAOrderCommand : OrderCommand
{
    private protected override async Task ProcessOrderAsync(StoredServer server, StoredAccount account, StoredOrder order, CancellationToken cancellationToken)
    {
        if (await ShouldProcessAsync(order.Name, "Download the certificate").ConfigureAwait(false))
        {
            WriteCertificate(await new CertificateService(Session).CompleteAsync(server, account, order, cancellationToken).ConfigureAwait(false));
        }
    }
}
