namespace PoshAcmeSharp.Profile;

/// <summary>
/// The key of an account that the CA was asked for and whose answer has not been kept yet, with what tells that a later
/// request is for the same account.
/// </summary>
/// <param name="Key">The private key as JWK, JSON text. A secret.</param>
/// <param name="Contact">The contact URLs.</param>
/// <param name="KeyLength">The key's kind and size.</param>
/// <param name="ExternalAccount">The key identifier of the external account binding, or null.</param>
internal sealed record PendingAccount(string Key, IReadOnlyList<string> Contact, string KeyLength, string? ExternalAccount)
{
    /// <summary>Whether the same account is wanted.</summary>
    public bool IsFor(IReadOnlyList<string> contact, string keyLength, string? externalAccount)
        => string.Equals(KeyLength, keyLength, StringComparison.OrdinalIgnoreCase)
            && ExternalAccount == externalAccount
            && new HashSet<string>(Contact, StringComparer.OrdinalIgnoreCase).SetEquals(contact);
}
