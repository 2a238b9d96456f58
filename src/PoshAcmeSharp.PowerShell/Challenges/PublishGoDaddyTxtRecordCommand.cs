using System.Management.Automation;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.PowerShell.Objects;

namespace PoshAcmeSharp.PowerShell.Challenges;

/// <summary>Publishes the TXT records that answer DNS challenges in zones that GoDaddy hosts.</summary>
/// <remarks>
/// <para>Takes authorizations from Get-PAAuthorization and adds the value of each dns-01 challenge to its record _acme-challenge. A domain and its wildcard share one record, which is written once with both values. Values that were there before stay. An authorization that is valid already needs nothing and is left out.</para>
/// <para>A classic key (GDKey with its secret) uses version 1 of GoDaddy's API, with GDCustomerId version 2; a personal access token (GDToken) uses version 3. GoDaddy gives API access only to accounts with enough domains or a paid plan.</para>
/// <para>Where _acme-challenge is an alias (CNAME) of another name, the record is published there. When all of it is accepted, Wait-PADnsRecord waits until the name servers have it. When one record cannot be published, the command ends with an error and passes nothing on.</para>
/// </remarks>
/// <example>
/// <code>$auths = Get-PAOrder | Get-PAAuthorization
/// $auths | Publish-GoDaddyTxtRecord -GDToken (Read-Host Token -AsSecureString)</code>
/// <para>Publishes the records of the current order with a personal access token.</para>
/// </example>
/// <example>
/// <code>$gd = @{ GDKey = 'key'; GDSecretSecure = (Read-Host Secret -AsSecureString) }
/// $auths | Publish-GoDaddyTxtRecord @gd -PassThru | Wait-PADnsRecord -PassThru | Send-ChallengeAck</code>
/// <para>Publishes the records with a classic key, waits until all name servers have them, and asks the CA to look.</para>
/// </example>
/// <example>
/// <code>$value = Get-KeyAuthorization $auths[0].DNS01Token -ForDNS
/// Publish-GoDaddyTxtRecord -RecordName _acme-challenge.example.com -Value $value @gd</code>
/// <para>Publishes one record by hand.</para>
/// </example>
/// <seealso cref="UnpublishGoDaddyTxtRecordCommand"/>
/// <seealso cref="WaitPADnsRecordCommand"/>
/// <seealso href="https://developer.godaddy.com/keys">API keys of GoDaddy</seealso>
[Cmdlet(VerbsData.Publish, "GoDaddyTxtRecord", DefaultParameterSetName = KeySet, SupportsShouldProcess = true)]
[OutputType(TypeNames.Authorization)]
public sealed class PublishGoDaddyTxtRecordCommand : GoDaddyCommand
{
    /// <summary>Passes the authorizations on when their records are published, in their order, for Wait-PADnsRecord and Send-ChallengeAck.</summary>
    [Parameter(ParameterSetName = KeySet)]
    [Parameter(ParameterSetName = TokenSet)]
    public SwitchParameter PassThru { get; set; }

    private protected override bool IsRemoval => false;

    private protected override void Complete(IEnumerable<ChallengeInput> inputs)
    {
        foreach (var input in inputs.Where(_ => PassThru))
        {
            if (!input.IsSkipped)
            {
                input.Authorization?.MarkPublished(ChallengeType.Dns01);
            }

            WriteObject(input.Source);
        }
    }
}
