using System.Security.Cryptography;
using System.Text;
using PoshAcmeSharp.Jose;

namespace PoshAcmeSharp.Profile;

/// <summary>
/// A file outside of the profile with the key that the secrets of accounts are encrypted with: 32 random bytes, base64.
/// Whoever copies the profile has no secrets, and other accounts can be given the right to read the one file.
/// </summary>
internal sealed class SecretKeyFile(PhysicalFileSystem files, ForeignProfile foreign)
{
    private const int KeyLength = 32;

    /// <summary>The key of a file; null when there is no file.</summary>
    /// <param name="path">The full path.</param>
    /// <returns>The key as base64url. A secret.</returns>
    /// <exception cref="PoshAcmeException"><c>ProfileOfAnotherUser</c>, <c>SecretKeyFileUnreadable</c>, <c>SecretKeyFileExposed</c>, <c>SecretKeyFileInvalid</c>.</exception>
    public string? Read(string path)
    {
        byte[]? content;
        try
        {
            content = files.ReadFile(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var failure = $"The key file '{path}' for the secrets of an account could not be read";
            throw (e is UnauthorizedAccessException refused ? foreign.Explain(path, failure, refused) : null) ?? new PoshAcmeException(
                "SecretKeyFileUnreadable",
                e is UnauthorizedAccessException ? ErrorKind.PermissionDenied : ErrorKind.ReadError,
                $"{failure}: {e.Message}",
                $"Let {foreign.Owners.Current} read it. Nothing has been changed.",
                e);
        }

        if (content is null)
        {
            return null;
        }

        if (foreign.Owners.IsReadableByAll(path))
        {
            throw new PoshAcmeException(
                "SecretKeyFileExposed",
                ErrorKind.Security,
                $"The key file '{path}' can be read by everybody on this machine.",
                SystemKinds.Current == SystemKind.Windows
                    ? "Take the rights of Everyone, Users and Authenticated Users away from it, and consider the key as known: use Set-PAAccount -SecretKeyFile with a new file."
                    : $"Run: chmod o= '{path}'. Consider the key as known: use Set-PAAccount -SecretKeyFile with a new file.");
        }

        return Parse(path, content);
    }

    /// <summary>The key of a file that is made if it is not there; a file that is there is never written over.</summary>
    /// <param name="path">The full path.</param>
    /// <param name="isMade">Whether it was made.</param>
    /// <returns>The key as base64url. A secret.</returns>
    /// <exception cref="PoshAcmeException">As <see cref="Read"/>; <c>SecretKeyFileNotWritten</c>.</exception>
    public string ReadOrMake(string path, out bool isMade)
    {
        isMade = false;
        if (Read(path) is { } found)
        {
            return found;
        }

        var key = new byte[KeyLength];
        using (var random = RandomNumberGenerator.Create())
        {
            random.GetBytes(key);
        }

        try
        {
            isMade = files.TryCreateFile(path, Encoding.ASCII.GetBytes(Convert.ToBase64String(key) + "\n"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PoshAcmeException(
                "SecretKeyFileNotWritten",
                ErrorKind.WriteError,
                $"The key file '{path}' could not be made: {e.Message}",
                $"Name a file in a folder that is there and that {foreign.Owners.Current} may write to.",
                e);
        }

        // Another process may have been first; and the file must give back what was written.
        return Read(path) is { } made && (!isMade || made == Base64Url.Encode(key)) ? made : throw new PoshAcmeException(
            "SecretKeyFileNotWritten",
            ErrorKind.WriteError,
            $"The key file '{path}' does not give back what was written to it. The account keeps its key.",
            "Name a file on another disk.");
    }

    private static string Parse(string path, byte[] content)
    {
        try
        {
            var key = Base64Url.Decode(Encoding.ASCII.GetString(content).Trim());
            if (key.Length == KeyLength)
            {
                return Base64Url.Encode(key);
            }
        }
        catch (FormatException)
        {
            // The error below says what it should be.
        }

        throw new PoshAcmeException(
            "SecretKeyFileInvalid",
            ErrorKind.InvalidData,
            $"The file '{path}' is no key file: it should hold {KeyLength} bytes as base64, 44 characters. It has not been changed.",
            "Restore it, or name a file that is not there yet: it is made with a new key.");
    }
}
