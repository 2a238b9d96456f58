using PoshAcmeSharp.Acme;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Issuance;

/// <summary>
/// Publishes the records of dns-persist-01 (draft-ietf-acme-dns-persist), which stay until they are taken away on purpose.
/// </summary>
public sealed class DnsPersistService
{
    private static readonly IReadOnlyDictionary<string, object?> NoArguments = new Dictionary<string, object?>();

    private readonly ProfileSession _session;

    /// <summary>Makes the service.</summary>
    /// <param name="session">The profile at work.</param>
    public DnsPersistService(ProfileSession session) => _session = session;

    /// <summary>
    /// The records for the names of an order, as the CA's challenges ask for them. Names that cannot have one are passed
    /// over with a warning.
    /// </summary>
    /// <param name="server">The server.</param>
    /// <param name="account">The account.</param>
    /// <param name="order">The order: its plugins publish.</param>
    /// <param name="allowWildcard">Whether wildcards are to be covered; those of the order are passed over otherwise.</param>
    /// <param name="persistUntil">When the CA must stop to accept the records; null: never.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>One record a name.</returns>
    public async Task<IReadOnlyList<DnsPersistRecord>> RecordsForAsync(
        StoredServer server,
        StoredAccount account,
        StoredOrder order,
        bool allowWildcard,
        DateTimeOffset? persistUntil,
        CancellationToken cancellationToken = default)
    {
        var client = await _session.ConnectAsync(server, account, cancellationToken).ConfigureAwait(false);
        var authorizations = await client.GetAuthorizationsAsync(order.Authorizations, cancellationToken).ConfigureAwait(false);
        var plugins = new OrderPlugins(_session, order);
        var names = order.Names.ToList();
        var sets = plugins.Read(account, [.. names.Select((_, i) => plugins.At(i)).Distinct()]);
        var choices = plugins.Choose(sets, [.. names.Select((_, i) => i)]);
        var records = new List<DnsPersistRecord>();
        foreach (var authorization in authorizations)
        {
            if (authorization.IsWildcard && !allowWildcard)
            {
                _session.Reporter.Warning($"{authorization.FullName} is passed over: a wildcard needs -AllowWildcard.");
            }
            else if (IssuerFor(authorization) is { } issuer)
            {
                var choice = choices[Math.Max(0, names.FindIndex(n => string.Equals(n, authorization.FullName, StringComparison.OrdinalIgnoreCase)))];
                var accountUri = authorization.FindChallenge(ChallengeType.DnsPersist01)!.AccountUri ?? client.Account.Location;
                records.Add(new DnsPersistRecord(
                    authorization.Identifier.Value,
                    new DnsPersistValue(issuer, accountUri, allowWildcard, persistUntil),
                    choice.Plugin.Name,
                    sets.For(choice.Key)) { Plugins = plugins.Catalog });
            }
        }

        return records;
    }

    /// <summary>The records for domains, without a server.</summary>
    /// <param name="domains">The domains; <c>*.</c> before one makes no difference.</param>
    /// <param name="value">What the records say.</param>
    /// <param name="plugin">The name of the plugin.</param>
    /// <param name="arguments">The arguments of the plugin, or null.</param>
    /// <param name="plugins">Where the plugin is looked for; null: among those of the session.</param>
    /// <returns>One record a domain.</returns>
    /// <exception cref="PoshAcmeException"><c>InvalidDomainName</c>.</exception>
    public static IReadOnlyList<DnsPersistRecord> RecordsFor(
        IEnumerable<string> domains,
        DnsPersistValue value,
        string plugin,
        IReadOnlyDictionary<string, object?>? arguments,
        PluginCatalog? plugins = null)
        => [.. domains.Select(d => new DnsPersistRecord(DnsPersistValue.BareDomain(d), value, plugin, arguments ?? NoArguments) { Plugins = plugins })];

    /// <summary>Each record once, the domains above others first; without those that a wildcard record above them covers.</summary>
    /// <param name="records">The records.</param>
    /// <param name="all">Whether covered ones are kept too.</param>
    /// <returns>What is left.</returns>
    public static IReadOnlyList<DnsPersistRecord> Reduce(IEnumerable<DnsPersistRecord> records, bool all)
    {
        var kept = new List<DnsPersistRecord>();
        foreach (var record in records.OrderBy(r => string.Join(".", r.Domain.Split('.').Reverse()), StringComparer.Ordinal))
        {
            if (!kept.Exists(k => k.Value == record.Value && (k.Domain == record.Domain || (!all && Covers(k, record)))))
            {
                kept.Add(record);
            }
        }

        return kept;
    }

