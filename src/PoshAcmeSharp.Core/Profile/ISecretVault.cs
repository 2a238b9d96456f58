namespace PoshAcmeSharp.Profile;

/// <summary>
/// A place outside of the profile for the keys that the secrets of accounts are encrypted with, such as a
/// SecretManagement vault. Each call ends within a deadline of the implementation's.
/// </summary>
public interface ISecretVault
{
    /// <summary>Whether the user has named a vault; without one the other members must not be used.</summary>
    bool IsConfigured { get; }

    /// <summary>What a secret is called, for messages: its name and the vault's.</summary>
    /// <param name="id">The number of the account's key, 32 hexadecimal digits.</param>
    /// <returns>Such as <c>the secret 'poshacme-…-sskey' in the vault 'mine'</c>.</returns>
    /// <exception cref="PoshAcmeException"><c>InvalidVaultTemplate</c>.</exception>
    string Describe(string id);

    /// <summary>Reads a secret.</summary>
    /// <param name="id">The number of the account's key.</param>
    /// <returns>The text; null when the vault answers that it has none. A secret.</returns>
    /// <exception cref="PoshAcmeException">The vault cannot be used: missing, locked, too slow.</exception>
    string? Read(string id);

    /// <summary>Writes a secret.</summary>
    /// <param name="id">The number of the account's key.</param>
    /// <param name="secret">The text.</param>
    /// <exception cref="PoshAcmeException">The vault cannot be used, or does not take it.</exception>
    void Write(string id, string secret);
}
