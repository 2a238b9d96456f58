using System.Net;
using System.Security;
using System.Text;
using Newtonsoft.Json.Linq;
using PoshAcmeSharp.Json;

namespace PoshAcmeSharp.Profile;

/// <content>The passwords of encrypted private keys of certificates.</content>
public sealed partial class ProfileStore
{
    private const string OwnKeyMember = "sskey";
    private const string KeyPassword = "The password of the private key";

    /// <summary>
    /// Reads the passwords that the private keys of an order are encrypted with: the order's own, then, while a new one
    /// waits for its first certificate, the one of the live key.
    /// </summary>
    /// <param name="account">Its account, which has the key of the secrets.</param>
    /// <param name="order">The order.</param>
    /// <returns>The passwords; none when no key is encrypted. Secrets.</returns>
    /// <exception cref="PoshAcmeException"><c>KeyPasswordUnreadable</c>: another user or machine saved it. <c>CorruptProfileFile</c>.</exception>
    internal IReadOnlyList<string> ReadKeyPasswords(StoredAccount account, StoredOrder order)
    {
        var path = Path.Combine(order.Folder, OrderFileNames.KeyPassword);
        if (_files.ReadJson(path) is not { } json)
        {
            return [];
        }

        try
        {
            return RevealKeyPasswords(WithPresentKeys(account), json);
        }
        catch (SecretException e)
        {
            throw KeyPasswordUnreadable(path, e);
        }
    }

    /// <summary>
    /// The content of <see cref="OrderFileNames.KeyPassword"/>. Passwords are protected like plugin arguments, but never
    /// left plain: where an account has no key and the system protects nothing, the file has a key of its own.
    /// </summary>
    /// <param name="account">The account of the order.</param>
    /// <param name="password">The password of the order's keys.</param>
    /// <param name="former">The password of the live key until the next certificate, or null.</param>
    /// <returns>The file's bytes.</returns>
    /// <exception cref="PoshAcmeException"><c>KeyPasswordNotStorable</c>: the account's key for secrets cannot be used.</exception>
    internal byte[] ProtectKeyPasswords(StoredAccount account, string password, string? former = null)
    {
        var keys = WithPresentKeys(account);
        var own = keys.SecretKey is null && _dataProtector is null ? NewSecretKey() : null;
        var codec = own is null ? PluginArguments(keys) : KeyPasswordCodec(own);
        try
        {
            var json = new JObject { ["value"] = Protect(password) };
            if (former is not null)
            {
                json["former"] = Protect(former);
            }

            if (own is not null)
            {
                json[OwnKeyMember] = own;
            }

            return new UTF8Encoding(false).GetBytes(JsonText.Format(json) + "\n");
        }
        catch (SecretException e)
        {
            throw new PoshAcmeException(
                "KeyPasswordNotStorable",
                ErrorKind.Security,
                $"The password of the private key cannot be saved: {e.Message}.",
                "Restore the account's key for secrets; until then no secret can be kept with its orders.",
                e);
        }

        JToken Protect(string secret) => codec.ToJson(new NetworkCredential(string.Empty, secret).SecurePassword);
    }

    /// <summary>
    /// Keeps the passwords of an order's keys. A key of an issuance under way is taken away, as its password may be none of
    /// them. Needs the order's lock.
    /// </summary>
    /// <param name="account">The account of the order.</param>
    /// <param name="order">The order.</param>
    /// <param name="passwords">As <see cref="ReadKeyPasswords"/> gives them.</param>
    /// <exception cref="PoshAcmeException"><c>KeyPasswordNotStorable</c>, <c>ProfileWriteFailed</c>.</exception>
    internal void SaveKeyPasswords(StoredAccount account, StoredOrder order, IReadOnlyList<string> passwords)
    {
        var content = ProtectKeyPasswords(account, passwords[0], passwords.Count > 1 ? passwords[1] : null);
        _files.CreateFolder(order.Folder);
        _files.Delete(Path.Combine(order.Folder, OrderFileNames.PendingKey));
        _files.Write(Path.Combine(order.Folder, OrderFileNames.KeyPassword), content);
    }

    /// <summary>
    /// Replaces the private keys of an order and their password together, with the order as it is in memory as the last of
    /// them. Needs the order's lock; a kill is survived as with <see cref="ReplaceCertificateFiles"/>.
    /// </summary>
    /// <param name="order">The order.</param>
    /// <param name="keys">Names and contents of the keys; others stay as they are.</param>
    /// <param name="keyPassword">What <see cref="ProtectKeyPasswords"/> gave; null takes the file away.</param>
    /// <exception cref="PoshAcmeException"><c>ProfileWriteFailed</c>.</exception>
    internal void ReplaceKeyFiles(StoredOrder order, IEnumerable<KeyValuePair<string, byte[]>> keys, byte[]? keyPassword)
    {
        KeyValuePair<string, byte[]>[] files = keyPassword is null ? [.. keys] : [.. keys, new(OrderFileNames.KeyPassword, keyPassword)];
        _replacement.Replace(order.Folder, files, keyPassword is null ? [OrderFileNames.KeyPassword] : [], order.ToBytes());
        order.IsStored = true;
    }

    /// <summary>Writes the passwords in a file anew after the account's key for secrets has changed; one with a key of its own stays.</summary>
    /// <returns>Whether they were not written with the present key.</returns>
    /// <exception cref="SecretException">They cannot be decrypted.</exception>
    private bool RenewKeyPasswords(StoredAccount account, string path, bool isLook)
    {
        if (_files.ReadJson(path) is not { } json || json[OwnKeyMember] is not null)
        {
            return false;
        }

        var failed = new List<SecretException>();
        if (!PluginArguments(account).Renew(json.DeepClone(), failed))
        {
            return failed.Count == 0 ? false : throw failed[0];
        }

        if (!isLook)
        {
            var passwords = RevealKeyPasswords(account, json);
            _files.Write(path, ProtectKeyPasswords(account, passwords[0], passwords.Count > 1 ? passwords[1] : null));
        }

        return true;
    }

    private List<string> RevealKeyPasswords(StoredAccount account, JObject json)
    {
        var codec = JsonText.GetString(json, OwnKeyMember) is { } own ? KeyPasswordCodec(own) : PluginArguments(account);
        return [.. new[] { json["value"], json["former"] }.OfType<JObject>().Select(Reveal)];

        string Reveal(JObject secret)
            => new NetworkCredential(string.Empty, codec.FromJson(secret) as SecureString ?? throw new SecretException("it is damaged")).Password;
    }

    private PoshAcmeException KeyPasswordUnreadable(string path, SecretException e)
        => e.IsForeign
            ? _foreign.Undecryptable(path, KeyPassword, "Or give the key's present password again with Set-PAOrder -KeyPassSecure.", e)
            : new PoshAcmeException(
                "KeyPasswordUnreadable",
                ErrorKind.Security,
                $"{KeyPassword} in '{path}' cannot be decrypted: {e.Message}.",
                "Run as the user who saved it, or give the key's present password again with Set-PAOrder -KeyPassSecure. Nothing has been changed.",
                e);

    private PluginArgumentCodec KeyPasswordCodec(string key) => new(new SecretText(() => key, _dataProtector));
}
