using System.Collections.Concurrent;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Plugins.Zones;

namespace PoshAcmeSharp.Plugins.GoDaddy;

/// <summary>What the API says about a name that may be a zone.</summary>
internal enum ZoneAnswer
{
    /// <summary>It is none.</summary>
    No,

    /// <summary>It is one.</summary>
    Yes,

    /// <summary>The credential may not read it: it may be one or not.</summary>
    Unreadable,
}

/// <summary>Asks whether a name is a zone of the account.</summary>
/// <param name="candidate">The name.</param>
/// <param name="context">Where to report and how to wait.</param>
/// <param name="cancellationToken">Stops the work.</param>
/// <returns>The answer.</returns>
internal delegate Task<ZoneAnswer> ZoneProbe(string candidate, PluginContext context, CancellationToken cancellationToken);

/// <summary>Finds the zone that holds a name: the longest suffix of it that is one. Remembers what it learned.</summary>
internal sealed class ZoneFinder
{
    private readonly ConcurrentDictionary<string, ZoneAnswer> _known = new(StringComparer.Ordinal);
    private readonly ZoneProbe _probe;

    /// <summary>Makes a finder.</summary>
    /// <param name="probe">Asks the API.</param>
    internal ZoneFinder(ZoneProbe probe) => _probe = probe;

    /// <summary>Finds the zone.</summary>
    /// <param name="recordName">The full name of the record.</param>
    /// <param name="context">Where to report and how to wait.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The zone, or null; and the longer suffixes that could not be read, longest first.</returns>
    internal async Task<(string? Zone, IReadOnlyList<string> Unreadable)> FindAsync(string recordName, PluginContext context, CancellationToken cancellationToken)
    {
        var unreadable = new List<string>();
        foreach (var candidate in Candidates(recordName))
        {
            if (!_known.TryGetValue(candidate, out var answer))
            {
                answer = await _probe(candidate, context, cancellationToken).ConfigureAwait(false);
                _known[candidate] = answer;
            }

            switch (answer)
            {
                case ZoneAnswer.Yes:
                    context.Reporter.Verbose($"{recordName} belongs to GoDaddy's zone {candidate}.");
                    return (candidate, unreadable);
                case ZoneAnswer.Unreadable:
                    unreadable.Add(candidate);
                    break;
                default:
                    break;
            }
        }

        return (null, unreadable);
    }

    /// <summary>Keeps in mind that a name is a zone.</summary>
    /// <param name="zone">The zone.</param>
    internal void Remember(string zone) => _known[zone] = ZoneAnswer.Yes;

    /// <summary>The error for a name that is in no zone.</summary>
    /// <param name="recordName">The full name of the record.</param>
    /// <returns>The error.</returns>
    internal static PoshAcmeException NotFound(string recordName) => new(
        "GoDaddy.ZoneNotFound",
        ErrorKind.NotFound,
        $"No zone of the GoDaddy account holds {recordName}; tried: {string.Join(", ", Candidates(recordName).DefaultIfEmpty("none"))}.",
        "Check that the domain's DNS is hosted at GoDaddy in the account of the key or token.");

    // A hosted zone is a domain name: one with an underscore is never asked for, which saves a request for each name
    // of an order.
    private static IEnumerable<string> Candidates(string recordName) => ZoneNames.Candidates(recordName).Where(candidate => candidate.IndexOf('_') < 0);
}
