namespace PoshAcmeSharp;

/// <summary>What kind of failure an error is; a front end maps it to its own categories.</summary>
public enum ErrorKind
{
    /// <summary>The caller gave something that cannot be used.</summary>
    InvalidArgument,

    /// <summary>Data from disk or from a server is not what it should be.</summary>
    InvalidData,

    /// <summary>What was named does not exist.</summary>
    NotFound,

    /// <summary>The right to do it is missing.</summary>
    PermissionDenied,

    /// <summary>A certificate, signature or secret was not accepted.</summary>
    Security,

    /// <summary>The other side could not be reached or the connection broke.</summary>
    Connection,

    /// <summary>A deadline passed.</summary>
    Timeout,

    /// <summary>A limit was reached; later it may work.</summary>
    LimitsExceeded,

    /// <summary>Something else holds what is needed.</summary>
    ResourceBusy,

    /// <summary>It cannot be done in the present state.</summary>
    InvalidOperation,

    /// <summary>A file could not be read.</summary>
    ReadError,

    /// <summary>A file could not be written.</summary>
    WriteError,
}

/// <summary>
/// The base of all errors of this library: one stable id that scripts can match, one sentence that names the thing,
/// one thing to do about it. Never holds a secret.
/// </summary>
public class PoshAcmeException : Exception
{
    /// <summary>Makes an error.</summary>
    /// <param name="errorId">A stable id in PascalCase, such as <c>ServerNotFound</c>.</param>
    /// <param name="kind">The kind of failure.</param>
    /// <param name="message">One sentence that names the thing at fault.</param>
    /// <param name="recommendedAction">One thing to do about it, or null.</param>
    /// <param name="innerException">What caused it, or null.</param>
    public PoshAcmeException(string errorId, ErrorKind kind, string message, string? recommendedAction = null, Exception? innerException = null)
        : base(message, innerException)
    {
        ErrorId = errorId;
        Kind = kind;
        RecommendedAction = recommendedAction;
    }

    /// <summary>The stable id, such as <c>AcmeProblem.rateLimited</c>.</summary>
    public string ErrorId { get; }

    /// <summary>The kind of failure.</summary>
    public ErrorKind Kind { get; }

    /// <summary>One thing to do about it, or null.</summary>
    public string? RecommendedAction { get; }
}
