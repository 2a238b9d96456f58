using PoshAcmeSharp.Acme;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Issuance;

/// <content>The renewals themselves.</content>
public sealed partial class RenewalService
{
    private const string Activity = "Renewing certificates";

    /// <summary>
    /// Renews orders, several at once. One that fails stops no other; its failure is remembered, and the next try is put
    /// off. What the profile has as current server, account and order stays.
    /// </summary>
    /// <param name="due">The orders that are to be renewed.</param>
    /// <param name="options">How to renew.</param>
    /// <param name="report">Is told what became of each order as soon as that is known, from any thread.</param>
    /// <param name="cancellationToken">Stops it. Orders that are not finished then are gone on with by the next run.</param>
    /// <returns>A task that ends when all were tried.</returns>
    public async Task RunAsync(
        IReadOnlyList<RenewalCandidate> due, RenewalOptions options, Action<RenewalResult> report, CancellationToken cancellationToken = default)
    {
        var done = 0;

        void Tell() => _session.Reporter.Progress(new ProgressUpdate(Activity, $"{done} of {due.Count} orders", due.Count == 0 ? 100 : 100 * done / due.Count));

        async Task<bool> RenewAsync(RenewalCandidate candidate, CancellationToken token)
        {
            report(await RenewOneAsync(_session.ForOrder(candidate.Order.Name), candidate, options, token).ConfigureAwait(false));
            Interlocked.Increment(ref done);
            Tell();
            return true;
        }

        Tell();
        try
        {
            // Nobody can answer the questions of several orders at once.
            var manual = due.Where(c => c.NeedsUser).ToList();
            await Bounded.SelectAsync(due.Except(manual).ToList(), options.ThrottleLimit, RenewAsync, cancellationToken, tryAll: true).ConfigureAwait(false);
            await Bounded.SelectAsync(manual, 1, RenewAsync, cancellationToken, tryAll: true).ConfigureAwait(false);
        }
        finally
        {
            _session.Reporter.Progress(new ProgressUpdate(Activity, "Done", 100, IsCompleted: true));
        }
    }

    private async Task<RenewalResult> RenewOneAsync(ProfileSession session, RenewalCandidate planned, RenewalOptions options, CancellationToken cancellationToken)
    {
        var candidate = planned;
        var isTried = false;
        var began = session.Clock.UtcNow;
        try
        {
            var order = Store.FindOrder(planned.Account, planned.Order.Name) ?? planned.Order;
            using var hold = await Store.LockIssuanceAsync(order, ProfileStore.IssuanceLockTimeout, cancellationToken).ConfigureAwait(false);
            candidate = Read(planned.Server, planned.Account, order);
            if (CameTooLate(planned, candidate, options) is { } late)
            {
                return late;
            }

            isTried = true;
            began = session.Clock.UtcNow;
            session.Reporter.Verbose("Renewing the certificate");
            var request = await RequestForAsync(candidate, options, cancellationToken).ConfigureAwait(false);
            var certificate = await new OrderIssuer(session) { AwaitsHook = options.AwaitsHook }
                .IssueAsync(candidate.Server, candidate.Account, request, hold, cancellationToken).ConfigureAwait(false);
            if (certificate is null)
            {
                return new(candidate, RenewalStatus.NotDue, "The order has a certificate that is not due.") { NextAttempt = candidate.Order.RenewAfterAt };
            }

            await RememberSuccessAsync(session, certificate, cancellationToken).ConfigureAwait(false);
            return new(candidate, RenewalStatus.Renewed, "The order has a new certificate.")
            {
                Certificate = certificate,
                NextAttempt = certificate.Order.RenewAfterAt,
            };
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            return new(candidate, RenewalStatus.Failed, e.Message)
            {
                Error = e,
                NextAttempt = isTried ? await RememberFailureAsync(session, candidate, began, e, cancellationToken).ConfigureAwait(false) : null,
            };
        }
    }

