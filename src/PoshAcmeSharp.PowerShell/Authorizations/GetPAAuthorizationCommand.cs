using System.Management.Automation;
using PoshAcmeSharp.Acme;
using PoshAcmeSharp.PowerShell.Objects;

namespace PoshAcmeSharp.PowerShell.Authorizations;

/// <summary>Gets authorizations from the CA: for each name of an order, whether it is validated and how it can be.</summary>
/// <remarks>
/// <para>All authorizations that the pipeline brings are asked for at the same time and written in their order. Beside what the CA sends, the objects hold the name (DNSId, and fqdn as it stands in the order) and the status, URL and token of the dns-01 and http-01 challenges.</para>
/// </remarks>
/// <example>
/// <code>$auths = Get-PAOrder | Get-PAAuthorization; $auths</code>
/// <para>Shows the names of the current order and the state of their validation.</para>
/// </example>
/// <example>
/// <code>(Get-PAOrder | Get-PAAuthorization).challenges.error | Format-List</code>
/// <para>Shows why the CA did not validate a name.</para>
/// </example>
/// <seealso cref="Orders.GetPAOrderCommand"/>
/// <seealso cref="SendChallengeAckCommand"/>
/// <seealso href="https://www.rfc-editor.org/rfc/rfc8555#section-7.1.4"/>
[Cmdlet(VerbsCommon.Get, "PAAuthorization")]
[Alias("Get-PAAuthorizations")]
[OutputType(TypeNames.Authorization)]
public sealed class GetPAAuthorizationCommand : AuthorizationUrlsCommand
{
    private protected override async Task RunAsync(AcmeAccountClient client, IReadOnlyList<string> urls, CancellationToken cancellationToken)
    {
        var results = await client.TryGetAuthorizationsAsync(urls, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < results.Count; i++)
        {
            if (results[i].Error is { } error)
            {
                WriteError(error, urls[i]);
            }
            else
            {
                WriteObject(OutputObjects.From(results[i].Value!));
            }
        }
    }
}
