using System.Management.Automation;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.PowerShell.Infrastructure;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.PowerShell.Accounts;

/// <summary>Chooses the account that the other commands use, and changes it.</summary>
/// <remarks>
/// <para>With an ID the account becomes the current one of the current server, unless NoSwitch is given. Contacts are changed at the CA and in the profile.</para>
/// <para>With KeyRollover the account gets another key, at the CA and in the profile; orders and certificates stay as they are. The new key is on disk before the CA hears of it. When the change is interrupted, the next command that uses the account asks the CA which key it has.</para>
/// <para>When the encryption of plugin arguments is changed, the former key is kept until all orders' arguments are written anew, so that an interruption loses nothing; the same command then finishes. Arguments that cannot be decrypted are named and kept.</para>
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
/// <example>
/// <code>Set-PAAccount -KeyRollover -KeyLength ec-384</code>
/// <para>Gives the current account a new P-384 key.</para>
/// </example>
/// <example>
/// <code>Get-PAAccount -List -Status valid | Set-PAAccount -KeyRollover -KeyLength ec-256 -NoSwitch</code>
/// <para>Gives every account of the current server a new P-256 key. With accounts from the pipeline, KeyLength has to be given: PowerShell cannot choose the parameter set otherwise.</para>
/// </example>
/// <example>
/// <code>$env:POSHACME_VAULT_NAME = 'certs'; Set-PAAccount -ResetAltPluginEncryption</code>
/// <para>Encrypts the plugin arguments of the current account with a new key, which is kept in a SecretManagement vault.</para>
/// </example>
/// <example>
/// <code>Set-PAAccount -SecretKeyFile ~/keys/acme-secrets.key</code>
/// <para>Keeps the key for the secrets of the current account in a file outside of the profile.</para>
/// </example>
/// <example>
/// <code>Set-PAAccount -SecretScope Machine</code>
/// <para>On Windows: lets a scheduled task of another account on this computer read the secrets that it needs, when it may read the profile.</para>
/// </example>
/// <seealso cref="GetPAAccountCommand"/>
/// <seealso cref="NewPAAccountCommand"/>
/// <seealso href="https://www.rfc-editor.org/rfc/rfc8555#section-7.3.5"/>
[Cmdlet(VerbsCommon.Set, "PAAccount", DefaultParameterSetName = EditSet, SupportsShouldProcess = true)]
public sealed class SetPAAccountCommand : ProfileCommand
{
    private const string EditSet = "Edit";
    private const string RolloverSet = "Rollover";
    private const string ImportSet = "RolloverImportKey";

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

    /// <summary>Encrypts the plugin arguments of the account's orders with a key of the account, so that they can be read on another computer or by another user who can read the profile. The key is kept in the account's file, or in the SecretManagement vault that POSHACME_VAULT_NAME names. With $false the arguments are left to the protection of the system: DPAPI on Windows, none elsewhere.</summary>
    [Parameter(ParameterSetName = EditSet)]
    public SwitchParameter UseAltPluginEncryption { get; set; }

    /// <summary>Encrypts the plugin arguments of the account's orders with a new key.</summary>
    [Parameter(ParameterSetName = EditSet)]
    public SwitchParameter ResetAltPluginEncryption { get; set; }

    /// <summary>Who can decrypt the secrets of the account's orders (plugin arguments, passwords of private keys) and of the server's proxy, given that they may read the profile. User, as it is without this parameter: on Windows only the user who saved them, elsewhere who can read the account's file. Machine: all accounts of this computer, by DPAPI of Windows, for scheduled tasks of SYSTEM or a service account; other systems refuse it. Posh-ACME cannot read secrets for the machine and refuses them.</summary>
    [Parameter(ParameterSetName = EditSet)]
    [ValidateSet("User", "Machine")]
    public string? SecretScope { get; set; }

    /// <summary>A file outside of the profile with the key for these secrets. It is made with a new key when it is not there; keep a copy of it, and give the accounts that need it the right to read it. Whoever copies the profile alone cannot decrypt anything. A file that everybody can read is refused. Posh-ACME cannot read such secrets and refuses them.</summary>
    [Parameter(ParameterSetName = EditSet)]
    [ValidateNotNullOrEmpty]
    public string? SecretKeyFile { get; set; }

    /// <summary>Deactivates the account at the CA. That cannot be undone: its orders can no longer be renewed.</summary>
    [Parameter(ParameterSetName = EditSet)]
    public SwitchParameter Deactivate { get; set; }

    /// <summary>Does not ask before the account is deactivated.</summary>
    [Parameter(ParameterSetName = EditSet)]
    public SwitchParameter Force { get; set; }

