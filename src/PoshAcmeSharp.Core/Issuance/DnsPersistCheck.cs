using PoshAcmeSharp.Acme;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Dns;

namespace PoshAcmeSharp.Issuance;

/// <summary>
/// Looks whether the records of dns-persist-01 are there that let an account have names validated
/// (draft-ietf-acme-dns-persist). They are not published at issuance, so usually one look is enough.
/// </summary>
public sealed class DnsPersistCheck
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly DnsPropagationCheck _check;
    private readonly AcmeAccountClient _account;

    /// <summary>Makes a check.</summary>
    /// <param name="resolver">Who asks.</param>
    /// <param name="account">The account that the records have to name.</param>
    public DnsPersistCheck(IDnsResolver resolver, AcmeAccountClient account)
    {
        _account = account;
        _check = new DnsPropagationCheck(resolver, account.Options.Clock, account.Options.Reporter);
    }

    /// <summary>
    /// Waits until every name has a record at every authoritative server: its own, or one with the wildcard policy of a
    /// domain above. What is missing at the end is a warning: the CA may see what this machine cannot.
    /// </summary>
    /// <param name="authorizations">The authorizations; each must offer dns-persist-01.</param>
    /// <param name="options">How long, and whom to ask.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The authorizations for which nothing was found.</returns>
    /// <exception cref="PoshAcmeException"><c>ChallengeNotOffered</c>, <c>MalformedChallenge</c>.</exception>
    public async Task<IReadOnlyList<AcmeAuthorization>> WaitAsync(
        IReadOnlyList<AcmeAuthorization> authorizations,
        DnsWaitOptions options,
        CancellationToken cancellationToken = default)
    {
        var clock = _account.Options.Clock;
        var deadline = clock.UtcNow + options.Timeout;
        var open = authorizations.ToList();
        while (true)
        {
            open = await FindMissingAsync(open, options, cancellationToken).ConfigureAwait(false);
            var remaining = deadline - clock.UtcNow;
            if (open.Count == 0 || remaining <= TimeSpan.Zero)
            {
                break;
            }

            var pause = options.Interval ?? Interval;
            await clock.DelayAsync(pause < remaining ? pause : remaining, cancellationToken).ConfigureAwait(false);
        }

        foreach (var missing in open)
        {
            _account.Options.Reporter.Warning(
                $"No TXT record at {DnsPersistValue.RecordNameFor(missing.Identifier.Value)} that lets this account have {missing.FullName} validated was seen. The challenge is submitted all the same.");
        }

        return open;
    }

    private async Task<List<AcmeAuthorization>> FindMissingAsync(List<AcmeAuthorization> authorizations, DnsWaitOptions options, CancellationToken cancellationToken)
    {
        var domains = authorizations.SelectMany(static a => Domains(a.Identifier.Value)).Distinct(StringComparer.Ordinal).ToList();
        var results = await _check.WaitAsync(
            domains.ConvertAll(static d => new TxtRecordSet(DnsPersistValue.RecordNameFor(d), [])),
            options with { Timeout = TimeSpan.Zero },
            cancellationToken).ConfigureAwait(false);
        var found = domains.Zip(results, static (d, r) => (d, r)).ToDictionary(static p => p.d, static p => p.r, StringComparer.Ordinal);
        return authorizations.FindAll(a => !Domains(a.Identifier.Value).Any(d => IsPermitted(a, found[d], a.IsWildcard || d != a.Identifier.Value)));
    }

    /// <summary>The domain and those above it, but for the last label.</summary>
    private static IEnumerable<string> Domains(string name)
    {
        for (var domain = name; domain.Contains("."); domain = domain.Substring(domain.IndexOf('.') + 1))
        {
            yield return domain;
        }
    }

    private bool IsPermitted(AcmeAuthorization authorization, DnsWaitResult result, bool needsWildcard)
    {
        var challenge = ChallengePublisher.Require(authorization, ChallengeType.DnsPersist01);
        var issuers = DnsPersistValue.IssuersOf(challenge);
        return result.Found && result.Servers
            .Where(static s => s.Status == DnsServerStatus.Found)
            .All(s => s.Values.Any(v => DnsPersistValue.TryParse(v) is { } value
                && value.Permits(issuers, challenge.AccountUri ?? _account.Account.Location, needsWildcard, _account.Options.Clock.UtcNow)));
    }
}
