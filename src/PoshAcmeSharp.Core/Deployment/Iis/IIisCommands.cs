namespace PoshAcmeSharp.Deployment.Iis;

/// <summary>
/// The commands of IIS in somebody's session. What one reports or throws is a <see cref="PoshAcmeException"/> here, with the
/// command's own words in it. None of them ever waits for an answer.
/// </summary>
public interface IIisCommands
{
    /// <summary>The names of all sites.</summary>
    /// <param name="cancellationToken">Ends the wait between commands.</param>
    /// <exception cref="PoshAcmeException"><c>IisCommandsNotFound</c>.</exception>
    Task<IReadOnlyList<string>> GetSitesAsync(CancellationToken cancellationToken);

    /// <summary>The https bindings of all sites, as they are now.</summary>
    /// <param name="cancellationToken">Ends the wait between commands.</param>
    Task<IReadOnlyList<IisBinding>> GetBindingsAsync(CancellationToken cancellationToken);

    /// <summary>Gives a binding another certificate, without a moment without one.</summary>
    /// <param name="binding">The binding as it is.</param>
    /// <param name="thumbprint">The certificate.</param>
    /// <param name="storeName">The store that has it.</param>
    /// <param name="cancellationToken">Ends the wait between commands.</param>
    /// <returns>A task that ends when it is in force.</returns>
    Task ReplaceAsync(IisBinding binding, string thumbprint, string storeName, CancellationToken cancellationToken);

    /// <summary>Adds a binding with its certificate. When that fails, there is no binding without one.</summary>
    /// <param name="binding">The binding as it is to be.</param>
    /// <param name="cancellationToken">Ends the wait between commands.</param>
    /// <returns>A task that ends when it is in force.</returns>
    Task AddAsync(IisBinding binding, CancellationToken cancellationToken);
}
