using System.Globalization;
using PoshAcmeSharp.Acme;

namespace PoshAcmeSharp.Dns;

/// <summary>
/// Looks at the DNS of names before anything is ordered: delegation and name servers, aliases, CAA records, DNSSEC, wildcards
/// and what former validations have left.
/// </summary>
public sealed class DnsReadinessCheck
{
    private const string Activity = "Looking at DNS";
    private const int MaxParallelNames = 8;

    private readonly IDnsResolver _resolver;
    private readonly IReporter _reporter;

    /// <summary>Makes a check.</summary>
    /// <param name="resolver">Who asks. What it asks without naming a server goes to recursive servers.</param>
    /// <param name="reporter">Where the progress is told.</param>
    public DnsReadinessCheck(IDnsResolver resolver, IReporter reporter)
    {
        _resolver = resolver;
        _reporter = reporter;
    }

    /// <summary>The name that a report is made for.</summary>
    /// <param name="name">A DNS name, also a wildcard.</param>
    /// <returns>The name as <see cref="DnsName.Normalize"/> has it.</returns>
    /// <exception cref="PoshAcmeException"><c>InvalidDomainName</c>: it is no DNS name; an IP address has no validation by DNS (RFC 8738 section 7).</exception>
    public static string Normalize(string name)
    {
        var identifier = AcmeIdentifier.Parse(name);
        return identifier.Type == AcmeIdentifier.Dns
            ? identifier.Value
            : throw new PoshAcmeException(
                "InvalidDomainName",
                ErrorKind.InvalidArgument,
                $"{identifier.Value} is an IP address, and no CA validates addresses by DNS.",
                "Give DNS names. A plugin for http-01, such as WebRoot, answers for an address.");
    }

    /// <summary>Makes a report for each name. Whatever is wrong with a name is in its report and no exception.</summary>
    /// <param name="names">The names, wildcards too.</param>
    /// <param name="options">The CA and the account, and how long it may take.</param>
    /// <param name="cancellationToken">Ends it with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>One report a name, in their order.</returns>
    /// <exception cref="PoshAcmeException"><c>InvalidDomainName</c>: one of the names is none.</exception>
    public async Task<IReadOnlyList<DnsReport>> RunAsync(IReadOnlyList<string> names, DnsReportOptions options, CancellationToken cancellationToken = default)
    {
        var done = 0;
        void Tell(string text) => _reporter.Progress(new(
            Activity,
            $"{done.ToString(CultureInfo.InvariantCulture)} of {names.Count.ToString(CultureInfo.InvariantCulture)} names. {text}",
            names.Count == 0 ? 100 : done * 100 / names.Count));

        var inspections = names
            .Select(Normalize)
            .Select(name => new NameInspection(name, _resolver, options, step => Tell($"{name}: {step}")))
            .ToList();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(options.Timeout);
        try
        {
            return await Bounded.SelectAsync(
                inspections,
                MaxParallelNames,
                async (inspection, _) =>
                {
                    try
                    {
                        await inspection.RunAsync(deadline.Token).ConfigureAwait(false);
                    }
                    catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
                    {
                        inspection.TimeIsOver();
                    }

                    Interlocked.Increment(ref done);
                    return inspection.Report;
                },
                cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _reporter.Progress(new(Activity, string.Empty, IsCompleted: true));
        }
    }
}