    /// <summary>Publishes records.</summary>
    /// <param name="records">The records.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>A task that ends when all are published.</returns>
    /// <exception cref="PoshAcmeException">
    /// <c>PersistUntilPassed</c>, <c>PluginNotFound</c>, <c>PluginNotForDns</c>, <c>InvalidPluginArguments</c>: nothing was published.
    /// </exception>
    public Task PublishAsync(IReadOnlyList<DnsPersistRecord> records, CancellationToken cancellationToken = default)
    {
        if (records.FirstOrDefault(r => r.Value.PersistUntil <= _session.Clock.UtcNow) is { } dead)
        {
            throw new PoshAcmeException(
                "PersistUntilPassed",
                ErrorKind.InvalidArgument,
                $"No CA would accept the record for {dead.Domain}: it ends at {dead.Value.PersistUntil!.Value.UtcDateTime:u}.",
                "Give a -PersistUntil in the future.");
        }

        return RunAsync(records, (publisher, sets) => publisher.PublishAsync(sets, cancellationToken), cancellationToken);
    }

    /// <summary>Takes records away.</summary>
    /// <param name="records">The records.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>A task that ends when all are removed.</returns>
    /// <exception cref="PoshAcmeException"><c>PluginNotFound</c>, <c>PluginNotForDns</c>, <c>InvalidPluginArguments</c>: nothing was removed.</exception>
    public Task UnpublishAsync(IReadOnlyList<DnsPersistRecord> records, CancellationToken cancellationToken = default)
        => RunAsync(records, (publisher, sets) => publisher.UnpublishAsync(sets, cancellationToken), cancellationToken);

    private static bool Covers(DnsPersistRecord above, DnsPersistRecord record)
        => above.Value.AllowsWildcard && record.Domain.EndsWith("." + above.Domain, StringComparison.Ordinal);

    /// <summary>All plugins are made before any does something.</summary>
    private async Task RunAsync(
        IReadOnlyList<DnsPersistRecord> records,
        Func<ChallengePublisher, IReadOnlyList<TxtRecordSet>, Task> work,
        CancellationToken cancellationToken)
    {
        var made = new List<(IChallengePlugin Plugin, IReadOnlyList<TxtRecordSet> Sets)>();
        try
        {
            var groups = records.GroupBy(r => (Plugin: RequirePlugin(r), r.Arguments)).ToList();
            foreach (var group in groups)
            {
                var isOneOfSeveral = groups.Count(g => g.Key.Plugin == group.Key.Plugin) > 1;

                // With a memory a plugin counts on records of former commands: these stay for years.
                made.Add((
                    group.Key.Plugin.Create(group.Key.Arguments, _session.EnvironmentFor(_session.Store.GetCurrentAccount()) with { Memory = new PluginMemory(), IsOneOfSeveral = isOneOfSeveral }),
                    ChallengePublisher.GroupByName(group.Select(r => new TxtRecordSet(DnsPersistValue.RecordNameFor(r.Domain), [r.Value.ToString()])))));
            }

            foreach (var (plugin, sets) in made)
            {
                foreach (var set in sets)
                {
                    _session.Reporter.Verbose($"{plugin.Name}: {set.RecordName} TXT {string.Join(" | ", set.Values)}");
                }

                var publisher = new ChallengePublisher(plugin, new PluginContext(_session.Reporter, _session.Clock));
                await work(publisher, sets).ConfigureAwait(false);
                await publisher.SaveAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            foreach (var (plugin, _) in made)
            {
                (plugin as IDisposable)?.Dispose();
            }
        }
    }

    private PluginDescriptor RequirePlugin(DnsPersistRecord record)
    {
        var plugin = (record.Plugins ?? _session.Plugins).Require(record.Plugin);
        return plugin.ChallengeType == ChallengeType.Dns01 ? plugin : throw new PoshAcmeException(
            "PluginNotForDns",
            ErrorKind.InvalidArgument,
            $"The plugin '{plugin.Name}' answers {plugin.ChallengeType}; it cannot publish a TXT record.",
            "Use a plugin of your DNS provider, or Manual.");
    }

    private string? IssuerFor(AcmeAuthorization authorization)
    {
        if (authorization.FindChallenge(ChallengeType.DnsPersist01) is not { } challenge)
        {
            _session.Reporter.Warning($"{authorization.FullName} is passed over: its authorization, which is {authorization.Status}, has no dns-persist-01 challenge.");
            return null;
        }

        try
        {
            return DnsPersistValue.IssuersOf(challenge)[0];
        }
        catch (PoshAcmeException e)
        {
            _session.Reporter.Warning($"{authorization.FullName} is passed over. {e.Message}");
            return null;
        }
    }
}
