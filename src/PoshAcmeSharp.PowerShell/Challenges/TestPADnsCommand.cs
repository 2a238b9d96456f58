using System.Management.Automation;
using PoshAcmeSharp.Dns;
using PoshAcmeSharp.PowerShell.Infrastructure;
using PoshAcmeSharp.PowerShell.Objects;

namespace PoshAcmeSharp.PowerShell.Challenges;

/// <summary>Looks at the DNS of names before a certificate is ordered, and tells what would be in the way of a validation by DNS.</summary>
/// <remarks>
/// <para>For each name it finds the zone and asks all its name servers: whether they answer, speak for the zone and have the same serial number, and whether the zone above delegates to them. It follows the CNAMEs of _acme-challenge and finds loops and targets that have no zone. It reads the CAA records that hold for the name and compares them with the CA and the account, finds DNSSEC that is broken, wildcard records that answer for the challenge, and values that former validations have left.</para>
/// <para>Writes one object for each name. Findings has what was found, the worst first: Severity (Error, Warning or Info), Id, Message and Advice. IsReady is true when no finding is an error. Nothing is changed, and what is wrong with a name is a finding and no error of the command.</para>
/// <para>The CA is the one of the current server, the account the current one. Without a profile, or where the CA does not tell its names, CAA records are told and not judged, but for those that forbid every CA.</para>
/// </remarks>
/// <example>
/// <code>Test-PADns example.com, '*.example.com', www.example.com</code>
/// <para>Shows what is in the way of a certificate for these names from the CA of the current server.</para>
/// </example>
/// <example>
/// <code>(Test-PADns example.com -CaaIdentity letsencrypt.org -NameServer 9.9.9.9).Findings | Format-List</code>
/// <para>Compares CAA records with a CA of one's choice, asks a recursive server that is not this machine's, and shows what to do.</para>
/// </example>
/// <example>
/// <code>if (Test-PADns $names | Where-Object IsReady -EQ $false) { throw 'The DNS is not ready.' }</code>
/// <para>Ends a script before anything is ordered in vain.</para>
/// </example>
/// <seealso cref="WaitPADnsRecordCommand"/>
/// <seealso href="https://www.rfc-editor.org/rfc/rfc8659">RFC 8659, CAA records</seealso>
[Cmdlet(VerbsDiagnostic.Test, "PADns")]
[OutputType(TypeNames.DnsReport)]
public sealed class TestPADnsCommand : ProfileCommand
{
    private const int DefaultTimeout = 60;
    private const int LongestTime = 86400;

    private readonly List<string> _names = [];
    private NameServerEndpoint[] _nameServers = [];

    /// <summary>The names that a certificate is wanted for; wildcards too.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    [Alias("Name")]
    [ValidateNotNullOrEmpty]
    public string[]? Domain { get; set; }

    /// <summary>The names that the CA goes by in CAA records, such as letsencrypt.org. Accounts are not compared then.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [PSDefaultValue(Help = "Those of the current server's CA")]
    public string[]? CaaIdentity { get; set; }

    /// <summary>The recursive name servers to ask, each as host or host:port, instead of those of this machine. The servers of the zones are asked all the same.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? NameServer { get; set; }

    /// <summary>How many seconds it may take for all names. What is known then is written, with a warning among the findings.</summary>
    [Parameter]
    [ValidateRange(1, LongestTime)]
    [PSDefaultValue(Value = DefaultTimeout)]
    public int Timeout { get; set; } = DefaultTimeout;

    /// <inheritdoc/>
    protected override Task BeginAsync(CancellationToken cancellationToken)
    {
        _nameServers = Array.ConvertAll(NameServer ?? [], NameServerEndpoint.Parse);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override Task ProcessAsync(CancellationToken cancellationToken)
    {
        foreach (var name in Domain ?? [])
        {
            try
            {
                _names.Add(DnsReadinessCheck.Normalize(name));
            }
            catch (PoshAcmeException e)
            {
                WriteError(e, name);
            }
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override async Task EndAsync(CancellationToken cancellationToken)
    {
        var server = CaaIdentity is null ? Session.Store.GetCurrentServer() : null;
        var options = new DnsReportOptions
        {
            CaaIdentities = CaaIdentity ?? server?.CaaIdentities ?? [],
            AccountUri = server is null ? null : Session.Store.GetCurrentAccount(server)?.Location,
            Timeout = TimeSpan.FromSeconds(Timeout),
        };
        var resolver = new DnsResolver(_nameServers.Length > 0 ? new DnsResolverOptions { SystemServers = _nameServers } : null);
        var reports = await new DnsReadinessCheck(resolver, Reporter).RunAsync(_names, options, cancellationToken).ConfigureAwait(false);
        WriteObject(reports.Select(DnsReportObjects.From), enumerateCollection: true);
    }
}
