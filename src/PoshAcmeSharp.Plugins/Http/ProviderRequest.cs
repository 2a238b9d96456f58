namespace PoshAcmeSharp.Plugins.Http;

/// <summary>One request to a provider's API.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">Path and query below the base URL, without a leading slash, already percent-encoded.</param>
/// <param name="JsonBody">The body, or null.</param>
internal sealed record ProviderRequest(HttpMethod Method, string Path, string? JsonBody = null)
{
    /// <summary>
    /// Whether sending it twice does no harm, so that it may be sent again when nobody knows whether it arrived.
    /// POST is not, unless the API refuses an exact duplicate.
    /// </summary>
    public bool IsIdempotent { get; init; } = Method != HttpMethod.Post && Method.Method != "PATCH";

    /// <summary>The members of a form, in the place of a JSON body; never shown.</summary>
    public IReadOnlyDictionary<string, string>? Form { get; init; }

    /// <summary>Further headers by name, which are never shown.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = NoHeaders;

    /// <summary>Secrets in this request that the options of the client do not name: a server may repeat them in its answer.</summary>
    public IReadOnlyList<Secret> Secrets { get; init; } = [];

    private static IReadOnlyDictionary<string, string> NoHeaders { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
}
