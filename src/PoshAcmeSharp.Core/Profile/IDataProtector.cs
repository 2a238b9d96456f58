namespace PoshAcmeSharp.Profile;

/// <summary>The system's own protection of secrets for this user.</summary>
internal interface IDataProtector
{
    /// <summary>Encrypts.</summary>
    byte[] Protect(byte[] data);

    /// <summary>Decrypts.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">Another user's or another machine's.</exception>
    byte[] Unprotect(byte[] data);
}
