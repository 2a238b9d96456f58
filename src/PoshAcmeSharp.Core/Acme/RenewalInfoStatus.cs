namespace PoshAcmeSharp.Acme;

/// <summary>How a question for renewal information (RFC 9773) ended.</summary>
public enum RenewalInfoStatus
{
    /// <summary>The server suggests a window.</summary>
    Suggested,

    /// <summary>The server has no renewal information at all.</summary>
    NotOffered,

    /// <summary>The server knows nothing about this certificate.</summary>
    NotFound,

    /// <summary>The answer cannot be used: no window, one that ends before it starts, too large, a refusal.</summary>
    Invalid,

    /// <summary>There was no answer, or one that says that there will be one later.</summary>
    Unavailable,
}
