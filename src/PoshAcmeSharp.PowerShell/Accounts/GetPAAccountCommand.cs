using System.Management.Automation;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.PowerShell.Infrastructure;
using PoshAcmeSharp.PowerShell.Objects;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.PowerShell.Accounts;

/// <summary>Gets the current account of the current server, another one, or all of them.</summary>
/// <remarks>
/// <para>Without parameters, the account that the other commands use. Nothing is returned for an ID that is not in the profile.</para>
/// </remarks>
/// <example>
/// <code>Get-PAAccount</code>
/// <para>Shows the current account.</para>
/// </example>
/// <example>
/// <code>Get-PAAccount -List -Status valid -Refresh</code>
/// <para>Asks the CA about all accounts in the profile and shows the valid ones.</para>
/// </example>
/// <seealso cref="NewPAAccountCommand"/>
/// <seealso cref="SetPAAccountCommand"/>
[Cmdlet(VerbsCommon.Get, "PAAccount", DefaultParameterSetName = SpecificSet)]
[OutputType(TypeNames.Account)]
public sealed class GetPAAccountCommand : ProfileCommand
{
    private const string SpecificSet = "Specific";
    private const string ListSet = "List";

    /// <summary>The name of the account in the profile.</summary>
    [Parameter(ParameterSetName = SpecificSet, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [ValidateFriendlyName]
    [ArgumentCompleter(typeof(AccountIdCompleter))]
    public string? ID { get; set; }

    /// <summary>Gets all accounts of the current server.</summary>
    [Parameter(ParameterSetName = ListSet, Mandatory = true)]
    public SwitchParameter List { get; set; }

    /// <summary>Only accounts with this status.</summary>
    [Parameter(ParameterSetName = ListSet)]
    [ValidateSet("valid", "deactivated", "revoked")]
    public string? Status { get; set; }

    /// <summary>Only accounts with exactly these contacts.</summary>
    [Parameter(ParameterSetName = ListSet)]
    [AllowNull]
    [AllowEmptyCollection]
    public string[]? Contact { get; set; }

    /// <summary>Only accounts with one of these kinds and sizes of key.</summary>
    [Parameter(ParameterSetName = ListSet)]
    [Alias("AccountKeyLength")]
    [ValidateKeyLength]
    [ArgumentCompleter(typeof(KeyLengthCompleter))]
    public string[]? KeyLength { get; set; }

    /// <summary>Asks the CA for the present state first.</summary>
    [Parameter]
    public SwitchParameter Refresh { get; set; }

    /// <summary>Takes what is not known, so that scripts can pass the parameters of several commands at once.</summary>
    [Parameter(ValueFromRemainingArguments = true)]
    public object? ExtraParams { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var server = Session.RequireServer();
        var accounts = List ? Session.Store.ListAccounts(server) : Find(server);

        // The CA answers no account that is deactivated or revoked, and no such account becomes another.
        foreach (var account in accounts.Where(a => Refresh && a.IsUsable))
        {
            try
            {
                await new AccountService(Session).RefreshAsync(server, account, cancellationToken).ConfigureAwait(false);
            }
            catch (PoshAcmeException e)
            {
                WriteError(e, account.Id);
            }
        }

        foreach (var account in accounts.Where(a => Matches(server, a)))
        {
            WriteObject(OutputObjects.From(account));
        }
    }

    private IReadOnlyList<StoredAccount> Find(StoredServer server)
        => (ID is null ? Session.Store.GetCurrentAccount(server) : Session.Store.FindAccount(server, ID)) is { } account ? [account] : [];

    private bool Matches(StoredServer server, StoredAccount account)
        => (Status is null || string.Equals(account.Status, Status, StringComparison.OrdinalIgnoreCase))
            && (KeyLength is null || KeyLength.Contains(account.KeyLength, StringComparer.OrdinalIgnoreCase))
            && (!MyInvocation.BoundParameters.ContainsKey(nameof(Contact))
                || new HashSet<string>(AccountService.ContactsFor(server, Contact ?? []), StringComparer.OrdinalIgnoreCase).SetEquals(account.Contact));
}
