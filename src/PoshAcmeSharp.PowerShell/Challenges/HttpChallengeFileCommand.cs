using System.Management.Automation;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.Plugins.HttpFile;

namespace PoshAcmeSharp.PowerShell.Challenges;

/// <summary>The base of the commands for HTTP challenge files: which files, and where.</summary>
public abstract class HttpChallengeFileCommand : ChallengeCommand
{
    internal const string WebRootSet = "AuthorizationWebRoot";
    internal const string ExactPathSet = "AuthorizationExactPath";
    private const string TokenWebRootSet = "TokenWebRoot";
    private const string TokenExactPathSet = "TokenExactPath";

    /// <summary>Authorizations from Get-PAAuthorization.</summary>
    [Parameter(ParameterSetName = WebRootSet, Position = 0, Mandatory = true, ValueFromPipeline = true)]
    [Parameter(ParameterSetName = ExactPathSet, Position = 0, Mandatory = true, ValueFromPipeline = true)]
    public PSObject[]? InputObject { get; set; }

    /// <summary>The account that the authorizations belong to, or its ID. What the file holds depends on the account's key.</summary>
    [Parameter(ParameterSetName = WebRootSet, Position = 1)]
    [Parameter(ParameterSetName = ExactPathSet, Position = 1)]
    [PSDefaultValue(Help = "The current account")]
    public PSObject? Account { get; set; }

    /// <summary>The token of the challenge: the name of the file.</summary>
    [Parameter(ParameterSetName = TokenWebRootSet, Position = 0, Mandatory = true)]
    [Parameter(ParameterSetName = TokenExactPathSet, Position = 0, Mandatory = true)]
    public string? Token { get; set; }

    /// <summary>What the file holds, as Get-KeyAuthorization gives it.</summary>
    [Parameter(ParameterSetName = TokenWebRootSet, Position = 1, Mandatory = true)]
    [Parameter(ParameterSetName = TokenExactPathSet, Position = 1, Mandatory = true)]
    public string? KeyAuthorization { get; set; }

    /// <summary>The folder that the web server serves as its root, or several. It must exist; the file lies in .well-known/acme-challenge below it.</summary>
    [Parameter(ParameterSetName = WebRootSet, Mandatory = true)]
    [Parameter(ParameterSetName = TokenWebRootSet, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string[]? WebRoot { get; set; }

    /// <summary>The folder that the web server serves as /.well-known/acme-challenge. It must exist; the file lies in it.</summary>
    [Parameter(ParameterSetName = ExactPathSet, Mandatory = true)]
    [Parameter(ParameterSetName = TokenExactPathSet, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string? ExactPath { get; set; }

    /// <summary>Whether files are removed.</summary>
    private protected abstract bool IsRemoval { get; }

    /// <inheritdoc/>
    protected override Task ProcessAsync(CancellationToken cancellationToken)
    {
        Func<PSObject, string, IReporter, ChallengeInput> read = IsRemoval ? ChallengeInput.ReadToRemove : ChallengeInput.ReadToPublish;
        Collect(InputObject ?? [], given => read(given, ChallengeType.Http01, Reporter));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override async Task EndAsync(CancellationToken cancellationToken)
    {
        var folders = new List<string>();
        foreach (var path in WebRoot ?? [ExactPath!])
        {
            folders.Add(await ResolveFilePathAsync(path).ConfigureAwait(false));
        }

        var approved = new List<HttpChallengeResponse>();
        foreach (var response in await GetResponsesAsync(cancellationToken).ConfigureAwait(false))
        {
            var whose = Token is null ? " for " + response.Identifier : string.Empty;
            var target = $"{response.Token}{whose} in {string.Join(", ", folders)}";
            if (await ShouldProcessAsync(target, IsRemoval ? "Remove challenge file" : "Write challenge file").ConfigureAwait(false))
            {
                approved.Add(response);
            }
        }

        if (approved.Count > 0)
        {
            var plugin = new HttpFilePlugin(new HttpFileOptions { WRPath = folders, WRExactPath = ExactPath is not null });
            var publisher = new ChallengePublisher(plugin, new PluginContext(Reporter, SystemClock.Instance));
            await (IsRemoval
                ? publisher.UnpublishAsync(approved, cancellationToken)
                : publisher.PublishAsync(approved, cancellationToken)).ConfigureAwait(false);
        }

        Complete(Inputs.Where(i => i.Token is null || approved.Exists(r => r.Token == i.Token)));
    }

    /// <summary>Called at the end with what was done, and what needed nothing.</summary>
    private protected virtual void Complete(IEnumerable<ChallengeInput> inputs)
    {
    }

    private async Task<List<HttpChallengeResponse>> GetResponsesAsync(CancellationToken cancellationToken)
    {
        if (Token is not null)
        {
            return [new HttpChallengeResponse(Token, Token, KeyAuthorization!)];
        }

        var pending = Inputs.Where(i => i.Token is not null).ToList();
        var key = pending.Count > 0 ? await GetKeyAsync(Account, cancellationToken).ConfigureAwait(false) : null;
        return pending.ConvertAll(i => new HttpChallengeResponse(i.Authorization!.DnsId, i.Token!, key!.GetKeyAuthorization(i.Token!)));
    }
}
