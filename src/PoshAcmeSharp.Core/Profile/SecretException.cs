namespace PoshAcmeSharp.Profile;

/// <summary>A secret cannot be read or written. Becomes an error that names the file before anyone else sees it.</summary>
/// <param name="reason">Why, as the end of a sentence. Holds nothing of the secret.</param>
internal sealed class SecretException(string reason) : Exception(reason);
