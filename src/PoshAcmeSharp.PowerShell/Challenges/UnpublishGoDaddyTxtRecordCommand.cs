using System.Management.Automation;

namespace PoshAcmeSharp.PowerShell.Challenges;

/// <summary>Removes the TXT records that answered DNS challenges from zones that GoDaddy hosts.</summary>
/// <remarks>
/// <para>Takes the same authorizations as Publish-GoDaddyTxtRecord, whatever became of them, and removes the value of each dns-01 challenge from its record _acme-challenge. Other values of the record stay; the record goes with its last value. What is not there counts as removed.</para>
/// <para>A token that may write but not read cannot find records again. It removes what Publish-GoDaddyTxtRecord noted with the account of the profile; of other values it removes none, and an error names what is left behind.</para>
/// </remarks>
/// <example>
/// <code>$auths | Unpublish-GoDaddyTxtRecord -GDToken $token</code>
/// <para>Removes the records of these authorizations with a personal access token.</para>
/// </example>
/// <example>
/// <code>Unpublish-GoDaddyTxtRecord _acme-challenge.example.com $value -GDKey key -GDSecretSecure $secret</code>
/// <para>Removes one value from a record with a classic key.</para>
/// </example>
/// <seealso cref="PublishGoDaddyTxtRecordCommand"/>
[Cmdlet(VerbsData.Unpublish, "GoDaddyTxtRecord", DefaultParameterSetName = KeySet, SupportsShouldProcess = true)]
public sealed class UnpublishGoDaddyTxtRecordCommand : GoDaddyCommand
{
    private protected override bool IsRemoval => true;
}
