using System.Management.Automation;
using PoshAcmeSharp.Issuance;

namespace PoshAcmeSharp.PowerShell.Challenges;

/// <summary>Publishes the lasting TXT records with which a CA validates names by dns-persist-01.</summary>
/// <remarks>
/// <para>The record at _validation-persist below each domain says which CA may issue for which account. It is published once and stays; orders with the DnsVariant dns-persist-01 need no more than to be submitted. Whoever has the account's key can have certificates issued as long as the record is there, so keep the key well and think of PersistUntil.</para>
/// <para>From an order, the CA's challenges say what the records have to hold, and the plugins of the order publish them. Names without such a challenge are passed over with a warning. By hand, no server is asked.</para>
/// <para>Publishing what is there is a success. Unpublish-DnsPersistChallenge with the same parameters removes the records.</para>
/// </remarks>
/// <example>
/// <code>New-PAOrder example.com, *.example.com -Plugin GoDaddy -PluginArgs @{ GDToken = $token } -DnsVariant dns-persist-01
/// Publish-DnsPersistChallenge -AllowWildcard</code>
/// <para>Publishes one record that covers both names of the new order and everything below the domain.</para>
/// </example>
/// <example>
/// <code>Publish-DnsPersistChallenge example.com, example.org (Get-PAAccount).location ca.example -Plugin Manual -PersistUntil (Get-Date).AddYears(1)</code>
/// <para>Shows the two records that have to be created by hand; the CA stops to accept them after a year.</para>
/// </example>
/// <seealso cref="UnpublishDnsPersistChallengeCommand"/>
/// <seealso cref="Orders.NewPAOrderCommand"/>
/// <seealso href="https://datatracker.ietf.org/doc/draft-ietf-acme-dns-persist/"/>
[Cmdlet(VerbsData.Publish, "DnsPersistChallenge", DefaultParameterSetName = CurrentOrderSet, SupportsShouldProcess = true)]
public sealed class PublishDnsPersistChallengeCommand : DnsPersistChallengeCommand
{
    private protected override string Action => "Publish the records";

    private protected override Task RunAsync(DnsPersistService service, IReadOnlyList<DnsPersistRecord> records, CancellationToken cancellationToken)
        => service.PublishAsync(records, cancellationToken);
}
