using PoshAcmeSharp.Acme;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Dns;

namespace PoshAcmeSharp.Issuance;

/// <summary>
/// Has names validated: publishes all answers, waits until they are seen, tells the CA, waits for its verdict, and takes
/// them away again whatever happened.
/// </summary>
/// <param name="account">Whose authorizations they are.</param>
/// <param name="resolver">Who asks the DNS.</param>
/// <param name="published">Keeps in mind what is published; null: nobody does.</param>
internal sealed class ChallengeRound(AcmeAccountClient account, IDnsResolver resolver, PublishedAnswers? published = null)
{
    private IReporter Reporter => account.Options.Reporter;

    /// <summary>Validates all names together.</summary>
    /// <param name="answers">The names and their answers.</param>
    /// <param name="dnsWait">How to wait until records are seen; null: submit at once.</param>
    /// <param name="validationTimeout">How long the CA may take.</param>
    /// <param name="cancellationToken">Stops it; the clean-up still runs.</param>
    /// <exception cref="PoshAcmeException"><c>ValidationFailed</c>, <c>ValidationTimeout</c>; or a plugin failed.</exception>
    public async Task RunAsync(IReadOnlyList<ChallengeAnswer> answers, DnsWaitOptions? dnsWait, TimeSpan validationTimeout, CancellationToken cancellationToken)
    {
        if (answers.Count == 0)
        {
            return;
        }

        var context = new PluginContext(Reporter, account.Options.Clock);
        var batches = answers
            .GroupBy(a => a.Plugin)
            .Select(g => (Publisher: new ChallengePublisher(g.Key, context), Plugin: g.Key, g.First().Arguments, Items: ItemsOf(g)))
            .ToList();
        if (published is not null)
        {
            await published.AddAsync([.. batches.SelectMany(b => PublishedAnswers.In(b.Plugin, b.Arguments, b.Items))], cancellationToken).ConfigureAwait(false);
        }

        try
        {
            await Bounded.SelectAsync(
                batches,
                batches.Count,
                async (batch, token) =>
                {
                    await PublishAsync(batch.Publisher, batch.Items, token).ConfigureAwait(false);
                    await batch.Publisher.SaveAsync(token).ConfigureAwait(false);
                    return true;
                },
                cancellationToken).ConfigureAwait(false);
            if (dnsWait is not null)
            {
                await WaitForDnsAsync(answers, dnsWait, cancellationToken).ConfigureAwait(false);
                await CheckPersistentAsync(answers, dnsWait, cancellationToken).ConfigureAwait(false);
            }

            Reporter.Verbose($"Asking the CA to validate {string.Join(", ", answers.Select(a => a.Authorization.FullName))}");
            await account.AcknowledgeAsync([.. answers.Select(a => a.Challenge.Url)], cancellationToken).ConfigureAwait(false);
            await OrderProgress.WaitForAuthorizationsAsync(account, [.. answers.Select(a => a.Authorization.Location)], validationTimeout, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            var done = await Task.WhenAll(batches.Select(async b => PublishedAnswers.In(b.Plugin, b.Arguments, b.Items.Except(await b.Publisher.CleanUpAsync().ConfigureAwait(false))))).ConfigureAwait(false);
            if (published is not null)
            {
                await published.RemoveAsync([.. done.SelectMany(answers => answers)]).ConfigureAwait(false);
            }
        }
    }

    private static IReadOnlyList<object> ItemsOf(IEnumerable<ChallengeAnswer> answers)
    {
        var all = answers.ToList();
        var responses = all.Select(a => a.Response).OfType<HttpChallengeResponse>().ToList();
        return responses.Count > 0 ? responses : Group(all.Select(a => a.Record));
    }

    private static Task PublishAsync(ChallengePublisher publisher, IReadOnlyList<object> items, CancellationToken cancellationToken)
        => items is IReadOnlyList<HttpChallengeResponse> responses
            ? publisher.PublishAsync(responses, cancellationToken)
            : publisher.PublishAsync((IReadOnlyList<TxtRecordSet>)items, cancellationToken);

    private static IReadOnlyList<TxtRecordSet> Group(IEnumerable<TxtRecordSet?> records)
        => ChallengePublisher.GroupByName(records.OfType<TxtRecordSet>());

    /// <summary>Records that were there before have nothing to wait for but a look at them.</summary>
    private async Task CheckPersistentAsync(IReadOnlyList<ChallengeAnswer> answers, DnsWaitOptions options, CancellationToken cancellationToken)
    {
        var authorizations = answers.Where(a => a.Challenge.Type == ChallengeType.DnsPersist01).Select(a => a.Authorization).ToList();
        if (authorizations.Count > 0 && options.Mode == DnsWaitMode.Check)
        {
            await new DnsPersistCheck(resolver, account).WaitAsync(authorizations, options, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// The check waits, but it does not veto: the CA may see what this machine cannot. That nobody could be asked has been
    /// said already.
    /// </summary>
    private async Task WaitForDnsAsync(IReadOnlyList<ChallengeAnswer> answers, DnsWaitOptions options, CancellationToken cancellationToken)
    {
        var records = Group(answers.Select(a => a.Seen));
        if (records.Count == 0)
        {
            return;
        }

        var check = new DnsPropagationCheck(resolver, account.Options.Clock, Reporter);
        foreach (var missing in (await check.WaitAsync(records, options, cancellationToken).ConfigureAwait(false)).Where(r => r is { Found: false, IsUnknown: false }))
        {
            Reporter.Warning($"{missing.Problem} The challenge is submitted all the same.");
        }
    }
}
