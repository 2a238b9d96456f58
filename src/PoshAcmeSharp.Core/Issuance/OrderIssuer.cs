using System.Net;
using PoshAcmeSharp.Acme;
using PoshAcmeSharp.Dns;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Issuance;

/// <summary>
/// Issues certificates for orders of the profile in one go: order, validation, certificate request, download. A run that
/// was killed anywhere is gone on with by the next one.
/// </summary>
public sealed class OrderIssuer
{
    private const string Downloading = "Downloading the certificate";

    private readonly ProfileSession _session;
    private readonly OrderService _orders;
    private readonly OrderValidationService _validation;
    private readonly CertificateService _certificates;

    /// <summary>Makes an issuer.</summary>
    /// <param name="session">The profile at work.</param>
    /// <param name="resolver">Who asks the DNS; null: a resolver of the system's network.</param>
    public OrderIssuer(ProfileSession session, IDnsResolver? resolver = null)
    {
        _session = session;
        _orders = new OrderService(session);
        _validation = new OrderValidationService(session, resolver);
        _certificates = new CertificateService(session);
    }

    /// <inheritdoc cref="CertificateService.AwaitsHook"/>
    public bool AwaitsHook
    {
        get => _certificates.AwaitsHook;
        init => _certificates.AwaitsHook = value;
    }

    private ProfileStore Store => _session.Store;

