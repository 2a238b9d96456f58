using System.Net;
using System.Security;

namespace PoshAcmeSharp.PowerShell.Objects;

/// <summary>Between texts and what PowerShell keeps secrets in.</summary>
internal static class SecretInput
{
    public static SecureString Secure(string text)
    {
        var secure = new NetworkCredential(string.Empty, text).SecurePassword;
        secure.MakeReadOnly();
        return secure;
    }

    public static string Reveal(SecureString secure) => new NetworkCredential(string.Empty, secure).Password;
}
