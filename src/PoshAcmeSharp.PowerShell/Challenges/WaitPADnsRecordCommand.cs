using System.Management.Automation;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Dns;
using PoshAcmeSharp.PowerShell.Objects;

namespace PoshAcmeSharp.PowerShell.Challenges;

/// <summary>Waits until every authoritative name server answers with the TXT records that a CA will look for.</summary>
/// <remarks>
/// <para>Takes authorizations from Get-PAAuthorization, or from Publish-GoDaddyTxtRecord with -PassThru, and asks the authoritative name servers of each zone for the record _acme-challenge, following CNAMEs, until all of them have the values. All names are asked at the same time. An authorization that is valid already needs no record and is not waited for.</para>
/// <para>Writes one object for each record: whether it was found, how long that took, and what each server said. A record that is not complete in time is an error besides, and the command goes on. With -PassThru it writes the authorizations instead, and only those whose record is complete: what comes after does not ask the CA to look in vain.</para>
/// <para>With -NameServer these servers are asked, and not the authoritative ones. Use it where this machine reaches no others; a server that keeps answers may take its time.</para>
/// </remarks>
/// <example>
/// <code>$auths | Publish-GoDaddyTxtRecord -GDToken $token -PassThru | Wait-PADnsRecord -PassThru | Send-ChallengeAck</code>
/// <para>Publishes the records, waits until all name servers have them, and asks the CA to look.</para>
/// </example>
/// <example>
/// <code>Wait-PADnsRecord -RecordName _acme-challenge.example.com -Value $value -Timeout 600</code>
/// <para>Waits up to ten minutes for a record that somebody publishes by hand.</para>
/// </example>
/// <example>
/// <code>($auths | Wait-PADnsRecord -NameServer 10.0.0.53, ns2.example.com:5353).Servers</code>
/// <para>Asks two servers of one's own and shows what each of them said.</para>
/// </example>
/// <seealso cref="PublishGoDaddyTxtRecordCommand"/>
/// <seealso href="https://www.rfc-editor.org/rfc/rfc8555#section-8.4">RFC 8555, the DNS challenge</seealso>
[Cmdlet(VerbsLifecycle.Wait, "PADnsRecord", DefaultParameterSetName = AuthorizationSet)]
[OutputType(TypeNames.DnsWait, TypeNames.Authorization)]
public sealed class WaitPADnsRecordCommand : ChallengeCommand
{
    private const string AuthorizationSet = "Authorization";
    private const string RecordSet = "Record";
    private const int DefaultTimeout = 120;
    private const int LongestTime = 86400;

    private NameServerEndpoint[] _nameServers = [];

    /// <summary>Authorizations from Get-PAAuthorization. Objects with RecordName and Value are taken too.</summary>
    [Parameter(ParameterSetName = AuthorizationSet, Position = 0, Mandatory = true, ValueFromPipeline = true)]
    public PSObject[]? InputObject { get; set; }

    /// <summary>The account that the authorizations belong to, or its ID. The value of the record depends on the account's key.</summary>
    [Parameter(ParameterSetName = AuthorizationSet, Position = 1)]
    [PSDefaultValue(Help = "The current account")]
    public PSObject? Account { get; set; }

    /// <summary>The full name of the TXT record, such as _acme-challenge.example.com.</summary>
    [Parameter(ParameterSetName = RecordSet, Position = 0, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string? RecordName { get; set; }

    /// <summary>The values that the record must have; it may have others too. Without it, any value will do.</summary>
    [Parameter(ParameterSetName = RecordSet, Position = 1)]
    [ValidateNotNullOrEmpty]
    public string[]? Value { get; set; }

    /// <summary>How many seconds to wait at most. With 0 the servers are asked once. Questions that are under way at the end are waited for, a few seconds more.</summary>
    [Parameter]
    [ValidateRange(0, LongestTime)]
    [PSDefaultValue(Value = DefaultTimeout)]
    public int Timeout { get; set; } = DefaultTimeout;

    /// <summary>The seconds between questions to the servers that do not have the record yet.</summary>
    [Parameter]
    [ValidateRange(1, LongestTime)]
    [PSDefaultValue(Help = "1, growing to 10")]
    public int? Interval { get; set; }

    /// <summary>The name servers to ask, each as host or host:port, instead of the authoritative ones.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? NameServer { get; set; }

    /// <summary>Passes the authorizations on whose records are complete, in their order, for Send-ChallengeAck.</summary>
    [Parameter(ParameterSetName = AuthorizationSet)]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override Task BeginAsync(CancellationToken cancellationToken)
    {
        _nameServers = Array.ConvertAll(NameServer ?? [], NameServerEndpoint.Parse);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override Task ProcessAsync(CancellationToken cancellationToken)
    {
        Collect(InputObject ?? [], given => ChallengeInput.ReadToPublish(given, ChallengeType.Dns01, Reporter));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override async Task EndAsync(CancellationToken cancellationToken)
    {
        var options = new DnsWaitOptions
        {
            Timeout = TimeSpan.FromSeconds(Timeout),
            Interval = Interval is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            NameServers = _nameServers,
        };
        var records = RecordName is null ? await GetTxtRecordsAsync(Account, cancellationToken).ConfigureAwait(false) : [new(RecordName, Value ?? [])];
        var results = await new DnsPropagationCheck(new DnsResolver(), SystemClock.Instance, Reporter)
            .WaitAsync(records, options, cancellationToken).ConfigureAwait(false);
        if (!PassThru)
        {
            WriteObject(results.Select(DnsWaitObjects.From), enumerateCollection: true);
        }

        foreach (var result in results.Where(r => !r.Found))
        {
            WriteError(result.ToException(), result.RecordName);
        }

        // After the errors: with -ErrorAction Stop nothing more comes.
        if (PassThru)
        {
            var found = new HashSet<string>(records.Where((_, i) => results[i].Found).Select(r => r.RecordName), StringComparer.OrdinalIgnoreCase);
            var passed = Inputs.Where(i => i.RecordName is not { } name || found.Contains(name)).ToList();

            // Whoever set the records by hand means this challenge too.
            passed.ForEach(i => i.Authorization?.MarkPublished(ChallengeType.Dns01));
            WriteObject(passed.Select(i => i.Source), enumerateCollection: true);
        }
    }
}
