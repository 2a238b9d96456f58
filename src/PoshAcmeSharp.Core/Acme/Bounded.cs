namespace PoshAcmeSharp.Acme;

/// <summary>Asynchronous work on many items at once, with a bound.</summary>
internal static class Bounded
{
    /// <summary>
    /// Runs the work on every item; the results are in the order of the items. A failure is thrown after all have ended;
    /// it cancels the others, unless each is to be tried whatever happens to the rest.
    /// </summary>
    public static async Task<IReadOnlyList<TResult>> SelectAsync<T, TResult>(
        IReadOnlyList<T> items,
        int parallelism,
        Func<T, CancellationToken, Task<TResult>> work,
        CancellationToken cancellationToken,
        bool tryAll = false)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var slots = new SemaphoreSlim(parallelism);

        async Task<TResult> RunAsync(T item)
        {
            await slots.WaitAsync(stop.Token).ConfigureAwait(false);
            try
            {
                // A slot that a cancelled item gives back must not start the next one.
                stop.Token.ThrowIfCancellationRequested();
                return await work(item, stop.Token).ConfigureAwait(false);
            }
            catch when (!tryAll)
            {
                stop.Cancel();
                throw;
            }
            finally
            {
                slots.Release();
            }
        }

        // Task.WhenAll ends when all have ended, also when one has failed, so nothing is left running behind the caller's back.
        return await Task.WhenAll(items.Select(RunAsync).ToList()).ConfigureAwait(false);
    }

    /// <summary>Runs the work on every item; one that fails with a <see cref="PoshAcmeException"/> does not stop the others.</summary>
    public static Task<IReadOnlyList<Outcome<TResult>>> TrySelectAsync<T, TResult>(
        IReadOnlyList<T> items,
        int parallelism,
        Func<T, CancellationToken, Task<TResult>> work,
        CancellationToken cancellationToken)
        where TResult : class
        => SelectAsync(
            items,
            parallelism,
            async (item, token) =>
            {
                try
                {
                    return new Outcome<TResult>(await work(item, token).ConfigureAwait(false), null);
                }
                catch (PoshAcmeException e)
                {
                    return new Outcome<TResult>(null, e);
                }
            },
            cancellationToken);
}
