using System.Collections.Concurrent;
using System.Globalization;
using PoshAcmeSharp.Acme;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Issuance;

/// <summary>Finds out which orders are to be renewed, and renews them.</summary>
public sealed partial class RenewalService
{
    private const int QuestionsAtOnce = 16;

    /// <summary>Advice is not worth a long wait: when an order is in use it is asked for again at the next run.</summary>
    private static readonly TimeSpan KeepingPatience = TimeSpan.FromSeconds(2);

    private readonly ProfileSession _session;
    private readonly RenewalPlanner _planner;

    /// <summary>Makes the service.</summary>
    /// <param name="session">The profile at work.</param>
    /// <param name="planner">The rules; null for those with the session's clock.</param>
    public RenewalService(ProfileSession session, RenewalPlanner? planner = null)
    {
        _session = session;
        _planner = planner ?? new RenewalPlanner(session.Clock);
    }

    private ProfileStore Store => _session.Store;

    /// <summary>Reads what is known about orders of an account. Nothing is asked.</summary>
    /// <param name="server">The server.</param>
    /// <param name="account">The account.</param>
    /// <param name="orders">The orders.</param>
    /// <returns>The orders with what is known about them, in the same order.</returns>
    public IReadOnlyList<RenewalCandidate> Read(StoredServer server, StoredAccount account, IEnumerable<StoredOrder> orders)
        => [.. orders.Select(order => Read(server, account, order))];

    /// <summary>Decides which orders are to be renewed.</summary>
    /// <param name="candidates">The orders.</param>
    /// <param name="options">How to renew.</param>
    /// <param name="asks">Whether to ask CAs for advice where they may be asked again; without answers the lifetime decides.</param>
    /// <param name="keeps">
    /// Whether to remember the answers, and to write into each order from when on it is due, where Posh-ACME looks.
    /// Without it nothing is written.
    /// </param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The decisions, in the order of the candidates.</returns>
    public Task<IReadOnlyList<PlannedRenewal>> PlanAsync(
        IReadOnlyList<RenewalCandidate> candidates, RenewalOptions options, bool asks, bool keeps, CancellationToken cancellationToken = default)
    {
        var silent = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        return Bounded.SelectAsync(
            candidates,
            QuestionsAtOnce,
            async (candidate, token) =>
            {
                var info = asks && !options.Force && _planner.MayAsk(candidate) ? await AskAsync(candidate, silent, token).ConfigureAwait(false) : null;
                return await PlanAsync(candidate, info, options, keeps, token).ConfigureAwait(false);
            },
            cancellationToken);
    }

    private async Task<PlannedRenewal> PlanAsync(RenewalCandidate candidate, RenewalInfo? info, RenewalOptions options, bool keeps, CancellationToken cancellationToken)
    {
        if (info is null)
        {
            var decision = _planner.Decide(candidate, options);
            if (!keeps || IsUpToDate(candidate, decision))
            {
                return new(candidate, decision);
            }
        }

        if (keeps)
        {
            try
            {
                return await KeepAsync(candidate, info, options, cancellationToken).ConfigureAwait(false);
            }
            catch (PoshAcmeException e)
            {
                _session.Reporter.Verbose($"When order '{candidate.Order.Name}' is due could not be kept. {e.Message}");
            }
        }

        if (info is not null)
        {
            TakeOver(candidate, info);
        }

        return new(candidate, _planner.Decide(candidate, options));
    }

    /// <summary>Decides on what is there once nobody else can change it, and writes down what is new.</summary>
    private async Task<PlannedRenewal> KeepAsync(RenewalCandidate former, RenewalInfo? info, RenewalOptions options, CancellationToken cancellationToken)
    {
        var asked = former.Order.CertExpires;
        using var hold = await Store.LockOrderAsync(former.Order, KeepingPatience, cancellationToken).ConfigureAwait(false);
        var candidate = Read(former.Server, former.Account, former.Order);
        if (info is not null && candidate.Order.CertExpires == asked)
        {
            TakeOver(candidate, info);
            Store.SaveRenewal(candidate.Renewal);
        }

        var decision = _planner.Decide(candidate, options);
        if (!IsUpToDate(candidate, decision))
        {
            candidate.Order.RenewAfter = decision.RenewAfter!.Value.UtcDateTime.ToString(StoredDocument.TimeFormat, CultureInfo.InvariantCulture);
            Store.SaveOrder(candidate.Order);
        }

        return new(candidate, decision);
    }

    private static bool IsUpToDate(RenewalCandidate candidate, RenewalDecision decision)
        => decision.RenewAfter is not { } after
            || (candidate.Order.RenewAfterAt is { } kept && (kept - after).Duration() < TimeSpan.FromSeconds(1));

    private void TakeOver(RenewalCandidate candidate, RenewalInfo info)
    {
        if (_planner.TakeOver(candidate, info) && info.ExplanationUrl is { } page)
        {
            _session.Reporter.Warning($"The CA suggests another time to renew the certificate of order '{candidate.Order.Name}'. It says why at {page}");
        }
    }

    /// <summary>Asks the CA; null when it is not worth it. A server that did not answer once is left alone for the rest of the run.</summary>
    private async Task<RenewalInfo?> AskAsync(RenewalCandidate candidate, ConcurrentDictionary<string, bool> silent, CancellationToken cancellationToken)
    {
        if (silent.ContainsKey(candidate.Server.Location))
        {
            return null;
        }

        var name = candidate.Order.Name;
        if ((candidate.Renewal.Certificate ?? candidate.Live?.AriId) is not { } id)
        {
            return RenewalInfo.None(RenewalInfoStatus.NotFound, "The certificate names no key of its issuer.");
        }

        _session.Reporter.Verbose($"Asking the CA when to renew the certificate of order '{name}'");
        var info = await _session.ClientOf(candidate.Server).GetRenewalInfoAsync(id, cancellationToken).ConfigureAwait(false);
        if (info.Status != RenewalInfoStatus.Suggested)
        {
            _session.Reporter.Verbose($"The CA does not say when to renew order '{name}'; its lifetime decides. {info.Reason}");
        }

        if (info.Status == RenewalInfoStatus.Unavailable)
        {
            silent[candidate.Server.Location] = true;
        }

        return info;
    }

    private RenewalCandidate Read(StoredServer server, StoredAccount account, StoredOrder order)
        => new(server, account, order, Store.ReadRenewal(order), () => ReadLive(order));

    private LiveCertificate? ReadLive(StoredOrder order)
    {
        try
        {
            return new CertificateService(_session).Read(order)?.Certificate is { } certificate
                ? new LiveCertificate(certificate.AriId, certificate.NotBefore, certificate.NotAfter)
                : null;
        }
        catch (PoshAcmeException e)
        {
            _session.Reporter.Verbose($"The certificate of order '{order.Name}' cannot be read. {e.Message}");
            return null;
        }
    }
}
