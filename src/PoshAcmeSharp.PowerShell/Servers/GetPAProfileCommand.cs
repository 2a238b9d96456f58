using System.Management.Automation;
using PoshAcmeSharp.PowerShell.Infrastructure;
using PoshAcmeSharp.PowerShell.Objects;

namespace PoshAcmeSharp.PowerShell.Servers;

/// <summary>Gets the certificate profiles that the current ACME server offers.</summary>
/// <remarks>
/// <para>A profile is a kind of certificate with its own lifetime and contents. The list is what the server's directory said when it was read last; Get-PAServer -Refresh reads it anew. A server without profiles gives nothing.</para>
/// </remarks>
/// <example>
/// <code>Get-PAProfile</code>
/// <para>Shows the names of the profiles and what the CA says about them.</para>
/// </example>
/// <example>
/// <code>if (Get-PAProfile shortlived) { New-PAOrder www.example.com -Profile shortlived }</code>
/// <para>Orders a certificate of a short lifetime from a CA that has such a profile.</para>
/// </example>
/// <seealso cref="GetPAServerCommand"/>
/// <seealso cref="Orders.NewPAOrderCommand"/>
/// <seealso href="https://datatracker.ietf.org/doc/draft-ietf-acme-profiles/"/>
[Cmdlet(VerbsCommon.Get, "PAProfile")]
[OutputType(TypeNames.CertificateProfile)]
public sealed class GetPAProfileCommand : ProfileCommand
{
    /// <summary>The name of one profile. Without it, all are shown.</summary>
    [Parameter(Position = 0)]
    [ArgumentCompleter(typeof(CertificateProfileCompleter))]
    public string? Profile { get; set; }

    /// <inheritdoc/>
    protected override Task ProcessAsync(CancellationToken cancellationToken)
    {
        foreach (var offered in Session.ClientOf(Session.RequireServer()).Directory.Profiles)
        {
            if (string.IsNullOrEmpty(Profile) || string.Equals(offered.Key, Profile, StringComparison.OrdinalIgnoreCase))
            {
                WriteObject(PSObjects.Create([new("Profile", offered.Key), new("ProfileDescription", offered.Value)], TypeNames.CertificateProfile));
            }
        }

        return Task.CompletedTask;
    }
}
