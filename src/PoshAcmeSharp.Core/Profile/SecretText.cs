using System.Globalization;
using System.Runtime.InteropServices;
using System.Security;
using System.Security.Cryptography;
using System.Text;
using PoshAcmeSharp.Jose;

namespace PoshAcmeSharp.Profile;

/// <summary>
/// A secret as text, in the forms of PowerShell's ConvertFrom-SecureString: by a key (AES-256-CBC), by DPAPI, or as the
/// hexadecimal digits of its UTF-16LE. Reading goes by the form; writing by what the account has.
/// </summary>
internal sealed class SecretText(string? secretKey, IDataProtector? dataProtector)
{
    private const string KeyedPrefix = "76492d1116743f0423413b16050a5345";
    private const string KeyedVersion = "2";

    /// <summary>How DPAPI's blobs begin: version 1 and the provider's GUID.</summary>
    private const string DpapiPrefix = "01000000d08c9ddf";

    /// <exception cref="SecretException">The account's key cannot be used.</exception>
    public string Protect(SecureString secret)
    {
        var plain = ToBytes(secret);
        try
        {
            return secretKey is not null ? Encrypt(plain)
                : dataProtector is not null ? ToHex(dataProtector.Protect(plain))
                : ToHex(plain);
        }
        finally
        {
            Array.Clear(plain, 0, plain.Length);
        }
    }

    /// <exception cref="SecretException">It cannot be decrypted.</exception>
    public SecureString Unprotect(string text)
    {
        byte[]? plain = null;
        try
        {
            plain = text.StartsWith(KeyedPrefix, StringComparison.OrdinalIgnoreCase) ? Decrypt(text.Substring(KeyedPrefix.Length))
                : text.StartsWith(DpapiPrefix, StringComparison.OrdinalIgnoreCase) ? UnprotectByDpapi(text)
                : FromHex(text);
            return ToSecureString(plain);
        }
        catch (Exception e) when (e is FormatException or CryptographicException or ArgumentException)
        {
            throw new SecretException(
                secretKey is null && dataProtector is not null
                    ? "it was encrypted for another user or on another machine"
                    : "it is damaged, or was encrypted with another key");
        }
        finally
        {
            Array.Clear(plain ?? [], 0, plain?.Length ?? 0);
        }
    }

    private static byte[] ToBytes(SecureString secret)
    {
        var memory = Marshal.SecureStringToGlobalAllocUnicode(secret);
        try
        {
            var bytes = new byte[secret.Length * sizeof(char)];
            Marshal.Copy(memory, bytes, 0, bytes.Length);
            return bytes;
        }
        finally
        {
            Marshal.ZeroFreeGlobalAllocUnicode(memory);
        }
    }

    private static SecureString ToSecureString(byte[] plain)
    {
        if (plain.Length % sizeof(char) != 0)
        {
            throw new FormatException();
        }

        var secret = new SecureString();
        for (var i = 0; i < plain.Length; i += sizeof(char))
        {
            secret.AppendChar((char)(plain[i] | (plain[i + 1] << 8)));
        }

        secret.MakeReadOnly();
        return secret;
    }

    private static string ToHex(byte[] data)
        => string.Concat(data.Select(b => b.ToString("x2", CultureInfo.InvariantCulture)));

    private static byte[] FromHex(string text)
    {
        if (text.Length % 2 != 0)
        {
            throw new FormatException();
        }

        return Enumerable.Range(0, text.Length / 2)
            .Select(i => byte.Parse(text.Substring(2 * i, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture))
            .ToArray();
    }

    private byte[] UnprotectByDpapi(string text)
        => dataProtector is null
            ? throw new SecretException("it was encrypted on Windows, for one user of one machine")
            : dataProtector.Unprotect(FromHex(text));

    private string Encrypt(byte[] plain)
    {
        using var aes = CreateAes();
        aes.GenerateIV();
        using var encryptor = aes.CreateEncryptor();
        var cipher = encryptor.TransformFinalBlock(plain, 0, plain.Length);
        var text = $"{KeyedVersion}|{Convert.ToBase64String(aes.IV)}|{ToHex(cipher)}";
        return KeyedPrefix + Convert.ToBase64String(Encoding.Unicode.GetBytes(text));
    }

    private byte[] Decrypt(string text)
    {
        var parts = Encoding.Unicode.GetString(Convert.FromBase64String(text)).Split('|');
        if (parts.Length != 3 || parts[0] != KeyedVersion)
        {
            throw new FormatException();
        }

        using var aes = CreateAes();
        aes.IV = Convert.FromBase64String(parts[1]);
        using var decryptor = aes.CreateDecryptor();
        var cipher = FromHex(parts[2]);
        return decryptor.TransformFinalBlock(cipher, 0, cipher.Length);
    }

    private Aes CreateAes()
    {
        if (secretKey is null)
        {
            throw new SecretException("it was encrypted with a key, and the account has none");
        }

        if (secretKey == StoredAccount.VaultMark)
        {
            throw new SecretException("the account's key is in a SecretManagement vault, which is not supported yet");
        }

        var aes = Aes.Create();
        try
        {
            aes.Mode = CipherMode.CBC;
            aes.Padding = PaddingMode.PKCS7;
            aes.Key = Base64Url.Decode(secretKey);
            return aes;
        }
        catch (Exception e) when (e is FormatException or CryptographicException)
        {
            aes.Dispose();
            throw new SecretException("the account's key (sskey) is damaged");
        }
    }
}
