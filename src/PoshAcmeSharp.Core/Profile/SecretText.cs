using System.Globalization;
using System.Runtime.InteropServices;
using System.Security;
using System.Security.Cryptography;
using System.Text;
using PoshAcmeSharp.Jose;

namespace PoshAcmeSharp.Profile;

/// <summary>
/// A secret as text, in the forms of PowerShell's ConvertFrom-SecureString: by a key (AES-256-CBC), by DPAPI, or as the
/// hexadecimal digits of its UTF-16LE; and in one of ours, by DPAPI for all accounts of the machine. Reading goes by the
/// form; writing by what the account has. While an account changes its key, a secret may be encrypted with a former one.
/// </summary>
/// <param name="secretKey">The key to write with, base64url, found out when it is needed; null for the system's protection, or none.</param>
/// <param name="dataProtector">The system's protection, or null.</param>
/// <param name="formerKeys">Keys to read with besides, found out when they are needed; null for one that is lost.</param>
/// <param name="machineProtector">The system's protection for all accounts of the machine, or null.</param>
/// <param name="isForMachine">Whether to write by that.</param>
internal sealed class SecretText(
    Func<string>? secretKey,
    IDataProtector? dataProtector,
    IReadOnlyList<Func<string?>>? formerKeys = null,
    IDataProtector? machineProtector = null,
    bool isForMachine = false)
{
    private const string AnotherUser = "it was encrypted for another user or on another machine";
    private const string NotHere = "it was encrypted on Windows, for ";

    /// <summary>PowerShell cannot read it: what follows needs the module's own entropy.</summary>
    private const string MachinePrefix = "machine:";

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
            return Protect(plain);
        }
        finally
        {
            Array.Clear(plain, 0, plain.Length);
        }
    }

    /// <exception cref="SecretException">It cannot be decrypted.</exception>
    public SecureString Unprotect(string text)
    {
        var plain = Open(text, out _);
        try
        {
            return ToSecureString(plain);
        }
        finally
        {
            Array.Clear(plain, 0, plain.Length);
        }
    }

    /// <summary>The same secret as it is written now.</summary>
    /// <returns>The text itself where it is in that form and by that key already.</returns>
    /// <exception cref="SecretException">It cannot be decrypted, or the account's key cannot be used.</exception>
    public string Renew(string text)
    {
        var plain = Open(text, out var isCurrent);
        try
        {
            return isCurrent ? text : Protect(plain);
        }
        finally
        {
            Array.Clear(plain, 0, plain.Length);
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

    private static byte[] Unprotect(IDataProtector? protector, string hex, string reader)
    {
        var data = FromHex(hex);
        try
        {
            return protector?.Unprotect(data) ?? throw new SecretException(NotHere + reader, isForeign: true);
        }
        catch (CryptographicException)
        {
            throw new SecretException(AnotherUser, isForeign: true);
        }
    }

    private string Protect(byte[] plain)
        => isForMachine ? MachinePrefix + ToHex((machineProtector ?? throw new SecretException("only Windows protects secrets for a machine")).Protect(plain))
            : secretKey is not null ? Encrypt(plain, secretKey())
            : dataProtector is not null ? ToHex(dataProtector.Protect(plain))
            : ToHex(plain);

    /// <exception cref="SecretException">It cannot be decrypted.</exception>
    private byte[] Open(string text, out bool isCurrent)
    {
        try
        {
            if (text.StartsWith(KeyedPrefix, StringComparison.OrdinalIgnoreCase))
            {
                return Decrypt(text.Substring(KeyedPrefix.Length), out isCurrent);
            }

            var (isMachine, isDpapi) = (text.StartsWith(MachinePrefix, StringComparison.Ordinal), text.StartsWith(DpapiPrefix, StringComparison.OrdinalIgnoreCase));
            isCurrent = isMachine ? isForMachine : !isForMachine && secretKey is null && isDpapi == (dataProtector is not null);
            var plain = isMachine ? Unprotect(machineProtector, text.Substring(MachinePrefix.Length), "the accounts of one machine")
                : isDpapi ? Unprotect(dataProtector, text, "one user of one machine")
                : FromHex(text);
            return IsText(plain) ? plain : throw new FormatException();
        }
        catch (Exception e) when (e is FormatException or CryptographicException or ArgumentException)
        {
            throw new SecretException("it is damaged, or was encrypted with another key");
        }
    }

    private static bool IsText(byte[] plain) => plain.Length % sizeof(char) == 0;

    private static bool IsLatin(byte[] plain)
        => Enumerable.Range(0, plain.Length / sizeof(char))
            .Select(i => plain[2 * i] | (plain[(2 * i) + 1] << 8))
            .All(c => c is '\t' or '\r' or '\n' or (>= ' ' and <= '~') or (>= '\u00a0' and <= '\u024f'));

    private static string Encrypt(byte[] plain, string key)
    {
        using var aes = CreateAes(key);
        aes.GenerateIV();
        using var encryptor = aes.CreateEncryptor();
        var cipher = encryptor.TransformFinalBlock(plain, 0, plain.Length);
        var text = $"{KeyedVersion}|{Convert.ToBase64String(aes.IV)}|{ToHex(cipher)}";
        return KeyedPrefix + Convert.ToBase64String(Encoding.Unicode.GetBytes(text));
    }

    /// <summary>
    /// The form has no checksum: once in some ten thousand a wrong key fits too. So all are tried. What a wrong key makes
    /// is noise in all scripts of the world: of several results the only one in Latin script is the secret. Other secrets
    /// that more than one key opens are left alone rather than guessed at.
    /// </summary>
    private byte[] Decrypt(string text, out bool isCurrent)
    {
        var parts = Encoding.Unicode.GetString(Convert.FromBase64String(text)).Split('|');
        if (parts.Length != 3 || parts[0] != KeyedVersion)
        {
            throw new FormatException();
        }

        var current = secretKey?.Invoke();
        var keys = new[] { current }.Concat((formerKeys ?? []).Select(key => key())).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        if (keys.Count == 0)
        {
            throw new SecretException("it was encrypted with a key, and the account has none");
        }

        var iv = Convert.FromBase64String(parts[1]);
        var cipher = FromHex(parts[2]);
        var opened = keys.Select(key => (Key: key, Plain: TryDecrypt(cipher, iv, key))).Where(one => one.Plain is not null).ToList();
        if (opened.Count > 1 && opened.FindAll(one => IsLatin(one.Plain!)) is { Count: 1 } clear)
        {
            opened = clear;
        }

        isCurrent = opened.Count == 1 && opened[0].Key == current;
        return opened.Count switch
        {
            1 => opened[0].Plain!,
            0 => throw new CryptographicException(),
            _ => throw new SecretException("more than one key of the account fits it, because a change of the key was interrupted"),
        };
    }

    private static byte[]? TryDecrypt(byte[] cipher, byte[] iv, string key)
    {
        using var aes = CreateAes(key);
        aes.IV = iv;
        using var decryptor = aes.CreateDecryptor();
        try
        {
            var plain = decryptor.TransformFinalBlock(cipher, 0, cipher.Length);
            return IsText(plain) ? plain : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static Aes CreateAes(string key)
    {
        var aes = Aes.Create();
        try
        {
            aes.Mode = CipherMode.CBC;
            aes.Padding = PaddingMode.PKCS7;
            aes.Key = Base64Url.Decode(key);
            return aes;
        }
        catch (Exception e) when (e is FormatException or CryptographicException)
        {
            aes.Dispose();
            throw new SecretException("the account's key (sskey) is damaged");
        }
    }
}
