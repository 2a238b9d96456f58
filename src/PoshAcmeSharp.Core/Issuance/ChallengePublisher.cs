using PoshAcmeSharp.Acme;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Jose;

namespace PoshAcmeSharp.Issuance;

/// <summary>
/// Publishes the answers of many challenges with one plugin: values of one record name in one batch, batches in
/// parallel as far as the plugin allows, and takes them away again whatever happened.
/// </summary>
public sealed class ChallengePublisher
{
    private const string Removed = "Removed";

    /// <summary>A clean-up that takes longer is given up with a warning.</summary>
    private static readonly TimeSpan CleanUpTime = TimeSpan.FromSeconds(120);

    private readonly IChallengePlugin _plugin;
    private readonly PluginContext _context;

    /// <summary>What may have been published by now.</summary>
    private readonly List<object> _begun = [];

    /// <summary>Makes a publisher.</summary>
    /// <param name="plugin">An <see cref="IDnsChallengePlugin"/> or <see cref="IHttpChallengePlugin"/>.</param>
    /// <param name="context">Where to report and how to wait.</param>
    public ChallengePublisher(IChallengePlugin plugin, PluginContext context)
    {
        _plugin = plugin;
        _context = context;
    }

    /// <summary>The type of challenge that a plugin answers.</summary>
    /// <param name="plugin">The plugin.</param>
    /// <returns>Such as <see cref="ChallengeType.Dns01"/>.</returns>
    public static string TypeOf(IChallengePlugin plugin) => plugin switch
    {
        IDnsChallengePlugin => ChallengeType.Dns01,
        IHttpChallengePlugin => ChallengeType.Http01,
        _ => throw new ArgumentException($"The plugin '{plugin.Name}' answers no challenge type that is known.", nameof(plugin)),
    };

    /// <summary>Puts the values of one record name together; the order is that of the first appearance.</summary>
    /// <param name="records">The records.</param>
    /// <returns>One set a name, each value once.</returns>
    public static IReadOnlyList<TxtRecordSet> GroupByName(IEnumerable<TxtRecordSet> records)
        => [.. records
            .GroupBy(r => r.RecordName, StringComparer.OrdinalIgnoreCase)
            .Select(g => new TxtRecordSet(g.Key, [.. g.SelectMany(r => r.Values).Distinct(StringComparer.Ordinal)]))];

    /// <summary>The files that the http-01 challenges of these authorizations ask for (RFC 8555 section 8.3).</summary>
    /// <param name="key">The account's key.</param>
    /// <param name="authorizations">The authorizations; each must offer http-01.</param>
    /// <returns>One response an authorization.</returns>
    /// <exception cref="PoshAcmeException"><c>ChallengeNotOffered</c>: the CA does not offer http-01 for a name.</exception>
    public static IReadOnlyList<HttpChallengeResponse> HttpResponsesFor(AccountKey key, IEnumerable<AcmeAuthorization> authorizations)
        => [.. authorizations.Select(a =>
        {
            var token = Require(a, ChallengeType.Http01).Token ?? string.Empty;
            return new HttpChallengeResponse(a.Identifier.Value, token, key.GetKeyAuthorization(token));
        })];

    /// <summary>The challenge of a type, or the error that says what the CA offers instead.</summary>
    /// <param name="authorization">The authorization.</param>
    /// <param name="type">Such as <see cref="ChallengeType.Dns01"/>.</param>
    /// <returns>The challenge.</returns>
    /// <exception cref="PoshAcmeException"><c>ChallengeNotOffered</c>: there is none of the type.</exception>
    public static AcmeChallenge Require(AcmeAuthorization authorization, string type)
        => authorization.FindChallenge(type) ?? throw new PoshAcmeException(
            "ChallengeNotOffered",
            ErrorKind.InvalidOperation,
            $"The CA offers no {type} challenge for {authorization.FullName}, but {string.Join(", ", authorization.Challenges.Select(c => c.Type))}.",
            (authorization.IsWildcard, type) switch
            {
                (_, ChallengeType.DnsAccount01 or ChallengeType.DnsPersist01) => "Use another -DnsVariant: every CA has dns-01.",
                (true, _) => "A wildcard is validated by DNS: use a plugin for dns-01.",
                _ => "Use a plugin for a type that the CA offers.",
            });

    /// <summary>Publishes TXT records.</summary>
    /// <param name="records">One set a record name.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>A task that ends when all are published.</returns>
    public Task PublishAsync(IReadOnlyList<TxtRecordSet> records, CancellationToken cancellationToken)
        => RunAsync(records, (set, token) => ((IDnsChallengePlugin)_plugin).PublishAsync(Begin(set), _context, token), "Published", cancellationToken);

    /// <summary>Publishes HTTP challenge responses.</summary>
    /// <param name="responses">The responses.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>A task that ends when all are published.</returns>
    public Task PublishAsync(IReadOnlyList<HttpChallengeResponse> responses, CancellationToken cancellationToken)
        => RunAsync(responses, (response, token) => ((IHttpChallengePlugin)_plugin).PublishAsync(Begin(response), _context, token), "Published", cancellationToken);

