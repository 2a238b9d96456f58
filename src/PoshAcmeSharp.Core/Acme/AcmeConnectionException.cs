namespace PoshAcmeSharp.Acme;

/// <summary>The server could not be reached, or the connection broke before its answer was whole.</summary>
public sealed class AcmeConnectionException : PoshAcmeException
{
    internal AcmeConnectionException(string errorId, ErrorKind kind, string message, string? recommendedAction, Exception? innerException)
        : base(errorId, kind, message, recommendedAction, innerException)
    {
    }
}