    /// <summary>While this one waited, another process may have done the work.</summary>
    private RenewalResult? CameTooLate(RenewalCandidate planned, RenewalCandidate candidate, RenewalOptions options)
    {
        var decision = _planner.Decide(candidate, options);
        var isDone = candidate.Order.CertExpires is not null && candidate.Order.Certificate != planned.Order.Certificate;
        return decision.State switch
        {
            RenewalState.Due when !isDone => null,
            RenewalState.Skipped => new(candidate, RenewalStatus.Skipped, decision.Reason),
            _ => new(candidate, RenewalStatus.NotDue, isDone ? "Another command has renewed it meanwhile." : decision.Reason)
            {
                NextAttempt = decision.NextAttempt ?? candidate.Order.RenewAfterAt,
            },
        };
    }

    private async Task<NewOrderRequest> RequestForAsync(RenewalCandidate candidate, RenewalOptions options, CancellationToken cancellationToken)
    {
        var request = NewOrderRequest.From(candidate.Order);

        // What was begun is gone on with.
        request.Overwrite = options.Force || candidate.Order.CertExpires is not null;
        request.FollowsOrder = true;
        request.MakeCurrent = false;
        request.PluginArgs = options.PluginArgs;
        request.PluginPath = options.PluginPath;
        request.ReplacesCert = candidate.HasRenewalInfo ? candidate.Live?.AriId : null;
        if (request.Csr is { } kept && options.CsrProvider is { } provider && (options.Force || !IsOpen(candidate.Order)))
        {
            var fresh = await provider(candidate.Order, cancellationToken).ConfigureAwait(false);
            if (!fresh.IsFor(kept.Names))
            {
                throw new PoshAcmeException(
                    "CsrNamesDiffer",
                    ErrorKind.InvalidArgument,
                    $"The fresh request for order '{candidate.Order.Name}' is for {string.Join(", ", fresh.Names)}, and not for {string.Join(", ", kept.Names)}.",
                    "Let -CsrProvider make a request for the names of the order, or make another order with New-PAOrder.");
            }

            request.Csr = fresh;
        }

        return request;
    }

    /// <summary>Whether an order was placed that can be gone on with: its request is part of it.</summary>
    private bool IsOpen(StoredOrder order)
        => order.CertExpires is null
            && order.Status is "pending" or "ready" or "processing" or "valid"
            && !(order.ExpiresAt < _session.Clock.UtcNow);

    /// <summary>Forgets what was about the former certificate.</summary>
    private async Task RememberSuccessAsync(ProfileSession session, OrderCertificate issued, CancellationToken cancellationToken)
    {
        try
        {
            using var hold = await Store.LockOrderAsync(issued.Order, ProfileStore.DefaultLockTimeout, cancellationToken).ConfigureAwait(false);
            Store.SaveRenewal(new StoredRenewal(issued.Order.Folder)
            {
                Certificate = issued.Certificate.AriId,
                NotBefore = issued.Certificate.NotBefore,
                NotAfter = issued.Certificate.NotAfter,
            });
        }
        catch (PoshAcmeException e)
        {
            session.Reporter.Verbose($"The former failures could not be forgotten; they do not count for the new certificate. {e.Message}");
        }
    }

    private async Task<DateTimeOffset?> RememberFailureAsync(
        ProfileSession session, RenewalCandidate failed, DateTimeOffset began, Exception error, CancellationToken cancellationToken)
    {
        try
        {
            using var hold = await Store.LockOrderAsync(failed.Order, ProfileStore.DefaultLockTimeout, cancellationToken).ConfigureAwait(false);
            var candidate = Read(failed.Server, failed.Account, failed.Order);
            _planner.Fail(candidate, began, error);
            Store.SaveRenewal(candidate.Renewal);
            return candidate.Renewal.NextAttempt;
        }
        catch (PoshAcmeException e)
        {
            session.Reporter.Warning($"That the renewal failed could not be remembered; the next run tries again at once. {e.Message}");
            return null;
        }
    }
}
