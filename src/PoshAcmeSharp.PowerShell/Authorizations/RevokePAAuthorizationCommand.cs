using System.Management.Automation;
using PoshAcmeSharp.Acme;

namespace PoshAcmeSharp.PowerShell.Authorizations;

/// <summary>Revokes authorizations, so that their names have to be validated again at the next order.</summary>
/// <remarks>
/// <para>CAs keep valid authorizations for a while and do not validate their names again. This ends that, which helps when trying out validation. Certificates are not revoked.</para>
/// </remarks>
/// <example>
/// <code>Get-PAOrder | Revoke-PAAuthorization -Force</code>
/// <para>Revokes all authorizations of the current order without asking for each.</para>
/// </example>
/// <example>
/// <code>Get-PAOrder -List | Revoke-PAAuthorization -WhatIf</code>
/// <para>Shows what would be revoked for all orders.</para>
/// </example>
/// <seealso cref="GetPAAuthorizationCommand"/>
/// <seealso href="https://www.rfc-editor.org/rfc/rfc8555#section-7.5.2"/>
[Cmdlet(VerbsSecurity.Revoke, "PAAuthorization", SupportsShouldProcess = true)]
public sealed class RevokePAAuthorizationCommand : AuthorizationUrlsCommand
{
    /// <summary>Does not ask for each name.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override async Task RunAsync(AcmeAccountClient client, IReadOnlyList<string> urls, CancellationToken cancellationToken)
    {
        var results = await client.TryGetAuthorizationsAsync(urls, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < results.Count; i++)
        {
            try
            {
                if (results[i].Error is { } error)
                {
                    throw error;
                }

                await RevokeAsync(client, results[i].Value!, cancellationToken).ConfigureAwait(false);
            }
            catch (PoshAcmeException e) when (e.ErrorId != "ConfirmationNeeded")
            {
                WriteError(e, urls[i]);
            }
        }
    }

    private async Task RevokeAsync(AcmeAccountClient client, AcmeAuthorization authorization, CancellationToken cancellationToken)
    {
        if (authorization.Status == "deactivated")
        {
            WriteWarning($"Authorization has already been deactivated for {authorization.FullName}.");
            return;
        }

        if (!await ShouldProcessAsync(authorization.FullName, "Revoke the authorization").ConfigureAwait(false)
            || (!Force && !await ShouldContinueAsync(
                $"Are you sure you wish to revoke the authorization for {authorization.FullName}?",
                "The name has to be validated again before it can be in another certificate of this account.").ConfigureAwait(false)))
        {
            return;
        }

        WriteVerbose($"Revoking the authorization for {authorization.FullName}");
        await client.DeactivateAuthorizationAsync(authorization.Location, cancellationToken).ConfigureAwait(false);
    }
}
