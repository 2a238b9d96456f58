using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Deployment;

/// <summary>
/// Runs what is to be done after each new certificate of an order, at least once for each of them: that it
/// is pending is written together with the certificate's files (<see cref="CertificateService.AwaitsHook"/>) and taken
/// back when it has run to its end. What failed, or was killed, runs again at the next call, with the newest certificate.
/// </summary>
public sealed class DeployHooks
{
    private const int LongestMessage = 200;
    private const int ShortestSecret = 4;

    private readonly ProfileSession _session;
    private readonly Func<OrderCertificate, CancellationToken, Task> _hook;

    /// <summary>Makes the runner.</summary>
    /// <param name="session">The profile at work.</param>
    /// <param name="hook">What is to be done with a new certificate; whatever it throws is its failure.</param>
    public DeployHooks(ProfileSession session, Func<OrderCertificate, CancellationToken, Task> hook)
    {
        _session = session;
        _hook = hook;
    }

    /// <summary>
    /// The folders of the orders whose scripts call this command. What they wait for does not end before this command
    /// does, so nothing is run for them here: it stays pending.
    /// </summary>
    public IReadOnlyCollection<string> Callers { get; init; } = [];

    private ProfileStore Store => _session.Store;

    /// <summary>
    /// Does for an order what is pending. Waits while another command does it, and then looks again, so that nothing is
    /// done twice.
    /// </summary>
    /// <param name="order">The order; none of its locks may be held.</param>
    /// <param name="cancellationToken">Stops it; what is not done by then stays pending.</param>
    /// <returns>What became of it. A failure is remembered with the order.</returns>
    public async Task<HookResult> RunAsync(StoredOrder order, CancellationToken cancellationToken = default)
    {
        try
        {
            await Store.FinishReplacementAsync(order, ProfileStore.DefaultLockTimeout, cancellationToken).ConfigureAwait(false);
            if (Store.ReadHook(order) is null)
            {
                return HookResult.None;
            }

            if (Callers.Contains(order.Folder, StringComparer.Ordinal))
            {
                throw new PoshAcmeException(
                    "HookNested",
                    ErrorKind.InvalidOperation,
                    $"The script of -OnRenewed for order '{order.Name}' has itself called a command with -OnRenewed for this order. That one is not run; it stays pending.",
                    "Leave out -OnRenewed in the script.");
            }

            using var hold = await Store.LockHookAsync(order, ProfileStore.IssuanceLockTimeout, cancellationToken).ConfigureAwait(false);
            (await Store.LockOrderAsync(order, ProfileStore.DefaultLockTimeout, cancellationToken).ConfigureAwait(false)).Dispose();
            return Store.ReadHook(order) is { } pending && new CertificateService(_session).Read(order) is { } certificate
                ? await RunAsync(order, pending, certificate, cancellationToken).ConfigureAwait(false)
                : HookResult.None;
        }
        catch (PoshAcmeException e)
        {
            return new(HookStatus.Failed, e);
        }
    }

    private async Task<HookResult> RunAsync(StoredOrder order, StoredHook pending, OrderCertificate certificate, CancellationToken cancellationToken)
    {
        _session.Reporter.Verbose($"Running the script of -OnRenewed for order '{order.Name}' ({certificate.Certificate.Thumbprint})");
        try
        {
            await _hook(certificate, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            await ChangeAsync(order, pending, kept => Remember(order, kept, e), cancellationToken).ConfigureAwait(false);
            return new(HookStatus.Failed, new PoshAcmeException(
                "HookFailed",
                ErrorKind.InvalidOperation,
                $"The certificate of order '{order.Name}' is there, but the script of -OnRenewed failed for it: {e.Message}",
                "Correct the cause and run the command again: it runs the script again, and issues nothing for that.",
                e));
        }

        // Whoever stops the command now does not undo what is done.
        await ChangeAsync(order, pending, _ => Store.RemoveHook(order), CancellationToken.None).ConfigureAwait(false);
        return new(HookStatus.Done);
    }

    private void Remember(StoredOrder order, StoredHook kept, Exception error)
    {
        kept.Attempts++;
        kept.LastAttempt = _session.Clock.UtcNow;
        kept.ErrorMessage = Text.Cut(order.PfxPass is { Length: >= ShortestSecret } secret ? error.Message.Replace(secret, "***") : error.Message, LongestMessage);
        Store.SaveHook(kept);
    }

    /// <summary>A certificate that came while the script ran has a mark of its own, which stays as it is.</summary>
    private async Task ChangeAsync(StoredOrder order, StoredHook ran, Action<StoredHook> change, CancellationToken cancellationToken)
    {
        try
        {
            using var hold = await Store.LockOrderAsync(order, ProfileStore.DefaultLockTimeout, cancellationToken).ConfigureAwait(false);
            if (Store.ReadHook(order) is { } kept && kept.Thumbprint == ran.Thumbprint && kept.Since == ran.Since)
            {
                change(kept);
            }
        }
        catch (PoshAcmeException e)
        {
            _session.Reporter.Warning($"What became of the script of -OnRenewed for order '{order.Name}' could not be remembered: it may run once more. {e.Message}");
        }
    }
}
