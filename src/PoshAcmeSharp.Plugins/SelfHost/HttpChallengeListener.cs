using PoshAcmeSharp.Acme;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Issuance;

namespace PoshAcmeSharp.Plugins.SelfHost;

/// <summary>
/// Answers the http-01 challenges of authorizations with a web server of its own, for as long as the CA takes
/// (RFC 8555 section 8.3).
/// </summary>
public sealed class HttpChallengeListener
{
    private readonly IReadOnlyList<ListenerPrefix> _prefixes;

    /// <summary>Says where to listen; nothing listens yet.</summary>
    /// <param name="port">The port of all addresses, or null for 80.</param>
    /// <param name="prefixes">
    /// Such as <c>http://+:8080/.well-known/acme-challenge/</c>; when there are any, they count and the port does not.
    /// </param>
    /// <exception cref="PoshAcmeException"><c>InvalidListenerPrefix</c>.</exception>
    public HttpChallengeListener(int? port, IReadOnlyList<string>? prefixes)
        => _prefixes = prefixes is { Count: > 0 } ? [.. prefixes.Select(ListenerPrefix.Parse)] : [ListenerPrefix.ForPort(port)];

    /// <summary>The authorizations that wait for an answer and can be given one by http-01.</summary>
    /// <param name="authorizations">All authorizations of an order.</param>
    /// <returns>Those that are pending.</returns>
    public static IReadOnlyList<AcmeAuthorization> Pending(IEnumerable<AcmeAuthorization> authorizations)
        => [.. authorizations.Where(static a => a.Status == "pending" && a.FindChallenge(ChallengeType.Http01) is { Status: "pending" or "processing" })];

    /// <summary>
    /// Listens, tells the CA to look, and waits until it has settled every authorization or the time is over. It has
    /// stopped listening when this ends, whatever happened.
    /// </summary>
    /// <param name="account">The account.</param>
    /// <param name="authorizations">What to answer; each must offer http-01.</param>
    /// <param name="timeout">How long to wait; <see cref="Timeout.InfiniteTimeSpan"/> for as long as it takes.</param>
    /// <param name="reporter">Where it tells what it does; a challenge that the CA refuses to look at is a warning.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The authorizations as they are then, valid or not; still pending ones when the time was over.</returns>
    /// <exception cref="PoshAcmeException">
    /// <c>ListenerPortInUse</c>, <c>ListenerNotPermitted</c>, <c>ListenerNotStarted</c>: the CA has been told nothing.
    /// </exception>
    public async Task<IReadOnlyList<AcmeAuthorization>> RunAsync(
        AcmeAccountClient account,
        IReadOnlyList<AcmeAuthorization> authorizations,
        TimeSpan timeout,
        IReporter reporter,
        CancellationToken cancellationToken = default)
    {
        var answers = new ChallengeAnswers();
        foreach (var response in ChallengePublisher.HttpResponsesFor(account.Key, authorizations))
        {
            answers.Add(response);
        }

        var responder = HttpResponder.Start(_prefixes, answers, reporter);
        try
        {
            var urls = authorizations.Select(static a => ChallengePublisher.Require(a, ChallengeType.Http01).Url).ToList();
            var outcomes = await account.TryAcknowledgeAsync(urls, cancellationToken).ConfigureAwait(false);
            var sent = new List<string>();
            for (var i = 0; i < outcomes.Count; i++)
            {
                if (outcomes[i].Error is { } error)
                {
                    reporter.Warning($"The CA was not told to check {authorizations[i].FullName}. {error.Message}");
                }
                else
                {
                    sent.Add(authorizations[i].Location);
                }
            }

            return await OrderProgress.SettleAuthorizationsAsync(account, sent, timeout, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await responder.StopAsync().ConfigureAwait(false);
        }
    }
}
