using System.Collections;
using System.Management.Automation;
using PoshAcmeSharp.Acme;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.PowerShell.Infrastructure;
using PoshAcmeSharp.PowerShell.Objects;

namespace PoshAcmeSharp.PowerShell.Challenges;

/// <summary>The base of the commands that answer one challenge with a plugin: which challenge, and which plugin.</summary>
public abstract class PluginChallengeCommand : PluginCommand
{
    private const string Wildcard = "*.";

    /// <summary>The domain that is validated. A wildcard is validated at the same name as the domain below it.</summary>
    [Parameter(Position = 0, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string Domain { get; set; } = string.Empty;

    /// <summary>The account that the authorization belongs to, or its ID. The answer depends on the account's key.</summary>
    [Parameter(Position = 1, Mandatory = true)]
    public PSObject Account { get; set; } = null!;

    /// <summary>The token of the challenge: DNS01Token or HTTP01Token of the authorization.</summary>
    [Parameter(Position = 2, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string Token { get; set; } = string.Empty;

    /// <summary>The plugin, as Get-PAPlugin lists it.</summary>
    [Parameter(Position = 3, Mandatory = true)]
    [ArgumentCompleter(typeof(PluginCompleter))]
    [ValidateNotNullOrEmpty]
    public string Plugin { get; set; } = string.Empty;

    /// <summary>The arguments of the plugin. Get-PAPlugin -Params shows which it takes; others in the table are left out.</summary>
    [Parameter(Position = 4)]
    public Hashtable? PluginArgs { get; set; }

    /// <summary>Folders of plugin scripts to look for plugins in, before those of POSHACME_PLUGINS and of an installed Posh-ACME.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? PluginPath { get; set; }

    /// <summary>Takes the script where the module has a plugin of the same name.</summary>
    [Parameter]
    public SwitchParameter PreferPluginScript { get; set; }

    /// <summary>The full name of the TXT record where it is not the usual one: what a CNAME at the usual name leads to. For plugins that answer by DNS only.</summary>
    [Parameter]
    public string? DnsAlias { get; set; }

    /// <summary>The kind of DNS challenge that the token is of.</summary>
    [Parameter]
    [ValidateSet("dns-01", "dns-account-01")]
    [PSDefaultValue(Value = "dns-01")]
    public string? DnsVariant { get; set; }

    /// <summary>Whether the answer is removed.</summary>
    private protected abstract bool IsRemoval { get; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var plugin = PluginsFor(PluginPath, PreferPluginScript).Require(Plugin);
        var server = Session.RequireServer();
        var account = AccountInput.Resolve(Session, server, Account);
        var key = (await Session.ConnectAsync(server, account, cancellationToken).ConfigureAwait(false)).Key;
        var domain = AcmeIdentifier.Parse(Domain).Value;
        if (domain.StartsWith(Wildcard, StringComparison.Ordinal))
        {
            domain = domain.Substring(Wildcard.Length);
        }

        var answersByDns = plugin.ChallengeType == ChallengeType.Dns01;
        var record = answersByDns ? DnsChallengeRecord.For(key, account.Location, domain, Token, DnsVariant, DnsAlias) : null;
        var target = record is null ? $"{Token} for {domain}" : $"TXT {record.RecordName} = {record.Values[0]}";
        if (!await ShouldProcessAsync(target, $"{(IsRemoval ? "Remove" : "Publish")} with {plugin.Name}").ConfigureAwait(false))
        {
            return;
        }

        await UsePluginAsync(plugin, PluginArgs, account, (made, context) => (made, record) switch
        {
            (IDnsChallengePlugin dns, { } set) => AnswerAsync(dns, set, context, cancellationToken),
            (IHttpChallengePlugin http, _) => AnswerAsync(http, new HttpChallengeResponse(domain, Token, key.GetKeyAuthorization(Token)), context, cancellationToken),
            _ => throw new InvalidOperationException($"The plugin {plugin.Name} does not answer {plugin.ChallengeType}."),
        }).ConfigureAwait(false);
    }

    private Task AnswerAsync(IDnsChallengePlugin plugin, TxtRecordSet record, PluginContext context, CancellationToken cancellationToken)
        => IsRemoval ? plugin.UnpublishAsync(record, context, cancellationToken) : plugin.PublishAsync(record, context, cancellationToken);

    private Task AnswerAsync(IHttpChallengePlugin plugin, HttpChallengeResponse response, PluginContext context, CancellationToken cancellationToken)
        => IsRemoval ? plugin.UnpublishAsync(response, context, cancellationToken) : plugin.PublishAsync(response, context, cancellationToken);
}
