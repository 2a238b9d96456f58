using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Issuance;

/// <summary>What is asked for together of those who keep the key of a certificate out of the clear.</summary>
internal static class OrderSecrecy
{
    /// <summary>The store of Windows takes a certificate with its key as PFX only.</summary>
    /// <exception cref="PoshAcmeException"><c>InstallNeedsPfx</c>.</exception>
    public static void CheckInstall(bool noPfx, bool install)
    {
        if (noPfx && install)
        {
            throw new PoshAcmeException(
                "InstallNeedsPfx",
                ErrorKind.InvalidArgument,
                "A certificate is installed from its PFX file, and NoPfx has none written.",
                "Leave out -NoPfx or -Install; Set-PAOrder -NoPfx:$false or -Install:$false takes back what is set already.");
        }
    }

    /// <summary>A password must be one, and there must be a key for it.</summary>
    /// <exception cref="PoshAcmeException"><c>EmptyKeyPassword</c>, <c>ConflictingKeyPassword</c>, <c>KeyIsElsewhere</c>.</exception>
    public static void CheckPassword(string? password, bool isRemoved, bool hasCsr)
    {
        if (password?.Length == 0)
        {
            throw new PoshAcmeException(
                "EmptyKeyPassword",
                ErrorKind.InvalidArgument,
                "The password for the private key is empty.",
                "Give a password; Set-PAOrder -RemoveKeyPass has the key kept without encryption.");
        }

        if (password is not null && isRemoved)
        {
            throw new PoshAcmeException(
                "ConflictingKeyPassword",
                ErrorKind.InvalidArgument,
                "The private key cannot get a password and lose it at once.",
                "Give either -KeyPassSecure or -RemoveKeyPass.");
        }

        if (password is not null && hasCsr)
        {
            throw new PoshAcmeException(
                "KeyIsElsewhere",
                ErrorKind.InvalidOperation,
                "The certificate request was made elsewhere, so there is no private key to encrypt.",
                "Encrypt the key where the request was made.");
        }
    }

    /// <summary>An encrypted key file is worth little while a PFX file beside it holds the key under a password that order.json tells.</summary>
    public static void WarnOfPfx(StoredOrder order, bool isPasswordGiven, IReporter reporter)
    {
        if (isPasswordGiven && order.KeyEncrypted && !order.NoPfx)
        {
            reporter.Warning(
                $"The PFX files of order '{order.Name}' hold the private key too, and their password can be read in order.json. -NoPfx leaves them out.");
        }
    }
}
