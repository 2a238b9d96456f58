using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Plugins.Http;

namespace PoshAcmeSharp.Plugins.Azure;

/// <summary>A token that the user gave.</summary>
internal sealed class GivenToken(Secret secret) : IAzureLogin
{
    /// <inheritdoc/>
    public Task<AzureToken> GetTokenAsync(PluginContext context, CancellationToken cancellationToken)
    {
        var token = AzureToken.FromGiven(secret);
        return token.Expires > context.Clock.UtcNow ? Task.FromResult(token) : throw new PoshAcmeException(
            "Azure.TokenExpired",
            ErrorKind.PermissionDenied,
            $"The access token of Azure has been of no use since {token.Expires.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC.",
            "Give a new token, or an application or a managed identity, with which renewals get tokens of their own.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Nothing is held.
    }
}
