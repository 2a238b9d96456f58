using System.Collections;
using System.Management.Automation;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.PowerShell.Infrastructure;
using PoshAcmeSharp.PowerShell.Objects;

namespace PoshAcmeSharp.PowerShell.Challenges;

/// <summary>The base of the commands for the records of dns-persist-01: of orders, or of domains by hand.</summary>
public abstract class DnsPersistChallengeCommand : ProfileCommand
{
    /// <summary>A set of its own: with an optional Order, PowerShell would take a piped order for a Domain.</summary>
    private protected const string CurrentOrderSet = "CurrentOrder";
    private protected const string OrderSet = "FromOrder";
    private protected const string StandaloneSet = "Standalone";

    private readonly List<DnsPersistRecord> _records = [];
    private IReadOnlyDictionary<string, object?>? _arguments;

    /// <summary>An order from Get-PAOrder: its names, its account and its plugins are taken. Without it, the current order.</summary>
    [Parameter(ParameterSetName = OrderSet, Position = 0, Mandatory = true, ValueFromPipeline = true)]
    public PSObject? Order { get; set; }

    /// <summary>The domains. A wildcard has the record of the domain below it.</summary>
    [Parameter(ParameterSetName = StandaloneSet, Position = 0, Mandatory = true, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    public string[] Domain { get; set; } = [];

    /// <summary>The URL of the account that may have certificates issued, exactly as the CA gave it: the location of Get-PAAccount.</summary>
    [Parameter(ParameterSetName = StandaloneSet, Position = 1, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string AccountUri { get; set; } = string.Empty;

    /// <summary>The name of the CA in such records: one of issuer-domain-names of its dns-persist-01 challenges.</summary>
    [Parameter(ParameterSetName = StandaloneSet, Position = 2, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string IssuerDomainName { get; set; } = string.Empty;

    /// <summary>The plugin of the DNS provider, as Get-PAPlugin lists it.</summary>
    [Parameter(ParameterSetName = StandaloneSet, Mandatory = true)]
    [ArgumentCompleter(typeof(PluginCompleter))]
    [ValidateNotNullOrEmpty]
    public string Plugin { get; set; } = string.Empty;

    /// <summary>The arguments of the plugin. Get-PAPlugin -Params shows which it takes.</summary>
    [Parameter(ParameterSetName = StandaloneSet)]
    public Hashtable? PluginArgs { get; set; }

    /// <summary>Folders of plugin scripts to look for plugins in, before those of POSHACME_PLUGINS and of an installed Posh-ACME.</summary>
    [Parameter(ParameterSetName = StandaloneSet)]
    [ValidateNotNullOrEmpty]
    public string[]? PluginPath { get; set; }

    /// <summary>Takes the script where the module has a plugin of the same name.</summary>
    [Parameter(ParameterSetName = StandaloneSet)]
    public SwitchParameter PreferPluginScript { get; set; }

    /// <summary>Has the records cover wildcards and all names below, too. Without it, the wildcards of an order are passed over.</summary>
    [Parameter]
    public SwitchParameter AllowWildcard { get; set; }

    /// <summary>Gives every name a record of its own, also where one with AllowWildcard above it covers it.</summary>
    [Parameter]
    public SwitchParameter UseAllDomains { get; set; }

    /// <summary>When the CA must stop to accept the records. Without it, they hold until they are removed.</summary>
    [Parameter]
    public DateTimeOffset PersistUntil { get; set; }

    /// <inheritdoc/>
    protected override bool ContinuesAfterErrors => MyInvocation.ExpectingInput;

    /// <summary>What is asked before it is done.</summary>
    private protected abstract string Action { get; }

    private DateTimeOffset? Until => MyInvocation.BoundParameters.ContainsKey(nameof(PersistUntil)) ? PersistUntil : null;

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        if (ParameterSetName == StandaloneSet)
        {
            await CollectDomainsAsync().ConfigureAwait(false);
            return;
        }

        var server = Session.RequireServer();
        var account = Session.RequireValidAccount(server);
        var order = OrderInput.Resolve(Session, account, Order);
        if (await ShouldProcessAsync(order.Name, $"{Action} for dns-persist-01").ConfigureAwait(false))
        {
            _records.AddRange(await new DnsPersistService(Session).RecordsForAsync(server, account, order, AllowWildcard, Until, cancellationToken).ConfigureAwait(false));
        }
    }

    /// <inheritdoc/>
    protected override Task EndAsync(CancellationToken cancellationToken)
        => RunAsync(new DnsPersistService(Session), DnsPersistService.Reduce(_records, UseAllDomains), cancellationToken);

    /// <summary>Publishes or removes the records that have come together.</summary>
    private protected abstract Task RunAsync(DnsPersistService service, IReadOnlyList<DnsPersistRecord> records, CancellationToken cancellationToken);

    private async Task CollectDomainsAsync()
    {
        // Records that are published together have the same table of arguments.
        _arguments ??= PluginArgsInput.Read(PluginArgs);
        var value = new DnsPersistValue(IssuerDomainName, AccountUri, AllowWildcard, Until);
        foreach (var record in DnsPersistService.RecordsFor(Domain, value, Plugin, _arguments, PluginsFor(PluginPath, PreferPluginScript)))
        {
            if (await ShouldProcessAsync($"TXT {DnsPersistValue.RecordNameFor(record.Domain)} = {value}", $"{Action} with {Plugin}").ConfigureAwait(false))
            {
                _records.Add(record);
            }
        }
    }
}
