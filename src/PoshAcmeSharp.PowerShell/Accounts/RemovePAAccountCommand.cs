using System.Management.Automation;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.PowerShell.Infrastructure;

namespace PoshAcmeSharp.PowerShell.Accounts;

/// <summary>Takes an account with its key, orders and certificates away from the profile.</summary>
/// <remarks>
/// <para>At the CA the account stays usable by whoever has its key, unless Deactivate is given. Export-PAAccountKey keeps the key before.</para>
/// <para>An account that cannot be deactivated is not removed.</para>
/// </remarks>
/// <example>
/// <code>Remove-PAAccount customer42</code>
/// <para>Asks, and then removes an account of the current server from the profile.</para>
/// </example>
/// <example>
/// <code>Get-PAAccount -List -Status valid | Remove-PAAccount -Deactivate -Force</code>
/// <para>Ends all accounts of the current server, at the CA and in the profile.</para>
/// </example>
/// <seealso cref="ExportPAAccountKeyCommand"/>
/// <seealso cref="GetPAAccountCommand"/>
/// <seealso href="https://www.rfc-editor.org/rfc/rfc8555#section-7.3.6"/>
[Cmdlet(VerbsCommon.Remove, "PAAccount", SupportsShouldProcess = true)]
public sealed class RemovePAAccountCommand : ProfileCommand
{
    /// <summary>The name of the account in the profile.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [ValidateFriendlyName]
    [ArgumentCompleter(typeof(AccountIdCompleter))]
    public string ID { get; set; } = string.Empty;

    /// <summary>Deactivates the account at the CA first. That cannot be undone.</summary>
    [Parameter]
    public SwitchParameter Deactivate { get; set; }

    /// <summary>Does not ask.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override bool ContinuesAfterErrors => true;

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var server = Session.RequireServer();
        if (Session.Store.FindAccount(server, ID) is not { } account)
        {
            WriteWarning($"Specified account ID ({ID}) was not found.");
            return;
        }

        var deactivates = Deactivate && account.IsUsable;
        if (!await ShouldProcessAsync(account.Id, deactivates ? "Deactivate and remove the account" : "Remove the account").ConfigureAwait(false)
            || (!Force && !await ShouldContinueAsync(
                $"Are you sure you wish to {(deactivates ? "deactivate and delete" : "delete")} account {account.Id}?",
                "Deleting an account will also delete its key and all local copies of its orders and certificates."
                + (deactivates ? " Deactivating it cannot be undone." : string.Empty)).ConfigureAwait(false)))
        {
            return;
        }

        var service = new AccountService(Session);
        if (deactivates)
        {
            await service.DeactivateAsync(server, account, cancellationToken).ConfigureAwait(false);
        }

        WriteVerbose($"Removing the account {account.Id}");
        await service.RemoveAsync(server, account, cancellationToken).ConfigureAwait(false);
    }
}
