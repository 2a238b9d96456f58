using System.Net;

namespace PoshAcmeSharp.Plugins.Http;

/// <summary>What a provider's API answered.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The body as text; empty when there is none.</param>
internal sealed record ProviderResponse(HttpStatusCode Status, string Body)
{
    /// <summary>True for 2xx.</summary>
    public bool IsSuccess => (int)Status is >= 200 and <= 299;
}
