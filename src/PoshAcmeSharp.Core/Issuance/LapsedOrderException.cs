namespace PoshAcmeSharp.Issuance;

/// <summary>
/// An order cannot be gone on with, though nothing is wrong with its names: it, or an authorization of it, has ended
/// before this run asked for validation. A new order may well succeed.
/// </summary>
internal sealed class LapsedOrderException : PoshAcmeException
{
    public LapsedOrderException(string errorId, ErrorKind kind, string message, string recommendedAction)
        : base(errorId, kind, message, recommendedAction)
    {
    }

    public LapsedOrderException(PoshAcmeException cause)
        : base(cause.ErrorId, cause.Kind, cause.Message, cause.RecommendedAction, cause)
    {
    }
}
