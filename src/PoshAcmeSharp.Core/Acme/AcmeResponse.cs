using System.Net;

namespace PoshAcmeSharp.Acme;

/// <summary>One answer of the server, read whole.</summary>
internal sealed record AcmeResponse
{
    public required Uri RequestUri { get; init; }

    public required HttpStatusCode StatusCode { get; init; }

    public required string Body { get; init; }

    /// <summary>The media type without parameters, lower case; empty when there is none.</summary>
    public required string MediaType { get; init; }

    /// <summary>The Location header made absolute, or null.</summary>
    public required Uri? Location { get; init; }

    public required IReadOnlyList<LinkHeader> Links { get; init; }

    /// <summary>The nonce, or null when there is none that may be used.</summary>
    public required string? ReplayNonce { get; init; }

    /// <summary>How long the server asks to wait, or null when it says nothing that can be read.</summary>
    public required TimeSpan? RetryAfter { get; init; }

    public bool IsSuccess => (int)StatusCode is >= 200 and < 300;

    public bool IsRedirect => (int)StatusCode is >= 300 and < 400;
}
