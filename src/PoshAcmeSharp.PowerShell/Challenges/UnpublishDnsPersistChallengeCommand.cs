using System.Management.Automation;
using PoshAcmeSharp.Issuance;

namespace PoshAcmeSharp.PowerShell.Challenges;

/// <summary>Removes the lasting TXT records with which a CA validates names by dns-persist-01.</summary>
/// <remarks>
/// <para>Give it the parameters with which Publish-DnsPersistChallenge made the records: only the very values are removed, and what others have put at the same names stays. What is not there is a success.</para>
/// <para>The CA may go on with what it has validated already, for as long as its rules allow.</para>
/// </remarks>
/// <example>
/// <code>Get-PAOrder example.com | Unpublish-DnsPersistChallenge -AllowWildcard</code>
/// <para>Removes the records of an order. Its challenges must still be pending, as they tell what the records hold.</para>
/// </example>
/// <example>
/// <code>Unpublish-DnsPersistChallenge example.com (Get-PAAccount).location ca.example -Plugin Manual</code>
/// <para>Shows the record that can be removed.</para>
/// </example>
/// <seealso cref="PublishDnsPersistChallengeCommand"/>
/// <seealso href="https://datatracker.ietf.org/doc/draft-ietf-acme-dns-persist/"/>
[Cmdlet(VerbsData.Unpublish, "DnsPersistChallenge", DefaultParameterSetName = CurrentOrderSet, SupportsShouldProcess = true)]
public sealed class UnpublishDnsPersistChallengeCommand : DnsPersistChallengeCommand
{
    private protected override string Action => "Remove the records";

    private protected override Task RunAsync(DnsPersistService service, IReadOnlyList<DnsPersistRecord> records, CancellationToken cancellationToken)
        => service.UnpublishAsync(records, cancellationToken);
}
