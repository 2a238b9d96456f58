using System.Management.Automation;

namespace PoshAcmeSharp.PowerShell.Challenges;

/// <summary>Removes the files that answered HTTP challenges from the folders of a web server.</summary>
/// <remarks>
/// <para>Takes the same authorizations as Publish-HttpChallengeFile, whatever became of them, and removes the file of each http-01 challenge, then a web.config that this module placed, and .well-known/acme-challenge when nothing else is in it. A file that is no challenge file stays, with a warning. What is not there counts as removed.</para>
/// </remarks>
/// <example>
/// <code>$auths | Unpublish-HttpChallengeFile -WebRoot C:\inetpub\wwwroot</code>
/// <para>Removes the files of these authorizations.</para>
/// </example>
/// <example>
/// <code>Unpublish-HttpChallengeFile -Token $token -KeyAuthorization (Get-KeyAuthorization $token) -ExactPath /srv/acme</code>
/// <para>Removes one file by hand.</para>
/// </example>
/// <seealso cref="PublishHttpChallengeFileCommand"/>
[Cmdlet(VerbsData.Unpublish, "HttpChallengeFile", DefaultParameterSetName = WebRootSet, SupportsShouldProcess = true)]
public sealed class UnpublishHttpChallengeFileCommand : HttpChallengeFileCommand
{
    private protected override bool IsRemoval => true;
}
