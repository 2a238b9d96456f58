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
    private readonly OrderPlugins _plugins;

    /// <summary>Makes the service.</summary>
    /// <param name="session">The profile at work.</param>
    /// <param name="resolver">Who asks the DNS; null: a resolver of the system's network.</param>
    public OrderValidationService(ProfileSession session, IDnsResolver? resolver = null)
    {
        _session = session;
        _resolver = resolver;
        _plugins = new OrderPlugins(session);
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

        var made = new Dictionary<PluginDescriptor, IChallengePlugin>();
        try
        {
            var answers = MakeAnswers(client, account, order, authorizations, made);
            var round = new ChallengeRound(client, _resolver ?? new DnsResolver());
            foreach (var together in order.UseSerialValidation ? answers.ConvertAll(a => new List<ChallengeAnswer> { a }) : [answers])
            {
                await round.RunAsync(together, DnsWaitOf(order), TimeSpan.FromSeconds(order.ValidationTimeout), cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            foreach (var plugin in made.Values.OfType<IDisposable>())
            {
                plugin.Dispose();
            }
        }

        return await RefreshAsync(client, order, cancellationToken).ConfigureAwait(false);
    }

    private static DnsWaitOptions? DnsWaitOf(StoredOrder order)
        => order.DnsSleep > 0 ? new DnsWaitOptions { Timeout = TimeSpan.FromSeconds(order.DnsSleep) } : null;

    /// <summary>All plugins are made, and all names looked at, before anything is published.</summary>
    private List<ChallengeAnswer> MakeAnswers(
        AcmeAccountClient client, StoredAccount account, StoredOrder order, IReadOnlyList<AcmeAuthorization> authorizations, Dictionary<PluginDescriptor, IChallengePlugin> made)
    {
        var names = new List<string> { order.MainDomain };
        names.AddRange(order.SANs);
        var open = authorizations
            .Select((a, position) => (Authorization: a, Index: IndexOf(names, a.FullName, position)))
            .Where(n => n.Authorization.Status != "valid")
            .Select(n => (n.Authorization, n.Index, Plugin: _session.Plugins.Require(OrderPlugins.Pick(order.Plugin, n.Index) ?? OrderPlugins.Default)))
            .ToList();
        foreach (var name in open)
        {
            ChallengePublisher.Require(name.Authorization, ChallengeAnswer.TypeFor(name.Plugin.ChallengeType, order.DnsVariant));
        }

        var plugins = open.Select(n => n.Plugin).Distinct().ToList();
        var arguments = _plugins.Read(account, order, plugins);
        var environment = _session.EnvironmentFor(account) with { Resolver = _resolver };
        foreach (var plugin in plugins)
        {
            made.Add(plugin, plugin.Create(arguments, environment));
        }

        return open.ConvertAll(n => ChallengeAnswer.Make(client, n.Authorization, made[n.Plugin], order.DnsVariant, OrderPlugins.Pick(order.DnsAlias, n.Index)));
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
