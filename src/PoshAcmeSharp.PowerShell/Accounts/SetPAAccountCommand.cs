using System.Management.Automation;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.PowerShell.Infrastructure;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.PowerShell.Accounts;

/// <summary>Chooses the account that the other commands use, and changes it.</summary>
/// <remarks>
/// <para>With an ID the account becomes the current one of the current server, unless NoSwitch is given. Contacts are changed at the CA and in the profile.</para>
/// </remarks>
/// <example>
/// <code>Set-PAAccount customer42</code>
/// <para>Chooses another account of the current server.</para>
/// </example>
/// <example>
/// <code>Set-PAAccount -Contact admin@example.com, security@example.com</code>
/// <para>Changes the contacts of the current account.</para>
/// </example>
/// <example>
/// <code>Set-PAAccount customer42 -Deactivate -NoSwitch</code>
/// <para>Asks, and then ends an account at the CA. Remove-PAAccount takes it away from the profile too.</para>
/// </example>
/// <seealso cref="GetPAAccountCommand"/>
/// <seealso cref="NewPAAccountCommand"/>
[Cmdlet(VerbsCommon.Set, "PAAccount", DefaultParameterSetName = EditSet, SupportsShouldProcess = true)]
public sealed class SetPAAccountCommand : ProfileCommand
{
    private const string EditSet = "Edit";

    /// <summary>The name of the account in the profile. Without it, the current one is changed.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [ValidateFriendlyName]
    [ArgumentCompleter(typeof(AccountIdCompleter))]
    public string? ID { get; set; }

    /// <summary>The new contacts; mailto: is put in front. An empty list takes all away.</summary>
    [Parameter(ParameterSetName = EditSet, Position = 1)]
    [AllowNull]
    [AllowEmptyCollection]
    public string[]? Contact { get; set; }

    /// <summary>Renames the account in the profile.</summary>
    [Parameter(ParameterSetName = EditSet)]
    [ValidateFriendlyName]
    public string? NewName { get; set; }

    /// <summary>Deactivates the account at the CA. That cannot be undone: its orders can no longer be renewed.</summary>
    [Parameter(ParameterSetName = EditSet)]
    public SwitchParameter Deactivate { get; set; }

    /// <summary>Does not ask before the account is deactivated.</summary>
    [Parameter(ParameterSetName = EditSet)]
    public SwitchParameter Force { get; set; }

    /// <summary>Changes the account without making it the current one.</summary>
    [Parameter]
    public SwitchParameter NoSwitch { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var server = Session.RequireServer();
        var account = ID is null
            ? Session.RequireAccount(server)
            : Session.Store.FindAccount(server, ID) ?? throw ProfileSession.AccountNotFound(ID, server);
        if (MyInvocation.BoundParameters.ContainsKey(nameof(Contact)))
        {
            await SetContactAsync(server, account, cancellationToken).ConfigureAwait(false);
        }

        if (Deactivate)
        {
            await DeactivateAsync(server, account, cancellationToken).ConfigureAwait(false);
        }

        if (NewName is not null && await ShouldProcessAsync(account.Id, $"Rename to '{NewName}'").ConfigureAwait(false))
        {
            using var hold = await Session.Store.LockAsync(ProfileStore.DefaultLockTimeout, cancellationToken).ConfigureAwait(false);
            Session.Store.RenameAccount(server, account, NewName);
        }

        if (ID is not null && !NoSwitch && await ShouldProcessAsync(account.Id, "Make it the current account").ConfigureAwait(false))
        {
            using var hold = await Session.Store.LockAsync(ProfileStore.DefaultLockTimeout, cancellationToken).ConfigureAwait(false);
            Session.Store.SetCurrentAccount(server, account);
        }
    }

    private async Task DeactivateAsync(StoredServer server, StoredAccount account, CancellationToken cancellationToken)
    {
        if (account.Status is not (null or "valid"))
        {
            WriteWarning($"The account {account.Id} is {account.Status} already.");
            return;
        }

        if (await ShouldProcessAsync(account.Id, "Deactivate the account").ConfigureAwait(false)
            && (Force || await ShouldContinueAsync(
                $"Are you sure you wish to deactivate account {account.Id}?",
                "Deactivating an account is irreversible and will prevent modifications or renewals for associated orders and certificates.").ConfigureAwait(false)))
        {
            await new AccountService(Session).DeactivateAsync(server, account, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task SetContactAsync(StoredServer server, StoredAccount account, CancellationToken cancellationToken)
    {
        if (server.IgnoreContact)
        {
            WriteVerbose($"The server '{server.Name}' takes no contacts; they are not changed.");
            return;
        }

        account = Session.RequireValidAccount(server, account.Id);
        var contact = Contact ?? [];
        if (await ShouldProcessAsync(account.Id, $"Set the contacts to '{string.Join(", ", contact)}'").ConfigureAwait(false))
        {
            await new AccountService(Session).SetContactAsync(server, account, contact, cancellationToken).ConfigureAwait(false);
        }
    }
}