    /// <summary>
    /// Goes on with an unfinished order that is for the same certificate, or makes a new one, and issues. Waits while
    /// another command issues for this order, and looks again after that.
    /// </summary>
    /// <param name="server">The server.</param>
    /// <param name="account">The account.</param>
    /// <param name="request">What is wanted; its settings are given to an order that is gone on with.</param>
    /// <param name="cancellationToken">Stops it; the clean-up still runs.</param>
    /// <returns>The certificate; null when the order has one that is not yet due and <see cref="NewOrderRequest.Overwrite"/> is not set.</returns>
    /// <exception cref="PoshAcmeException">A step failed; the certificate in use, if there is one, has not been touched.</exception>
    public async Task<OrderCertificate?> IssueAsync(StoredServer server, StoredAccount account, NewOrderRequest request, CancellationToken cancellationToken = default)
    {
        using var hold = await Store.LockIssuanceAsync(_orders.FindOrMake(account, OrderPlan.Make(request)), ProfileStore.IssuanceLockTimeout, cancellationToken).ConfigureAwait(false);
        return await IssueAsync(server, account, request, hold, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>As the other, for those who hold the order's issuance lock already.</summary>
    /// <param name="server">The server.</param>
    /// <param name="account">The account.</param>
    /// <param name="request">What is wanted.</param>
    /// <param name="held">The lock from <see cref="ProfileStore.LockIssuanceAsync"/>; it is not given back.</param>
    /// <param name="cancellationToken">Stops it; the clean-up still runs.</param>
    /// <returns>As the other.</returns>
    /// <exception cref="PoshAcmeException">As the other.</exception>
    public async Task<OrderCertificate?> IssueAsync(
        StoredServer server, StoredAccount account, NewOrderRequest request, ProfileLock held, CancellationToken cancellationToken = default)
    {
        _ = held;
        var plan = OrderPlan.Make(request);
        var order = _orders.FindOrMake(account, plan);
        var state = StateOf(order, plan, request.Overwrite);
        if (state == OrderState.Replaceable)
        {
            // Whatever can be seen to be wrong is an error before the CA is asked for anything.
            new OrderPlugins(_session, order, request.PluginPath, request.PreferPluginScript).Check(account, plan, request);
            var wanted = request.ReplacesCert is null ? request.Replacing(FindPredecessor(order, plan)) : request;
            var placed = await _orders.PlaceAsync(server, account, wanted, cancellationToken).ConfigureAwait(false);
            return await FinishAsync(server, account, placed.Order, placed, cancellationToken).ConfigureAwait(false);
        }

        await _orders.EditAsync(server, account, order, OrderChanges.Between(order, request), cancellationToken).ConfigureAwait(false);
        if (request.MakeCurrent)
        {
            await _orders.SwitchAsync(account, order, cancellationToken).ConfigureAwait(false);
        }

        return state == OrderState.Complete ? null : await FinishAsync(server, account, order, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether <see cref="IssueAsync(StoredServer, StoredAccount, NewOrderRequest, CancellationToken)"/> would make a new order, as things are now.</summary>
    /// <param name="account">The account.</param>
    /// <param name="request">What is wanted.</param>
    /// <returns>False when there is an order that is complete, or can be gone on with.</returns>
    public bool NeedsOrder(StoredAccount account, NewOrderRequest request)
    {
        var plan = OrderPlan.Make(request);
        return StateOf(_orders.FindOrMake(account, plan), plan, request.Overwrite) == OrderState.Replaceable;
    }

    /// <summary>
    /// Takes an order from wherever it is to its certificate. One that has ended at the CA meanwhile is replaced by a new
    /// one with the same settings, once. The caller holds <see cref="ProfileStore.LockIssuanceAsync"/>.
    /// </summary>
    /// <param name="server">The server.</param>
    /// <param name="account">The account.</param>
    /// <param name="order">The order.</param>
    /// <param name="cancellationToken">Stops it; the clean-up still runs.</param>
    /// <returns>The certificate.</returns>
    /// <exception cref="PoshAcmeException">A step failed; the certificate in use, if there is one, has not been touched.</exception>
    public Task<OrderCertificate> FinishAsync(StoredServer server, StoredAccount account, StoredOrder order, CancellationToken cancellationToken = default)
        => FinishAsync(server, account, order, null, cancellationToken);

    private async Task<OrderCertificate> FinishAsync(StoredServer server, StoredAccount account, StoredOrder order, PlacedOrder? placed, CancellationToken cancellationToken)
    {
        try
        {
            return await AdvanceAsync(server, account, order, placed, cancellationToken).ConfigureAwait(false);
        }
        catch (PoshAcmeException e) when (HasLapsed(e))
        {
            _session.Reporter.Warning($"The order '{order.Name}' cannot be gone on with, so a new one takes its place. {e.Message}");
            Report(order, "Ordering anew");

            // It has the same name: where the order was current, this one is.
            var again = NewOrderRequest.From(order, keepsPendingKey: true);
            again.FollowsOrder = true;
            again.MakeCurrent = false;
            again.ReplacesCert = order.Replaces;
            var successor = await _orders.PlaceAsync(server, account, again, cancellationToken).ConfigureAwait(false);
            return await AdvanceAsync(server, account, successor.Order, successor, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Report(order, "Done", isCompleted: true);
        }
    }

    /// <summary>The root of the progress of one issuance; the steps tell their own below it.</summary>
    private void Report(StoredOrder order, string step, bool isCompleted = false)
        => _session.Reporter.Progress(new ProgressUpdate("Issuing " + order.Name, step, IsCompleted: isCompleted));

    private async Task<OrderCertificate> AdvanceAsync(StoredServer server, StoredAccount account, StoredOrder order, PlacedOrder? placed, CancellationToken cancellationToken)
    {
        if (placed is null && order is { Status: "valid", Certificate: not null })
        {
            await _validation.RemoveFormerAnswersAsync(account, order, cancellationToken).ConfigureAwait(false);
            Report(order, Downloading);
            return await _certificates.CompleteAsync(server, account, order, cancellationToken).ConfigureAwait(false);
        }

        var client = await _session.ConnectAsync(server, account, cancellationToken).ConfigureAwait(false);
        var seen = placed?.Seen ?? await client.GetOrderAsync(OrderService.RequireLocation(order), cancellationToken).ConfigureAwait(false);
        if (seen.Status == "invalid")
        {
            throw new LapsedOrderException(
                "OrderInvalid",
                ErrorKind.InvalidOperation,
                $"Order '{order.Name}' status is invalid.{(seen.Error is null ? string.Empty : " " + seen.Error)}",
                "Make a new order with New-PAOrder.");
        }

        if (seen.Status == "pending")
        {
            Report(order, $"Validating {1 + order.SANs.Count} names");
            seen = await _validation.ValidateAsync(server, account, order, placed?.Authorizations, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await _validation.RemoveFormerAnswersAsync(account, order, cancellationToken).ConfigureAwait(false);
        }

        if (placed is not null)
        {
            await _orders.SaveKeyAsync(placed, cancellationToken).ConfigureAwait(false);
        }

        Report(order, "Finalizing");
        await _certificates.FinalizeAsync(server, account, order, seen, cancellationToken).ConfigureAwait(false);
        Report(order, Downloading);
        return await _certificates.CompleteAsync(server, account, order, cancellationToken).ConfigureAwait(false);
    }

    private static bool HasLapsed(PoshAcmeException error)
        => error is LapsedOrderException or AcmeProblemException { Status: (int)HttpStatusCode.NotFound or (int)HttpStatusCode.Gone };

    /// <summary>The certificate that the new one replaces (RFC 9773 section 5): one that has not ended, for one of its names at least.</summary>
    private string? FindPredecessor(StoredOrder order, OrderPlan plan)
        => _certificates.Read(order)?.Certificate is { } former
            && former.NotAfter > _session.Clock.UtcNow
            && former.AllSans.Any(name => plan.IndexOf(name) != int.MaxValue)
                ? former.AriId
                : null;

    private OrderState StateOf(StoredOrder order, OrderPlan plan, bool overwrite)
    {
        if (overwrite || !order.IsStored || plan.DiffersFrom(order))
        {
            return OrderState.Replaceable;
        }

        var now = _session.Clock.UtcNow;
        return order.Status switch
        {
            "pending" or "ready" or "processing" => order.ExpiresAt < now ? OrderState.Replaceable : OrderState.Unfinished,
            "valid" when order.CertExpires is null => OrderState.Unfinished,
            "valid" => order.RenewAfterAt <= now ? OrderState.Replaceable : OrderState.Complete,
            _ => OrderState.Replaceable,
        };
    }

    private enum OrderState
    {
        Replaceable,
        Unfinished,
        Complete,
    }
}
