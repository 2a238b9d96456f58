using System.Net.Http.Headers;

namespace PoshAcmeSharp.Plugins.Http;

/// <summary>How to speak to one provider.</summary>
internal sealed record ProviderHttpOptions
{
    /// <summary>The provider, as it stands in messages and before the dot of error ids.</summary>
    public required string ProviderName { get; init; }

    /// <summary>The base of all paths, ending in a slash (see <see cref="Http.BaseUri"/>).</summary>
    public required Uri BaseUri { get; init; }

    /// <summary>Makes the Authorization header, for each request anew; null sends none.</summary>
    public Func<AuthenticationHeaderValue>? Authorization { get; init; }

    /// <summary>What must not be seen in any text.</summary>
    public IReadOnlyList<Secret> Secrets { get; init; } = [];

    /// <summary>Reads how long to wait from the body of a 429 or 503, for APIs that say it there.</summary>
    public Func<string, TimeSpan?>? BodyRetryAfter { get; init; }

    /// <summary>How long one attempt may take.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long one call may take with all its attempts and waits.</summary>
    public TimeSpan OverallTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How often an idempotent request is sent when the server or the connection fails.</summary>
    public int MaxAttempts { get; init; } = 4;

    /// <summary>A number from 0 to 1 that spreads the back-off, so that clients do not come back all at once.</summary>
    public Func<double>? Jitter { get; init; }
}