    /// <summary>Removes TXT records.</summary>
    /// <param name="records">One set a record name.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>A task that ends when all are removed.</returns>
    public Task UnpublishAsync(IReadOnlyList<TxtRecordSet> records, CancellationToken cancellationToken)
        => RunAsync(records, (set, token) => ((IDnsChallengePlugin)_plugin).UnpublishAsync(set, _context, token), Removed, cancellationToken, tryAll: true);

    /// <summary>Removes HTTP challenge responses.</summary>
    /// <param name="responses">The responses.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>A task that ends when all are removed.</returns>
    public Task UnpublishAsync(IReadOnlyList<HttpChallengeResponse> responses, CancellationToken cancellationToken)
        => RunAsync(responses, (response, token) => ((IHttpChallengePlugin)_plugin).UnpublishAsync(response, _context, token), Removed, cancellationToken, tryAll: true);

    /// <summary>Has a plugin that collects changes make them effective; nothing for others.</summary>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>A task that ends when the changes are effective.</returns>
    public Task SaveAsync(CancellationToken cancellationToken)
        => _plugin is ISavingChallengePlugin saving ? saving.SaveAsync(_context, cancellationToken) : Task.CompletedTask;

    /// <summary>
    /// Removes what this publisher has begun to publish, after an issuance: also when that was cancelled, within a time of
    /// its own, and a failure is a warning, as the certificate does not depend on it.
    /// </summary>
    /// <returns>What could not be removed.</returns>
    internal Task<IReadOnlyList<object>> CleanUpAsync()
    {
        lock (_begun)
        {
            return CleanUpAsync([.. _begun], CancellationToken.None);
        }
    }

    /// <summary>As the other, for what somebody else has published.</summary>
    /// <param name="begun">Some <see cref="TxtRecordSet"/> or <see cref="HttpChallengeResponse"/>.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>As the other.</returns>
    internal async Task<IReadOnlyList<object>> CleanUpAsync(IReadOnlyList<object> begun, CancellationToken cancellationToken)
    {
        if (begun.Count == 0)
        {
            return [];
        }

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(CleanUpTime);
        var failures = new List<KeyValuePair<object, string>>();
        await RunAsync(
            begun,
            async (item, _) =>
            {
                if (await FailureOfAsync(() => RemoveAsync(item, deadline.Token)).ConfigureAwait(false) is { } failure)
                {
                    lock (failures)
                    {
                        failures.Add(new(item, failure));
                    }
                }
            },
            Removed,
            CancellationToken.None,
            tryAll: true).ConfigureAwait(false);
        if (await FailureOfAsync(() => SaveAsync(deadline.Token)).ConfigureAwait(false) is { } notSaved)
        {
            failures.AddRange(begun.Select(item => new KeyValuePair<object, string>(item, notSaved)));
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (failures.Count > 0)
        {
            var texts = failures.GroupBy(f => f.Value, f => NameOf(f.Key), StringComparer.Ordinal).Select(g => $"{string.Join(", ", g)}: {g.Key}");
            _context.Reporter.Warning($"{_plugin.Name} could not remove these challenge answers; remove them by hand. {string.Join(" ", texts)}");
        }

        return [.. failures.Select(f => f.Key).Distinct()];
    }

    private static string NameOf(object item)
        => item is HttpChallengeResponse response ? $"{response.Identifier}/.well-known/acme-challenge/{response.Token}" : ((TxtRecordSet)item).RecordName;

    private static async Task<string?> FailureOfAsync(Func<Task> work)
    {
        try
        {
            await work().ConfigureAwait(false);
            return null;
        }
#pragma warning disable CA1031 // Whatever a plugin throws here, the certificate does not depend on it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return e is OperationCanceledException ? "it took too long." : e.Message;
        }
    }

    private Task RemoveAsync(object item, CancellationToken cancellationToken) => item is TxtRecordSet records
        ? ((IDnsChallengePlugin)_plugin).UnpublishAsync(records, _context, cancellationToken)
        : ((IHttpChallengePlugin)_plugin).UnpublishAsync((HttpChallengeResponse)item, _context, cancellationToken);

    /// <summary>Notes that an item may be there from now on.</summary>
    private T Begin<T>(T item)
        where T : class
    {
        lock (_begun)
        {
            _begun.Add(item);
        }

        return item;
    }

    private async Task RunAsync<T>(IReadOnlyList<T> items, Func<T, CancellationToken, Task> work, string verb, CancellationToken cancellationToken, bool tryAll = false)
    {
        var activity = verb + " with " + _plugin.Name;
        var done = 0;
        void Report() => _context.Reporter.Progress(new ProgressUpdate(activity, $"{done} of {items.Count}", items.Count == 0 ? -1 : 100 * done / items.Count));

        Report();
        try
        {
            await Bounded.SelectAsync(
                items,
                _plugin.MaxConcurrency,
                async (item, token) =>
                {
                    await work(item, token).ConfigureAwait(false);
                    Interlocked.Increment(ref done);
                    Report();
                    return true;
                },
                cancellationToken,
                tryAll).ConfigureAwait(false);
        }
        finally
        {
            _context.Reporter.Progress(new ProgressUpdate(activity, "Done", 100, IsCompleted: true));
        }
    }
}
