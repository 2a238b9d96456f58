namespace PoshAcmeSharp.Profile;

/// <summary>A secret cannot be read or written. Becomes an error that names the file before anyone else sees it.</summary>
/// <param name="reason">Why, as the end of a sentence. Holds nothing of the secret.</param>
/// <param name="isForeign">Whether it was probably encrypted by another user or on another machine.</param>
internal sealed class SecretException(string reason, bool isForeign = false) : Exception(reason)
{
    /// <summary>Whether it was probably encrypted by another user or on another machine.</summary>
    public bool IsForeign { get; } = isForeign;
}