    /// <summary>Gives the account another key.</summary>
    [Parameter(ParameterSetName = RolloverSet, Mandatory = true)]
    [Parameter(ParameterSetName = ImportSet, Mandatory = true)]
    public SwitchParameter KeyRollover { get; set; }

    /// <summary>The kind and size of the new key: ec-256, ec-384, ec-521, or 2048 to 4096 bits of RSA in steps of 128.</summary>
    [Parameter(ParameterSetName = RolloverSet)]
    [Alias("AccountKeyLength")]
    [ValidateKeyLength]
    [ArgumentCompleter(typeof(KeyLengthCompleter))]
    [PSDefaultValue(Value = "ec-256")]
    public string KeyLength { get; set; } = "ec-256";

    /// <summary>A file with an unencrypted private key in PEM (PKCS#1, PKCS#8 or SEC1) that becomes the account's key; also one that the account was given elsewhere.</summary>
    [Parameter(ParameterSetName = ImportSet, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string? KeyFile { get; set; }

    /// <summary>Changes the account without making it the current one.</summary>
    [Parameter]
    public SwitchParameter NoSwitch { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var server = Session.RequireServer();
        var account = Session.RequireAccount(server, ID);
        var isEncryptionSet = ResetAltPluginEncryption || MyInvocation.BoundParameters.ContainsKey(nameof(UseAltPluginEncryption));
        AccountService.CheckSecretOptions(ParseScope(), SecretKeyFile, isEncryptionSet);
        if (isEncryptionSet)
        {
            await SetPluginEncryptionAsync(account, cancellationToken).ConfigureAwait(false);
        }
        else if (SecretScope is not null || SecretKeyFile is not null)
        {
            await SetSecretKeyAsync(account, cancellationToken).ConfigureAwait(false);
        }

        if (MyInvocation.BoundParameters.ContainsKey(nameof(Contact)))
        {
            await SetContactAsync(server, account, cancellationToken).ConfigureAwait(false);
        }

        if (Deactivate)
        {
            await DeactivateAsync(server, account, cancellationToken).ConfigureAwait(false);
        }

        if (KeyRollover)
        {
            await ChangeKeyAsync(server, account, cancellationToken).ConfigureAwait(false);
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

    private SecretScope? ParseScope() => SecretScope is null ? null : (SecretScope)Enum.Parse(typeof(SecretScope), SecretScope, ignoreCase: true);

    private async Task SetSecretKeyAsync(StoredAccount account, CancellationToken cancellationToken)
    {
        var file = SecretKeyFile is null ? null : await ResolveFilePathAsync(SecretKeyFile).ConfigureAwait(false);
        if (!await ShouldProcessAsync(account.Id, file is null ? $"Encrypt the secrets for the {SecretScope}" : $"Encrypt the secrets with the key in '{file}'").ConfigureAwait(false))
        {
            return;
        }

        var service = new AccountService(Session);
        var unreadable = file is null
            ? await service.SetSecretScopeAsync(account, ParseScope()!.Value, cancellationToken).ConfigureAwait(false)
            : await service.SetSecretKeyFileAsync(account, file, cancellationToken).ConfigureAwait(false);
        foreach (var error in unreadable)
        {
            WriteError(error, account.Id);
        }
    }

    private async Task SetPluginEncryptionAsync(StoredAccount account, CancellationToken cancellationToken)
    {
        var what = ResetAltPluginEncryption ? "Encrypt the plugin arguments with a new key"
            : UseAltPluginEncryption ? "Encrypt the plugin arguments with a key of the account"
            : "Leave the plugin arguments to the protection of the system";
        if (await ShouldProcessAsync(account.Id, what).ConfigureAwait(false))
        {
            var unreadable = await new AccountService(Session)
                .SetPluginEncryptionAsync(account, UseAltPluginEncryption, ResetAltPluginEncryption, cancellationToken)
                .ConfigureAwait(false);
            foreach (var error in unreadable)
            {
                WriteError(error, account.Id);
            }
        }
    }

    private async Task ChangeKeyAsync(StoredServer server, StoredAccount account, CancellationToken cancellationToken)
    {
        account = Session.RequireValidAccount(server, account.Id);
        var pem = KeyFile is null ? null : await ReadTextFileAsync(KeyFile).ConfigureAwait(false);
        if (await ShouldProcessAsync(account.Id, pem is null ? $"Change the account's key to a new one ({KeyLength})" : $"Change the account's key to that in '{KeyFile}'").ConfigureAwait(false))
        {
            await new AccountService(Session)
                .ChangeKeyAsync(server, account, PoshAcmeSharp.Certificates.KeyLength.Parse(KeyLength), pem, cancellationToken)
                .ConfigureAwait(false);
        }
    }

    private async Task DeactivateAsync(StoredServer server, StoredAccount account, CancellationToken cancellationToken)
    {
        if (!account.IsUsable)
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
