using System.Collections.Concurrent;

namespace PoshAcmeSharp.Plugins.Http;

/// <summary>One lock for each key, to be waited for without a thread.</summary>
internal sealed class KeyedLock
{
    // A lock is a few bytes and lives as long as the plugin, which knows the names of one order: none is taken out.
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _locks = new(StringComparer.Ordinal);

    /// <summary>Waits for the lock.</summary>
    /// <param name="key">What is locked.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Dispose it to let the next one in.</returns>
    internal async Task<IDisposable> EnterAsync(string key, CancellationToken cancellationToken)
    {
        var semaphore = _locks.GetOrAdd(key, static _ => new SemaphoreSlim(1, 1));
        await semaphore.WaitAsync(cancellationToken).ConfigureAwait(false);
        return new Release(semaphore);
    }

    private sealed class Release(SemaphoreSlim semaphore) : IDisposable
    {
        public void Dispose() => semaphore.Release();
    }
}
