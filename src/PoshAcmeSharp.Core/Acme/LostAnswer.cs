namespace PoshAcmeSharp.Acme;

/// <summary>For requests that change something: when the answer is lost, the state is looked at before they are sent again.</summary>
internal static class LostAnswer
{
    /// <param name="options">The retry budget and the clock.</param>
    /// <param name="request">The request.</param>
    /// <param name="look">What the request has made, or null when it has not been carried out.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<T> RecoverAsync<T>(AcmeOptions options, Func<Task<T>> request, Func<Task<T?>> look, CancellationToken cancellationToken)
        where T : class
    {
        var delay = new RetryDelay(options);
        while (true)
        {
            try
            {
                return await request().ConfigureAwait(false);
            }
            catch (PoshAcmeException e) when (MayHaveBeenCarriedOut(e) && delay.HasTime)
            {
                await delay.WaitAsync(null, e.Message, cancellationToken).ConfigureAwait(false);
            }

            if (await look().ConfigureAwait(false) is { } result)
            {
                options.Reporter.Verbose("The server had carried the request out although its answer was lost.");
                return result;
            }
        }
    }

    private static bool MayHaveBeenCarriedOut(PoshAcmeException e) => e switch
    {
        AcmeConnectionException => e.ErrorId != "ServerNotTrusted",
        // A 5xx of the CA itself that names another problem is an answer; one of a proxy, whatever its form, is none.
        AcmeProblemException { Status: >= 500, Problem: var problem } => !problem.IsAcme || problem.ShortType == "serverInternal",
        AcmeProblemException => false,
        _ => e.ErrorId == "UnexpectedResponse",
    };
}
