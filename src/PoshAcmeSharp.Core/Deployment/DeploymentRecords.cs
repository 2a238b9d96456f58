using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Deployment;

/// <summary>
/// What is remembered about where a certificate is in use: with its order in the profile, or, for a certificate that has
/// no order there, nowhere.
/// </summary>
/// <param name="store">The profile.</param>
/// <param name="order">The order of the certificate, or null.</param>
/// <param name="keeps">False where nothing may be written, as with <c>-WhatIf</c>.</param>
public sealed class DeploymentRecords(ProfileStore store, StoredOrder? order, bool keeps)
{
    // Read once: a damaged file is one warning.
    private IReadOnlyList<StoredDeployment>? _known;

    private IReadOnlyList<StoredDeployment> Known => order is null ? [] : _known ??= store.ReadDeployments(order);

    /// <summary>What is remembered about a place, or null.</summary>
    internal StoredDeployment? Find(string kind, string target) => Known.FirstOrDefault(d => d.IsAbout(kind, target));

    /// <summary>What is remembered about a place that may have been called by another name, or null.</summary>
    internal StoredDeployment? Find(string kind, string target, Func<string, string, bool> isSame)
        => Find(kind, target) ?? Known.FirstOrDefault(d => d.IsAbout(kind, d.Target) && isSame(d.Target, target));

    /// <summary>Keeps other runs away, and forgets what was read: it may be old by now.</summary>
    /// <returns>The lock; null where nothing is written.</returns>
    /// <exception cref="PoshAcmeException"><c>ProfileBusy</c>.</exception>
    internal async Task<IDisposable?> LockAsync(CancellationToken cancellationToken)
    {
        if (order is null || !keeps)
        {
            return null;
        }

        try
        {
            var hold = await store.LockDeploymentsAsync(ProfileStore.IssuanceLockTimeout, cancellationToken).ConfigureAwait(false);
            _known = null;
            return hold;
        }
        catch (PoshAcmeException e) when (e.ErrorId == "ProfileWriteFailed")
        {
            // Whoever may only read the profile can still deploy from it.
            return null;
        }
    }

    /// <summary>Remembers a place, instead of what is remembered about it.</summary>
    /// <exception cref="PoshAcmeException">As <see cref="ProfileStore.SaveDeploymentAsync"/>.</exception>
    internal async Task SaveAsync(StoredDeployment deployment, CancellationToken cancellationToken)
    {
        if (order is not null && keeps)
        {
            await store.SaveDeploymentAsync(order, deployment, cancellationToken).ConfigureAwait(false);
            _known = null;
        }
    }
}
