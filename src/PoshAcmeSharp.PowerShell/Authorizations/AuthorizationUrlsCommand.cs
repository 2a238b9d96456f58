using System.Management.Automation;
using PoshAcmeSharp.Acme;
using PoshAcmeSharp.PowerShell.Infrastructure;
using PoshAcmeSharp.PowerShell.Objects;

namespace PoshAcmeSharp.PowerShell.Authorizations;

/// <summary>The base of the commands that take the URLs of authorizations: all that the pipeline brings are worked on together.</summary>
public abstract class AuthorizationUrlsCommand : ProfileCommand
{
    private readonly List<string> _urls = [];

    /// <summary>The URLs of authorizations, such as the authorizations of an order from Get-PAOrder.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("authorizations")]
    [ValidateNotNullOrEmpty]
    public string[] AuthURLs { get; set; } = [];

    /// <summary>The account that they belong to. Without it, the current one.</summary>
    [Parameter(Position = 1)]
    public PSObject? Account { get; set; }

    /// <inheritdoc/>
    protected sealed override Task ProcessAsync(CancellationToken cancellationToken)
    {
        _urls.AddRange(AuthURLs.Where(url => !_urls.Contains(url)));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected sealed override async Task EndAsync(CancellationToken cancellationToken)
    {
        if (_urls.Count == 0)
        {
            return;
        }

        var server = Session.RequireServer();
        var account = AccountInput.Resolve(Session, server, Account);
        var client = await Session.ConnectAsync(server, account, cancellationToken).ConfigureAwait(false);
        await RunAsync(client, _urls, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Works on all URLs.</summary>
    private protected abstract Task RunAsync(AcmeAccountClient client, IReadOnlyList<string> urls, CancellationToken cancellationToken);
}
