using System.Management.Automation;
using System.Security;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Dns;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.Plugins.GoDaddy;
using PoshAcmeSharp.PowerShell.Infrastructure;
using PoshAcmeSharp.PowerShell.Objects;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.PowerShell.Challenges;

/// <summary>The base of the commands for TXT records at GoDaddy: who asks, and for which records.</summary>
public abstract class GoDaddyCommand : ChallengeCommand
{
    internal const string KeySet = "AuthorizationKey";
    internal const string TokenSet = "AuthorizationToken";
    private const string RecordKeySet = "RecordKey";
    private const string RecordTokenSet = "RecordToken";

    private GoDaddyPlugin? _plugin;

    /// <summary>Authorizations from Get-PAAuthorization. Objects with RecordName and Value are taken too.</summary>
    [Parameter(ParameterSetName = KeySet, Position = 0, Mandatory = true, ValueFromPipeline = true)]
    [Parameter(ParameterSetName = TokenSet, Position = 0, Mandatory = true, ValueFromPipeline = true)]
    public PSObject[]? InputObject { get; set; }

    /// <summary>The account that the authorizations belong to, or its ID. The value of the record depends on the account's key.</summary>
    [Parameter(ParameterSetName = KeySet, Position = 1)]
    [Parameter(ParameterSetName = TokenSet, Position = 1)]
    [PSDefaultValue(Help = "The current account")]
    public PSObject? Account { get; set; }

    /// <summary>The full name of the TXT record, such as _acme-challenge.example.com.</summary>
    [Parameter(ParameterSetName = RecordKeySet, Position = 0, Mandatory = true)]
    [Parameter(ParameterSetName = RecordTokenSet, Position = 0, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string? RecordName { get; set; }

    /// <summary>The values of the record, as Get-KeyAuthorization -ForDNS gives them. Other values of the record are left alone.</summary>
    [Parameter(ParameterSetName = RecordKeySet, Position = 1, Mandatory = true)]
    [Parameter(ParameterSetName = RecordTokenSet, Position = 1, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string[]? Value { get; set; }

    /// <summary>The classic API key. Its secret goes with it, in GDSecretSecure or GDSecret.</summary>
    [Parameter(ParameterSetName = KeySet, Mandatory = true)]
    [Parameter(ParameterSetName = RecordKeySet, Mandatory = true)]
    public string? GDKey { get; set; }

    /// <summary>The secret of the classic API key.</summary>
    [Parameter(ParameterSetName = KeySet)]
    [Parameter(ParameterSetName = RecordKeySet)]
    [SecureText]
    public SecureString? GDSecretSecure { get; set; }

    /// <summary>The secret of the classic API key as plain text, for scripts that have it so. GDSecretSecure keeps it out of transcripts.</summary>
    [Parameter(ParameterSetName = KeySet)]
    [Parameter(ParameterSetName = RecordKeySet)]
    public string? GDSecret { get; set; }

    /// <summary>The customer ID of a corporate account, which uses version 2 of the API.</summary>
    [Parameter(ParameterSetName = KeySet)]
    [Parameter(ParameterSetName = RecordKeySet)]
    public string? GDCustomerId { get; set; }

    /// <summary>A personal access token (gd_pat_...) that may read and update DNS; it replaces the classic key.</summary>
    [Parameter(ParameterSetName = TokenSet, Mandatory = true)]
    [Parameter(ParameterSetName = RecordTokenSet, Mandatory = true)]
    [SecureText]
    public SecureString? GDToken { get; set; }

    /// <summary>Uses GoDaddy's test environment (OTE), which has keys and tokens of its own.</summary>
    [Parameter]
    public SwitchParameter GDUseOTE { get; set; }

    /// <summary>Another base URL of the API, such as that of a gateway. Plain http is for this machine only.</summary>
    [Parameter]
    public string? GDBaseUri { get; set; }

    /// <summary>The name servers to ask whether the record is an alias (CNAME), each as host or host:port, instead of those of this machine. The record at the end of the CNAMEs is the one that is changed.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? NameServer { get; set; }

    /// <summary>Whether records are removed.</summary>
    private protected abstract bool IsRemoval { get; }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _plugin?.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <inheritdoc/>
    protected override Task BeginAsync(CancellationToken cancellationToken)
    {
        var options = new GoDaddyOptions
        {
            GDKey = GDKey,
            GDSecretSecure = GDSecretSecure,
            GDSecret = GDSecret,
            GDCustomerId = GDCustomerId,
            GDToken = GDToken,
            GDUseOTE = GDUseOTE,
            GDBaseUri = GDBaseUri,
        };
        var resolver = new DnsResolver(new DnsResolverOptions
        {
            Attempts = 1,
            SystemServers = NameServer is null ? null : Array.ConvertAll(NameServer, NameServerEndpoint.Parse),
        });
        var aliases = new DnsAliasLookup(resolver, Reporter) { WarnsOfSilence = NameServer is not null };
        _plugin = new GoDaddyPlugin(options, null, aliases.FindAsync, Session.EnvironmentFor(FindAccount()));
        return Task.CompletedTask;
    }

    /// <summary>The account to keep notes with. A record by hand needs none; what is wrong is told where one is needed.</summary>
    private StoredAccount? FindAccount()
    {
        try
        {
            return Account is null ? Session.Store.GetCurrentAccount() : AccountInput.Resolve(Session, Session.RequireServer(), Account);
        }
        catch (PoshAcmeException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    protected override Task ProcessAsync(CancellationToken cancellationToken)
    {
        Func<PSObject, string, IReporter, ChallengeInput> read = IsRemoval ? ChallengeInput.ReadToRemove : ChallengeInput.ReadToPublish;
        Collect(InputObject ?? [], given => read(given, ChallengeType.Dns01, Reporter));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override async Task EndAsync(CancellationToken cancellationToken)
    {
        var approved = new List<TxtRecordSet>();
        foreach (var record in RecordName is null ? await GetTxtRecordsAsync(Account, cancellationToken).ConfigureAwait(false) : [new(RecordName, Value!)])
        {
            var action = IsRemoval ? "Remove from GoDaddy" : "Publish at GoDaddy";
            if (await ShouldProcessAsync($"TXT {record.RecordName} = {string.Join(", ", record.Values)}", action).ConfigureAwait(false))
            {
                approved.Add(record);
            }
        }

        if (approved.Count > 0)
        {
            var publisher = new ChallengePublisher(_plugin!, new PluginContext(Reporter, SystemClock.Instance));
            await (IsRemoval
                ? publisher.UnpublishAsync(approved, cancellationToken)
                : publisher.PublishAsync(approved, cancellationToken)).ConfigureAwait(false);
        }

        var done = new HashSet<string>(approved.Select(r => r.RecordName), StringComparer.OrdinalIgnoreCase);
        Complete(Inputs.Where(i => i.RecordName is not { } name || done.Contains(name)));
    }

    /// <summary>Called at the end with what was done, and what needed nothing.</summary>
    private protected virtual void Complete(IEnumerable<ChallengeInput> inputs)
    {
    }
}
