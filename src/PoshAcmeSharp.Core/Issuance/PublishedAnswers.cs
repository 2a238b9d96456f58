using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Issuance;

/// <summary>
/// What is published for an order, kept on disk from before it is published until it is removed: after a run that was
/// killed, the next one takes away what that one left. The caller holds the order's issuance lock.
/// </summary>
internal sealed class PublishedAnswers(ProfileSession session, StoredOrder order)
{
    private HashSet<PublishedAnswer> _answers = [.. session.Store.ReadPublishedAnswers(order)];

    /// <summary>What is there now.</summary>
    public IReadOnlyCollection<PublishedAnswer> All => _answers;

    /// <summary>The answers in what a plugin is given.</summary>
    /// <param name="plugin">The plugin.</param>
    /// <param name="arguments">Whose arguments it has; null for those of all names.</param>
    /// <param name="items">Some <see cref="TxtRecordSet"/> or <see cref="HttpChallengeResponse"/>.</param>
    public static IReadOnlyList<PublishedAnswer> In(IChallengePlugin plugin, string? arguments, IEnumerable<object> items) => [.. items.SelectMany(item => item switch
    {
        TxtRecordSet records => records.Values.Select(value => new PublishedAnswer(plugin.Name, records.RecordName, null, value, arguments)),
        HttpChallengeResponse response => [new PublishedAnswer(plugin.Name, response.Identifier, response.Token, response.KeyAuthorization, arguments)],
        _ => Enumerable.Empty<PublishedAnswer>(),
    })];

    /// <summary>Answers as a plugin takes them; those of another type than it publishes now are left out.</summary>
    public static IReadOnlyList<object> ItemsFor(IChallengePlugin plugin, IEnumerable<PublishedAnswer> answers) => plugin is IHttpChallengePlugin
        ? [.. answers.Where(a => a.Token is not null).Select(a => new HttpChallengeResponse(a.Name, a.Token!, a.Value))]
        : [.. ChallengePublisher.GroupByName(answers.Where(a => a.Token is null).Select(a => new TxtRecordSet(a.Name, [a.Value])))];

    /// <summary>Notes what is about to be published.</summary>
    /// <exception cref="PoshAcmeException"><c>ProfileWriteFailed</c>, or the order is in use: it must not be published then.</exception>
    public Task AddAsync(IReadOnlyList<PublishedAnswer> answers, CancellationToken cancellationToken)
        => ChangeAsync(kept => kept.UnionWith(answers), cancellationToken);

    /// <summary>Forgets what has been removed. Where that cannot be written, the next run removes it once more.</summary>
    public async Task RemoveAsync(IReadOnlyList<PublishedAnswer> answers)
    {
        try
        {
            await ChangeAsync(kept => kept.ExceptWith(answers), CancellationToken.None).ConfigureAwait(false);
        }
        catch (PoshAcmeException e)
        {
            session.Reporter.Verbose($"That the challenge answers are removed could not be kept. {e.Message}");
        }
    }

    private async Task ChangeAsync(Action<HashSet<PublishedAnswer>> change, CancellationToken cancellationToken)
    {
        var changed = new HashSet<PublishedAnswer>(_answers);
        change(changed);
        if (changed.SetEquals(_answers))
        {
            return;
        }

        using var hold = await session.Store.LockOrderAsync(order, ProfileStore.DefaultLockTimeout, cancellationToken).ConfigureAwait(false);
        session.Store.SavePublishedAnswers(order, changed);
        _answers = changed;
    }
}
