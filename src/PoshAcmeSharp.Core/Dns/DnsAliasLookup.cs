namespace PoshAcmeSharp.Dns;

/// <summary>
/// Finds where the record of a name has to be published: at the end of its CNAMEs. Where DNS cannot be asked, as behind
/// some firewalls, the name itself is taken: most names have no CNAME, and the provider needs no DNS.
/// </summary>
public sealed class DnsAliasLookup
{
    private readonly IDnsResolver _resolver;
    private readonly IReporter _reporter;
    private volatile bool _hasAnswer;
    private int _silent;

    /// <summary>Makes a lookup.</summary>
    /// <param name="resolver">Who asks.</param>
    /// <param name="reporter">Where it is told that nobody answers.</param>
    public DnsAliasLookup(IDnsResolver resolver, IReporter reporter)
    {
        _resolver = resolver;
        _reporter = reporter;
    }

    /// <summary>How long to wait for the answers about one name; 5 seconds if not set.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether silence is worth a warning, because the user said whom to ask, and not a verbose line.</summary>
    public bool WarnsOfSilence { get; init; }

    /// <summary>Finds the name at the end of the CNAMEs of a name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="cancellationToken">Ends the wait with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The last name; the name itself when it has no CNAME or DNS cannot be asked.</returns>
    /// <exception cref="PoshAcmeException"><c>DnsAliasLoop</c>, <c>InvalidDomainName</c>.</exception>
    public async Task<string> FindAsync(string name, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _silent) != 0)
        {
            return name;
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            var target = await _resolver.FollowAsync(name, null, patience.Token).ConfigureAwait(false);
            _hasAnswer = true;
            return target;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return GiveUp(name, "No name server answered in time.");
        }
        catch (PoshAcmeException e) when (e.ErrorId == "DnsInvalidResponse" || e.Kind is ErrorKind.Connection or ErrorKind.Timeout or ErrorKind.NotFound)
        {
            return GiveUp(name, e.Message);
        }
    }

    private string GiveUp(string name, string reason)
    {
        // Where nobody ever answers, a hundred names must neither wait nor complain a hundred times.
        if (_hasAnswer || Interlocked.Exchange(ref _silent, 1) == 0)
        {
            Action<string> tell = WarnsOfSilence ? _reporter.Warning : _reporter.Verbose;
            tell($"Whether {name} is an alias (CNAME) could not be asked; the name itself is taken. {reason}");
        }

        return name;
    }
}
