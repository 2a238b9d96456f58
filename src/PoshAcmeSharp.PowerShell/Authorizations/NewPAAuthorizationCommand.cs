using System.Management.Automation;
using PoshAcmeSharp.Acme;
using PoshAcmeSharp.PowerShell.Infrastructure;
using PoshAcmeSharp.PowerShell.Objects;

namespace PoshAcmeSharp.PowerShell.Authorizations;

/// <summary>Asks the CA for authorizations of names before any order, to validate them in advance.</summary>
/// <remarks>
/// <para>Few CAs offer it, and Let's Encrypt does not; New-PAOrder brings its authorizations with it. A name that has a valid authorization already may get that one.</para>
/// </remarks>
/// <example>
/// <code>$auths = New-PAAuthorization www.example.com, mail.example.com</code>
/// <para>Gets an authorization for each of two names.</para>
/// </example>
/// <example>
/// <code>Get-Content .\names.txt | New-PAAuthorization | Publish-HttpChallengeFile -WebRoot C:\inetpub\wwwroot</code>
/// <para>Writes the answers for all names of a file into the folder of a web site.</para>
/// </example>
/// <seealso cref="GetPAAuthorizationCommand"/>
/// <seealso cref="RevokePAAuthorizationCommand"/>
/// <seealso href="https://www.rfc-editor.org/rfc/rfc8555#section-7.4.1"/>
[Cmdlet(VerbsCommon.New, "PAAuthorization", SupportsShouldProcess = true)]
[OutputType(TypeNames.Authorization)]
public sealed class NewPAAuthorizationCommand : ProfileCommand
{
    /// <summary>The names: domains, international names, IP addresses. Wildcards cannot be authorized in advance.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    public string[] Domain { get; set; } = [];

    /// <summary>The account to authorize. Without it, the current one.</summary>
    [Parameter(Position = 1)]
    public PSObject? Account { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var server = Session.RequireServer();
        var account = AccountInput.Resolve(Session, server, Account);
        foreach (var name in Domain)
        {
            try
            {
                var identifier = AcmeIdentifier.Parse(name);
                if (await ShouldProcessAsync(identifier.Value, "Ask for an authorization").ConfigureAwait(false))
                {
                    var client = await Session.ConnectAsync(server, account, cancellationToken).ConfigureAwait(false);
                    WriteObject(OutputObjects.From(await client.NewAuthorizationAsync(identifier, cancellationToken).ConfigureAwait(false)));
                }
            }
            catch (PoshAcmeException e) when (e.ErrorId is not ("ConfirmationNeeded" or "PreAuthorizationNotSupported"))
            {
                WriteError(e, name);
            }
        }
    }
}
