using System.Management.Automation;

namespace PoshAcmeSharp.PowerShell.Challenges;

/// <summary>Publishes the answer of one challenge with a plugin.</summary>
/// <remarks>
/// <para>Makes the TXT record or the file that the challenge asks for and gives it to the plugin. A plugin that first collects changes makes them effective in Save-Challenge, which does no harm after any other. Commands that validate a whole order do all this by themselves.</para>
/// <para>The same command may be run again: what is there already is a success. Unpublish-Challenge with the same arguments removes it.</para>
/// </remarks>
/// <example>
/// <code>$auth = Get-PAOrder | Get-PAAuthorization
/// $token = ConvertTo-SecureString $env:GD_TOKEN -AsPlainText -Force
/// Publish-Challenge $auth.DNSId (Get-PAAccount) $auth.DNS01Token GoDaddy @{ GDToken = $token }</code>
/// <para>Publishes the TXT record for the current order, which has one name.</para>
/// </example>
/// <example>
/// <code>Publish-Challenge www.example.com (Get-PAAccount) $auth.HTTP01Token WebRoot @{ WRPath = 'C:\inetpub\wwwroot' }</code>
/// <para>Writes the file that answers an HTTP challenge.</para>
/// </example>
/// <example>
/// <code>foreach ($auth in Get-PAOrder | Get-PAAuthorization) {
///     Publish-Challenge $auth.DNSId (Get-PAAccount) $auth.DNS01Token Manual
/// }
/// Save-Challenge Manual</code>
/// <para>Shows the TXT records of all names of the order together and waits until they have been created by hand.</para>
/// </example>
/// <seealso cref="UnpublishChallengeCommand"/>
/// <seealso cref="SaveChallengeCommand"/>
/// <seealso cref="Authorizations.SendChallengeAckCommand"/>
[Cmdlet(VerbsData.Publish, "Challenge", SupportsShouldProcess = true)]
public sealed class PublishChallengeCommand : PluginChallengeCommand
{
    private protected override bool IsRemoval => false;
}
