using System.Management.Automation;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.PowerShell.Infrastructure;
using PoshAcmeSharp.PowerShell.Objects;
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
public sealed class GetPACertificateCommand : ProfileCommand
{
    private const string SpecificSet = "Specific";
    private const string ListSet = "List";

    private static readonly TimeSpan ReplacementWait = TimeSpan.FromSeconds(30);

    /// <summary>The main domain of an order: the first of its names.</summary>
    [Parameter(ParameterSetName = SpecificSet, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(MainDomainCompleter))]
    public string? MainDomain { get; set; }

    /// <summary>The name of an order in the profile.</summary>
    [Parameter(ParameterSetName = SpecificSet, ValueFromPipelineByPropertyName = true)]
    [ValidateFriendlyName]
    [ArgumentCompleter(typeof(OrderNameCompleter))]
    public string? Name { get; set; }

    /// <summary>Gets the certificates of all orders of the current account.</summary>
    [Parameter(ParameterSetName = ListSet, Mandatory = true)]
    public SwitchParameter List { get; set; }

    /// <inheritdoc/>
    protected override bool ContinuesAfterErrors => true;

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var account = Session.RequireAccount(Session.RequireServer());
        var orders = List
            ? Session.Store.ListOrders(account)
            : new OrderService(Session).Find(account, MainDomain, Name) is { } found ? [found] : [];
        foreach (var order in orders)
        {
            try
            {
                await WriteCertificateAsync(order, cancellationToken).ConfigureAwait(false);
            }
            catch (PoshAcmeException e)
            {
                WriteError(e, order.Name);
            }
        }
    }

    private async Task WriteCertificateAsync(StoredOrder order, CancellationToken cancellationToken)
    {
        await Session.Store.FinishReplacementAsync(order, ReplacementWait, cancellationToken).ConfigureAwait(false);
        if (new CertificateService(Session).Read(order) is { } certificate)
        {
            WriteObject(OutputObjects.From(certificate));
        }
    }
}
