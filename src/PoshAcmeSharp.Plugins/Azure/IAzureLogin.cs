using PoshAcmeSharp.Challenges;

namespace PoshAcmeSharp.Plugins.Azure;

/// <summary>One way to get an access token.</summary>
internal interface IAzureLogin : IDisposable
{
    /// <summary>Gets a token.</summary>
    /// <param name="context">Where to report and how to wait.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The token.</returns>
    /// <exception cref="PoshAcmeException"><c>Azure.LoginFailed</c>, <c>Azure.TokenExpired</c> and others that begin so.</exception>
    Task<AzureToken> GetTokenAsync(PluginContext context, CancellationToken cancellationToken);
}
