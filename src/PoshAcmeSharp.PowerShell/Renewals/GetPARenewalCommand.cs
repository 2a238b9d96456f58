using System.Management.Automation;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.PowerShell.Objects;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.PowerShell.Renewals;

/// <summary>Shows which certificates Submit-Renewal would renew now, when the others are due, and why.</summary>
/// <remarks>
/// <para>Nothing is changed, and without Refresh nothing is asked: what is shown is what the last run of Submit-Renewal left. With Refresh the CA is asked for its advice (ARI) too, as Submit-Renewal would do; its answer is shown and not kept.</para>
/// <para>After a failed renewal the object tells how often it failed, why, and when it is tried again. HookPending tells that the script of OnRenewed has not yet run to its end for the certificate.</para>
/// </remarks>
/// <example>
/// <code>Get-PARenewal -AllOrders</code>
/// <para>Shows for every order of the current account whether it is due, and when.</para>
/// </example>
/// <example>
/// <code>Get-PARenewal -AllAccounts -AllServers | Where-Object Failures -GT 0 | Format-List Name, Failures, LastError, NextAttempt</code>
/// <para>Shows what has failed in the whole profile.</para>
/// </example>
/// <example>
/// <code>Get-PARenewal www.example.com -Refresh | Format-List</code>
/// <para>Asks the CA when it suggests to renew a certificate, and shows all that is known.</para>
/// </example>
/// <seealso cref="SubmitRenewalCommand"/>
/// <seealso cref="Orders.GetPAOrderCommand"/>
/// <seealso href="https://www.rfc-editor.org/rfc/rfc9773"/>
[Cmdlet(VerbsCommon.Get, "PARenewal", DefaultParameterSetName = SpecificSet)]
[OutputType(TypeNames.Renewal)]
public sealed class GetPARenewalCommand : RenewalCommand
{
    /// <summary>Asks the CA for its advice where the time until which it did not want to be asked again is over.</summary>
    [Parameter]
    public SwitchParameter Refresh { get; set; }

    /// <summary>Decides as Submit-Renewal with this switch would: orders with the Manual plugin are not left out.</summary>
    [Parameter]
    public SwitchParameter NoSkipManualDns { get; set; }

    /// <inheritdoc/>
    protected override async Task EndAsync(CancellationToken cancellationToken)
    {
        var options = new RenewalOptions { NoSkipManualDns = NoSkipManualDns };
        foreach (var planned in await Service.PlanAsync(Candidates, options, asks: Refresh, keeps: false, cancellationToken).ConfigureAwait(false))
        {
            WriteObject(RenewalObjects.From(planned, Session.Store.ReadHook(planned.Candidate.Order)));
        }
    }

    private protected override StoredAccount RequireAccount(StoredServer server) => Session.RequireAccount(server);

    private protected override void Refuse(PoshAcmeException error, string? orderName) => WriteError(error, orderName);
}
