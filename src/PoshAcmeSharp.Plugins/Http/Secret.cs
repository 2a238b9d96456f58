using System.Runtime.InteropServices;
using System.Security;

namespace PoshAcmeSharp.Plugins.Http;

/// <summary>A secret that is made readable only for the moment it is sent.</summary>
internal sealed class Secret
{
    private readonly SecureString? _secure;
    private readonly string? _plain;

    internal Secret(SecureString secure) => _secure = secure;

    internal Secret(string plain) => _plain = plain;

    /// <summary>True when every character can stand in an HTTP header and none is white space.</summary>
    /// <returns>False for an empty secret too.</returns>
    internal bool IsHeaderText()
    {
        var text = Reveal();
        return text.Length > 0 && text.All(c => c is > ' ' and < '\x7f');
    }

    /// <summary>The secret in the clear.</summary>
    /// <returns>The text; never write it anywhere.</returns>
    internal string Reveal()
    {
        if (_secure is null)
        {
            return _plain!;
        }

        var memory = Marshal.SecureStringToGlobalAllocUnicode(_secure);
        try
        {
            return Marshal.PtrToStringUni(memory, _secure.Length);
        }
        finally
        {
            Marshal.ZeroFreeGlobalAllocUnicode(memory);
        }
    }

    /// <summary>Never the secret.</summary>
    /// <returns>Three asterisks.</returns>
    public override string ToString() => Redactor.Mask;
}
