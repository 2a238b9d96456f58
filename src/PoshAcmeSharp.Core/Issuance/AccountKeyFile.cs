using System.Text;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Issuance;

/// <summary>Writes the private keys of accounts to files outside the profile, for backups and for other clients.</summary>
public static class AccountKeyFile
{
    /// <summary>
    /// Writes the key as unencrypted PEM: EC as SEC 1, RSA as PKCS#8. The file is written in one step, over one that is
    /// there, and belongs to the user alone (mode 0600); on Windows it gets the permissions of its folder.
    /// </summary>
    /// <param name="account">The account.</param>
    /// <param name="path">The full path of the file; its folder must be there.</param>
    /// <param name="fileSystem">The disk; null: the machine's.</param>
    /// <exception cref="PoshAcmeException"><c>FolderNotFound</c>, <c>ProfileWriteFailed</c>; <c>CorruptProfileFile</c>: the account has no key.</exception>
    public static void Write(StoredAccount account, string path, IFileSystem? fileSystem = null)
    {
        using var key = ProfileSession.KeyOf(account);
        var folder = Path.GetDirectoryName(path)!;
        var files = new ProfileFiles(fileSystem ?? PhysicalFileSystem.Instance, folder);
        if (!files.System.DirectoryExists(folder))
        {
            throw new PoshAcmeException(
                "FolderNotFound",
                ErrorKind.NotFound,
                $"There is no folder '{folder}' for the file '{Path.GetFileName(path)}'.",
                "Make the folder first, or give another path.");
        }

        files.Write(path, Encoding.ASCII.GetBytes(key.ToPem()));
    }
}
