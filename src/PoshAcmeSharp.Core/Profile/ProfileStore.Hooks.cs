namespace PoshAcmeSharp.Profile;

/// <content>What is still to be done with new certificates.</content>
public sealed partial class ProfileStore
{
    private const string HookPrefix = "hook~";

    /// <summary>
    /// Reads whether a script is still to run for an order's certificate. A file that cannot be read is a warning and
    /// counts as one that says so: better once too often than never.
    /// </summary>
    /// <param name="order">The order.</param>
    /// <returns>What is pending; null when nothing is.</returns>
    public StoredHook? ReadHook(StoredOrder order)
    {
        try
        {
            return Load(order.Folder, StoredHook.FileName, folder => new StoredHook(folder));
        }
        catch (PoshAcmeException e)
        {
            _reporter.Warning($"{e.Message} The script of -OnRenewed counts as pending for order '{order.Name}'.");
            return new StoredHook(order.Folder);
        }
    }

    /// <summary>Writes what is pending. Needs the order's lock.</summary>
    /// <param name="hook">It, as <see cref="ReadHook"/> gave it.</param>
    /// <exception cref="PoshAcmeException"><c>ProfileWriteFailed</c>.</exception>
    public void SaveHook(StoredHook hook) => _files.Write(Path.Combine(hook.Folder, StoredHook.FileName), hook.ToBytes());

    /// <summary>Says that nothing is pending any more. Needs the order's lock.</summary>
    /// <param name="order">The order.</param>
    /// <exception cref="PoshAcmeException"><c>ProfileWriteFailed</c>.</exception>
    public void RemoveHook(StoredOrder order) => _files.Delete(Path.Combine(order.Folder, StoredHook.FileName));

    /// <summary>
    /// Waits for the right to be the only one who runs a script for an order. The locks of the order stay free meanwhile:
    /// the script may use them.
    /// </summary>
    /// <param name="order">The order.</param>
    /// <param name="timeout">How long to wait.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The lock. Look again whether something is pending.</returns>
    /// <exception cref="PoshAcmeException"><c>ProfileBusy</c>: the time is up. <c>ProfileWriteFailed</c>.</exception>
    public Task<ProfileLock> LockHookAsync(StoredOrder order, TimeSpan timeout, CancellationToken cancellationToken)
        => AcquireBesideAsync(
            order.Folder, OrderLockName(HookPrefix + order.Name), $"the script of -OnRenewed for order '{order.Name}'", timeout, cancellationToken);
}
