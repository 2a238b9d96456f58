using System.Management.Automation;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.PowerShell.Objects;

namespace PoshAcmeSharp.PowerShell.Challenges;

/// <summary>Writes the files that answer HTTP challenges into the folders of a web server.</summary>
/// <remarks>
/// <para>Takes authorizations from Get-PAAuthorization and writes, for each http-01 challenge, a file whose name is the challenge's token into .well-known/acme-challenge below each web root, where the CA fetches it over plain HTTP on port 80. Folders between are made. An authorization that is valid already needs nothing and is left out. Wildcards cannot be validated so.</para>
/// <para>On Windows a small web.config that lets IIS serve the file is placed beside it where there is none. When one file cannot be written, the command ends with an error and passes nothing on.</para>
/// </remarks>
/// <example>
/// <code>Get-PAOrder | Get-PAAuthorization | Publish-HttpChallengeFile -WebRoot C:\inetpub\wwwroot -PassThru | Send-ChallengeAck</code>
/// <para>Writes the files for the current order and asks the CA to fetch them.</para>
/// </example>
/// <example>
/// <code>$auths | Publish-HttpChallengeFile -WebRoot \\web1\www, \\web2\www</code>
/// <para>Writes the files for two servers that answer for the same names.</para>
/// </example>
/// <example>
/// <code>$token = $auths[0].HTTP01Token
/// Publish-HttpChallengeFile -Token $token -KeyAuthorization (Get-KeyAuthorization $token) -ExactPath /srv/acme</code>
/// <para>Writes one file by hand into the folder that the web server serves as /.well-known/acme-challenge.</para>
/// </example>
/// <seealso cref="UnpublishHttpChallengeFileCommand"/>
/// <seealso href="https://www.rfc-editor.org/rfc/rfc8555#section-8.3">RFC 8555, the HTTP challenge</seealso>
[Cmdlet(VerbsData.Publish, "HttpChallengeFile", DefaultParameterSetName = WebRootSet, SupportsShouldProcess = true)]
[OutputType(TypeNames.Authorization)]
public sealed class PublishHttpChallengeFileCommand : HttpChallengeFileCommand
{
    /// <summary>Passes the authorizations on when their files are written, in their order, for Send-ChallengeAck.</summary>
    [Parameter(ParameterSetName = WebRootSet)]
    [Parameter(ParameterSetName = ExactPathSet)]
    public SwitchParameter PassThru { get; set; }

    private protected override bool IsRemoval => false;

    private protected override void Complete(IEnumerable<ChallengeInput> inputs)
    {
        foreach (var input in inputs.Where(_ => PassThru))
        {
            if (!input.IsSkipped)
            {
                input.Authorization?.MarkPublished(ChallengeType.Http01);
            }

            WriteObject(input.Source);
        }
    }
}
