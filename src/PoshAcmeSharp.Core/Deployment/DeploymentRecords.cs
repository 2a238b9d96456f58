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

    /// <summary>What is remembered about a place, or null.</summary>
    internal StoredDeployment? Find(string kind, string target)
        => order is null ? null : (_known ??= store.ReadDeployments(order)).FirstOrDefault(d => d.IsAbout(kind, target));

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
