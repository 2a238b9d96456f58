using System.Management.Automation;

namespace PoshAcmeSharp.PowerShell.Challenges;

/// <summary>Removes the answer of one challenge that Publish-Challenge published.</summary>
/// <remarks>
/// <para>Takes the same arguments as Publish-Challenge. Other values of a TXT record and other files stay; what is not there counts as removed. A plugin that first collects changes makes them effective in Save-Challenge.</para>
/// </remarks>
/// <example>
/// <code>Unpublish-Challenge $auth.DNSId (Get-PAAccount) $auth.DNS01Token GoDaddy @{ GDToken = $token }</code>
/// <para>Removes the TXT value of a challenge.</para>
/// </example>
/// <example>
/// <code>Unpublish-Challenge $auth.DNSId (Get-PAAccount) $auth.DNS01Token Manual
/// Save-Challenge Manual</code>
/// <para>Shows which TXT record may be removed by hand.</para>
/// </example>
/// <seealso cref="PublishChallengeCommand"/>
/// <seealso cref="SaveChallengeCommand"/>
[Cmdlet(VerbsData.Unpublish, "Challenge", SupportsShouldProcess = true)]
public sealed class UnpublishChallengeCommand : PluginChallengeCommand
{
    private protected override bool IsRemoval => true;
}
