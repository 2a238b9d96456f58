using PoshAcmeSharp.Acme;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Dns;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Issuance;

/// <summary>Has the names of an order validated by the plugins that it carries.</summary>
public sealed class OrderValidationService
{
    /// <summary>A CA may need a moment to notice that the last name of an order is valid.</summary>
    private static readonly TimeSpan ReadyTimeout = TimeSpan.FromSeconds(10);

    private readonly ProfileSession _session;
    private readonly IDnsResolver? _resolver;

    /// <summary>Makes the service.</summary>
    /// <param name="session">The profile at work.</param>
    /// <param name="resolver">Who asks the DNS; null: a resolver of the system's network.</param>
    public OrderValidationService(ProfileSession session, IDnsResolver? resolver = null)
    {
        _session = session;
        _resolver = resolver;
    }

    /// <summary>
    /// Publishes the answers for all names that are not valid yet, waits until they are seen, has the CA validate them, and
    /// takes them away again whatever happened. Then the order is ready and saved. An order that is further already is
    /// left as it is. The caller holds <see cref="ProfileStore.LockIssuanceAsync"/>.
    /// </summary>
    /// <param name="server">The server.</param>
    /// <param name="account">The account.</param>
    /// <param name="order">The order.</param>
    /// <param name="cancellationToken">Stops it; the clean-up still runs.</param>
    /// <returns>A task that ends when all names are valid.</returns>
    /// <exception cref="PoshAcmeException">
    /// <c>OrderInvalid</c>, <c>PluginNotFound</c>, <c>InvalidPluginArguments</c>, <c>ChallengeNotOffered</c>: nothing has been
    /// published. <c>ValidationFailed</c>: lists every name. <c>ValidationTimeout</c>. Or what a plugin throws.
    /// </exception>
    public async Task ValidateAsync(StoredServer server, StoredAccount account, StoredOrder order, CancellationToken cancellationToken = default)
    {
        if (order.Status != "pending")
        {
            await RemoveFormerAnswersAsync(account, order, cancellationToken).ConfigureAwait(false);
        }

        switch (order.Status)
        {
            case "ready":
                _session.Reporter.Verbose($"All names of order '{order.Name}' are validated already.");
                return;
            case "processing" or "valid":
                _session.Reporter.Verbose($"The certificate of order '{order.Name}' is issued, or about to be.");
                return;
            case "invalid":
                throw new LapsedOrderException(
                    "OrderInvalid",
                    ErrorKind.InvalidOperation,
                    $"Order '{order.Name}' status is invalid. Unable to continue.",
                    "Make a new order with New-PACertificate or New-PAOrder.");
            default:
                await ValidateAsync(server, account, order, null, cancellationToken).ConfigureAwait(false);
                return;
        }
    }

