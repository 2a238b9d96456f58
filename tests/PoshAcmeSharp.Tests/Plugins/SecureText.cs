using System.Security;

namespace PoshAcmeSharp.Tests.Plugins;

internal static class SecureText
{
    internal static SecureString Of(string text)
    {
        var secure = new SecureString();
        foreach (var c in text)
        {
            secure.AppendChar(c);
        }

        return secure;
    }
}
