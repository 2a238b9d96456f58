using System.Management.Automation;
using PoshAcmeSharp.PowerShell.Infrastructure;
using PoshAcmeSharp.PowerShell.Objects;

namespace PoshAcmeSharp.PowerShell.Authorizations;

/// <summary>Computes what has to be published for a challenge.</summary>
/// <remarks>
/// <para>For an HTTP challenge it is the content of the file; with ForDNS the value of the TXT record. It is made of the challenge's token and the account's key; the CA is not asked.</para>
/// </remarks>
/// <example>
/// <code>Get-KeyAuthorization $auths[0].HTTP01Token</code>
/// <para>Computes the content of the file for an HTTP challenge.</para>
/// </example>
/// <example>
/// <code>$auths.DNS01Token | Get-KeyAuthorization -ForDNS</code>
/// <para>Computes the values of TXT records.</para>
/// </example>
/// <seealso cref="GetPAAuthorizationCommand"/>
/// <seealso href="https://www.rfc-editor.org/rfc/rfc8555#section-8.1"/>
[Cmdlet(VerbsCommon.Get, "KeyAuthorization")]
[OutputType(typeof(string))]
public sealed class GetKeyAuthorizationCommand : ProfileCommand
{
    /// <summary>The token of the challenge.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    public string Token { get; set; } = string.Empty;

    /// <summary>The account. Without it, the current one.</summary>
    [Parameter(Position = 1)]
    public PSObject? Account { get; set; }

    /// <summary>Computes the value of the TXT record of a DNS challenge.</summary>
    [Parameter]
    public SwitchParameter ForDNS { get; set; }

    /// <inheritdoc/>
    protected override bool ContinuesAfterErrors => true;

    /// <inheritdoc/>
    protected override Task ProcessAsync(CancellationToken cancellationToken)
    {
        var server = Session.RequireServer();
        var key = Session.Connect(server, AccountInput.Resolve(Session, server, Account)).Key;
        WriteObject(ForDNS ? key.GetDnsTxtValue(Token) : key.GetKeyAuthorization(Token));
        return Task.CompletedTask;
    }
}