    /// <summary>As the other, for an order that is known to be pending.</summary>
    /// <param name="server">The server.</param>
    /// <param name="account">The account.</param>
    /// <param name="order">The order.</param>
    /// <param name="known">Its authorizations when they were just seen, or null.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The order as the CA shows it now.</returns>
    internal async Task<AcmeOrder> ValidateAsync(
        StoredServer server, StoredAccount account, StoredOrder order, IReadOnlyList<AcmeAuthorization>? known, CancellationToken cancellationToken)
    {
        var client = await _session.ConnectAsync(server, account, cancellationToken).ConfigureAwait(false);
        var authorizations = known ?? await client.GetAuthorizationsAsync(order.Authorizations, cancellationToken).ConfigureAwait(false);
        try
        {
            OrderProgress.ThrowIfFailed(authorizations);
        }
        catch (PoshAcmeException e) when (e is not LapsedOrderException)
        {
            // It failed in an earlier run; nothing was asked of the CA in this one.
            throw new LapsedOrderException(e);
        }

        var made = new MadePlugins(_session, _resolver, account, order);
        try
        {
            var answers = MakeAnswers(client, order, authorizations, made);
            var published = new PublishedAnswers(_session, order);
            await RemoveAsync(published, AnswersIn(answers), made, cancellationToken).ConfigureAwait(false);
            var round = new ChallengeRound(client, _resolver ?? new DnsResolver(), published);
            foreach (var together in order.UseSerialValidation ? answers.ConvertAll(a => new List<ChallengeAnswer> { a }) : [answers])
            {
                await round.RunAsync(together, DnsWaitOf(order), TimeSpan.FromSeconds(order.ValidationTimeout), cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            made.Dispose();
        }

        return await RefreshAsync(client, order, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Takes away what a run that was killed has left published for an order. That is tried once: what cannot be removed is a
    /// warning, and is forgotten. The caller holds <see cref="ProfileStore.LockIssuanceAsync"/>.
    /// </summary>
    internal async Task RemoveFormerAnswersAsync(StoredAccount account, StoredOrder order, CancellationToken cancellationToken)
    {
        var made = new MadePlugins(_session, _resolver, account, order);
        try
        {
            await RemoveAsync(new PublishedAnswers(_session, order), [], made, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            made.Dispose();
        }
    }

    private async Task RemoveAsync(PublishedAnswers published, HashSet<PublishedAnswer> keep, MadePlugins made, CancellationToken cancellationToken)
    {
        var former = published.All.Where(a => !keep.Contains(a)).ToList();
        foreach (var group in former.GroupBy(a => (Plugin: a.Plugin.ToUpperInvariant(), a.Arguments)))
        {
            _session.Reporter.Verbose($"Removing what a former run has left: {string.Join(", ", group.Select(a => a.Name).Distinct(StringComparer.OrdinalIgnoreCase))}");
            try
            {
                var plugin = made.Get(group.First().Plugin, group.Key.Arguments);
                await new ChallengePublisher(plugin, new PluginContext(_session.Reporter, _session.Clock))
                    .CleanUpAsync(PublishedAnswers.ItemsFor(plugin, group), cancellationToken).ConfigureAwait(false);
            }
            catch (PoshAcmeException e)
            {
                _session.Reporter.Warning($"A former run has left challenge answers at {string.Join(", ", group.Select(a => a.Name))}; remove them by hand. {e.Message}");
            }
        }

        await published.RemoveAsync(former).ConfigureAwait(false);
    }

    private static HashSet<PublishedAnswer> AnswersIn(IEnumerable<ChallengeAnswer> answers)
        => [.. answers.SelectMany(a => PublishedAnswers.In(a.Plugin, a.Arguments, new object?[] { a.Record, a.Response }.OfType<object>()))];

    private static DnsWaitOptions? DnsWaitOf(StoredOrder order)
        => order.DnsSleep > 0
            ? new DnsWaitOptions
            {
                Mode = order.DnsWait,
                Timeout = TimeSpan.FromSeconds(order.DnsSleep),
                NameServers = [.. order.DnsServer.Select(NameServerEndpoint.Parse)],
            }
            : null;

    /// <summary>All plugins are made, and all names looked at, before anything is published.</summary>
    private static List<ChallengeAnswer> MakeAnswers(AcmeAccountClient client, StoredOrder order, IReadOnlyList<AcmeAuthorization> authorizations, MadePlugins made)
    {
        var names = order.Names.ToList();
        var open = authorizations
            .Select((a, position) => (Authorization: a, Index: IndexOf(names, a.FullName, position)))
            .Where(n => n.Authorization.Status != "valid")
            .ToList();
        var choices = made.Choose([.. open.Select(n => n.Index)]);
        for (var i = 0; i < open.Count; i++)
        {
            ChallengePublisher.Require(open[i].Authorization, ChallengeAnswer.TypeFor(choices[i].Plugin.ChallengeType, order.DnsVariant));
        }

        return [.. open.Select((n, i) => ChallengeAnswer.Make(
            client, n.Authorization, made.Get(choices[i]), order.DnsVariant, OrderPlugins.Pick(order.DnsAlias, n.Index), choices[i].Key))];
    }

    private static int IndexOf(List<string> names, string name, int position)
    {
        var index = names.FindIndex(n => string.Equals(n, name, StringComparison.OrdinalIgnoreCase));
        return index < 0 ? position : index;
    }

    private async Task<AcmeOrder> RefreshAsync(AcmeAccountClient client, StoredOrder order, CancellationToken cancellationToken)
    {
        var seen = await Polling.UntilSettledAsync(
            () => client.GetOrderAsync(OrderService.RequireLocation(order), cancellationToken),
            o => o.Status != "pending",
            _session.Clock.UtcNow + ReadyTimeout,
            _session.Clock,
            null,
            cancellationToken).ConfigureAwait(false);
        using var hold = await _session.Store.LockOrderAsync(order, ProfileStore.DefaultLockTimeout, cancellationToken).ConfigureAwait(false);
        OrderService.TakeOver(order, seen, keepAuthorizations: true);
        _session.Store.SaveOrder(order);
        return seen;
    }
}
