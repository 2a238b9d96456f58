using System.Management.Automation;
using PoshAcmeSharp.PowerShell.Infrastructure;
using PoshAcmeSharp.PowerShell.Objects;

namespace PoshAcmeSharp.PowerShell.Authorizations;

/// <summary>Tells the CA that the answer to a challenge is in place and can be checked.</summary>
/// <remarks>
/// <para>Takes the URLs of challenges, challenges themselves, or authorizations that a Publish- command has passed on. All that the pipeline brings are sent at the same time.</para>
/// <para>The CA then checks by itself; Get-PAOrder | Get-PAAuthorization shows how far it is.</para>
/// </remarks>
/// <example>
/// <code>$auths.HTTP01Url | Send-ChallengeAck</code>
/// <para>All names have been answered by HTTP.</para>
/// </example>
/// <example>
/// <code>Send-ChallengeAck $auths[0].DNS01Url</code>
/// <para>One name has been answered by DNS.</para>
/// </example>
/// <example>
/// <code>$auths | Publish-GoDaddyTxtRecord -GDKey $key -GDSecretSecure $secret -PassThru | Wait-PADnsRecord -PassThru | Send-ChallengeAck</code>
/// <para>Publishes the records at GoDaddy, waits until all name servers have them, and tells the CA.</para>
/// </example>
/// <seealso cref="GetPAAuthorizationCommand"/>
/// <seealso href="https://www.rfc-editor.org/rfc/rfc8555#section-7.5.1"/>
[Cmdlet(VerbsCommunications.Send, "ChallengeAck", SupportsShouldProcess = true)]
public sealed class SendChallengeAckCommand : ProfileCommand
{
    private readonly List<string> _urls = [];

    /// <summary>The URL of a challenge; or a challenge; or an authorization of which one challenge is published.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [ChallengeUrlTransformation]
    [ValidateNotNullOrEmpty]
    public string ChallengeUrl { get; set; } = string.Empty;

    /// <summary>The account. Without it, the current one.</summary>
    [Parameter(Position = 1)]
    public PSObject? Account { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        if (!_urls.Contains(ChallengeUrl) && await ShouldProcessAsync(ChallengeUrl, "Ask the CA to check the challenge").ConfigureAwait(false))
        {
            _urls.Add(ChallengeUrl);
        }
    }

    /// <inheritdoc/>
    protected override async Task EndAsync(CancellationToken cancellationToken)
    {
        if (_urls.Count == 0)
        {
            return;
        }

        var server = Session.RequireServer();
        var client = await Session.ConnectAsync(server, AccountInput.Resolve(Session, server, Account), cancellationToken).ConfigureAwait(false);
        var results = await client.TryAcknowledgeAsync(_urls, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < results.Count; i++)
        {
            if (results[i].Error is { } error)
            {
                if (!MyInvocation.ExpectingInput)
                {
                    throw error;
                }

                WriteError(error, _urls[i]);
            }
            else
            {
                WriteVerbose($"{_urls[i]}: {results[i].Value!.Status}");
            }
        }
    }
}
