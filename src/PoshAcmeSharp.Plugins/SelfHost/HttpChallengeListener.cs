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
    /// <summary>The shortest time that is of any use: CAs take a moment.</summary>
    private static readonly TimeSpan ShortestTime = TimeSpan.FromSeconds(6);

    private readonly IReadOnlyList<ListenerPrefix> _prefixes;

    /// <summary>Says where to listen; nothing listens yet.</summary>
    /// <param name="port">The port of all addresses, or null for 80.</param>
    /// <param name="prefixes">
    /// Such as <c>http://+:8080/.well-known/acme-challenge/</c>; when there are any, they count and the port does not.
    /// </param>
    /// <exception cref="PoshAcmeException"><c>InvalidListenerPrefix</c>.</exception>
    public HttpChallengeListener(int? port, IReadOnlyList<string>? prefixes)
        => _prefixes = prefixes is { Count: > 0 } ? [.. prefixes.Select(ListenerPrefix.Parse)] : [ListenerPrefix.ForPort(port)];

    /// <summary>
    /// Answers what is pending of an order's authorizations, and warns of what has not become valid.
    /// </summary>
    /// <param name="account">The account.</param>
    /// <param name="authorizationUrls">The authorizations of the order.</param>
    /// <param name="timeout">How long to wait, 6 seconds at least; zero for as long as it takes.</param>
    /// <param name="reporter">Where it tells what it does.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>All authorizations of the order as they are then; none when nothing was pending.</returns>
    /// <exception cref="PoshAcmeException">As <see cref="RunAsync"/>.</exception>
    public async Task<IReadOnlyList<AcmeAuthorization>> ValidateOrderAsync(
        AcmeAccountClient account,
        IReadOnlyList<string> authorizationUrls,
        TimeSpan timeout,
        IReporter reporter,
        CancellationToken cancellationToken = default)
    {
        var pending = Pending(await account.GetAuthorizationsAsync(authorizationUrls, cancellationToken).ConfigureAwait(false));
        if (pending.Count == 0)
        {
            reporter.Warning("The order has no pending authorization that offers http-01; nothing is listened for.");
            return [];
        }

        if (timeout == TimeSpan.Zero)
        {
            reporter.Warning("There is no time limit: a name that the CA never settles is waited for until you stop it.");
            timeout = Timeout.InfiniteTimeSpan;
        }
        else if (timeout < ShortestTime)
        {
            reporter.Warning($"No CA validates in {timeout.TotalSeconds} s; the time limit is {ShortestTime.TotalSeconds} s.");
            timeout = ShortestTime;
        }

        foreach (var settled in await RunAsync(account, pending, timeout, reporter, cancellationToken).ConfigureAwait(false))
        {
            if (settled.Status == "pending")
            {
                reporter.Warning($"The CA has not settled {settled.FullName} in time, and nobody listens any more.");
            }
            else if (settled.Status != "valid")
            {
                reporter.Warning($"The CA did not validate {settled.FullName}: it is {settled.Status}. {settled.FindChallenge(ChallengeType.Http01)?.Error}");
            }
        }

        return await account.GetAuthorizationsAsync(authorizationUrls, cancellationToken).ConfigureAwait(false);
    }

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

    /// <summary>A challenge that an interrupted run has acknowledged is answered too.</summary>
    private static IReadOnlyList<AcmeAuthorization> Pending(IEnumerable<AcmeAuthorization> authorizations)
        => [.. authorizations.Where(static a => a.Status == "pending" && a.FindChallenge(ChallengeType.Http01) is { Status: "pending" or "processing" })];
}
