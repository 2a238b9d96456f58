using System.Net;
using Newtonsoft.Json.Linq;
using PoshAcmeSharp.Json;

namespace PoshAcmeSharp.Profile;

/// <content>User and password for the proxy of a server.</content>
public sealed partial class ProfileStore
{
    /// <summary>A file of ours: Posh-ACME knows no proxies, and the directory's file is shown to users.</summary>
    private const string ProxyCredentialFile = "proxycredential.json";
    private const string ProxyPassword = "The password of the proxy";

    /// <summary>
    /// Keeps the proxy's user and password as the server's current account keeps its secrets when these are for the machine
    /// or have a key file; else protected by the system, or encrypted with a key in the same file, which only its owner can
    /// read.
    /// </summary>
    /// <param name="server">The server.</param>
    /// <param name="credential">User and password; null takes them away.</param>
    /// <exception cref="PoshAcmeException"><c>ProfileWriteFailed</c>.</exception>
    public void SaveProxyCredential(StoredServer server, NetworkCredential? credential)
    {
        if (credential is null)
        {
            _files.Delete(Path.Combine(server.Folder, ProxyCredentialFile));
            return;
        }

        SaveProxyCredential(server.Folder, GetCurrentAccount(server), credential);
    }

    /// <summary>The proxy's user and password.</summary>
    /// <param name="server">The server.</param>
    /// <returns>User and password, or null when none are kept.</returns>
    /// <exception cref="PoshAcmeException"><c>ProxyCredentialUnreadable</c>: another user or machine saved them.</exception>
    public NetworkCredential? ReadProxyCredential(StoredServer server)
    {
        var path = Path.Combine(server.Folder, ProxyCredentialFile);
        return _files.ReadJson(path) is { } json ? ReadProxyCredential(path, json) : null;
    }

    /// <summary>Keeps the proxy's password as an account of the server keeps its secrets from now on. Needs the profile's lock.</summary>
    /// <param name="account">The account.</param>
    /// <exception cref="PoshAcmeException"><c>ProxyCredentialUnreadable</c>, <c>ProfileOfAnotherUser</c>: it stays as it is. <c>ProfileWriteFailed</c>.</exception>
    internal void RenewProxyCredential(StoredAccount account)
    {
        var folder = Path.GetDirectoryName(account.Folder)!;
        var path = Path.Combine(folder, ProxyCredentialFile);
        if (_files.ReadJson(path) is { } json && PlaceOfProxyKey(json) != PlaceForProxyKey(account))
        {
            SaveProxyCredential(folder, account, ReadProxyCredential(path, json));
        }
    }

    /// <returns>The place outside of the file that has its key; null when the file has it or the system protects the password.</returns>
    private static string? PlaceOfProxyKey(JObject json)
        => JsonText.GetString(json, OwnKeyMember) is { } key && (key == StoredAccount.MachineMark || IsInFile(key)) ? key : null;

    private static string? PlaceForProxyKey(StoredAccount? account)
        => account is { IsForMachine: true } ? StoredAccount.MachineMark
            : account?.SecretKeyPlace is { } place && IsInFile(place) ? place
            : null;

    private static bool IsInFile(string place) => KeyFileOf(place) is not null;

    /// <returns>The path of the key file that a place names; null when it is a place of another kind.</returns>
    private static string? KeyFileOf(string place)
        => place.StartsWith(StoredAccount.FilePrefix, StringComparison.Ordinal) ? place.Substring(StoredAccount.FilePrefix.Length) : null;

    private void SaveProxyCredential(string folder, StoredAccount? account, NetworkCredential credential)
    {
        var place = PlaceForProxyKey(account);
        var key = place is null && _dataProtector is null ? NewSecretKey() : null;
        var secrets = place is not null ? SecretTextFor(account!) : new SecretText(key is null ? null : () => key, _dataProtector);
        _files.WriteJson(Path.Combine(folder, ProxyCredentialFile), new JObject
        {
            ["user"] = credential.UserName,
            ["pass"] = secrets.Protect(credential.SecurePassword),
            [OwnKeyMember] = place ?? key,
        });
    }

    private NetworkCredential ReadProxyCredential(string path, JObject json)
    {
        var key = JsonText.GetString(json, OwnKeyMember);
        Func<string>? find = key is null or StoredAccount.MachineMark ? null
            : KeyFileOf(key) is { } file ? () => _keyFile.Read(file) ?? throw new SecretException($"its key file '{file}' is not there")
            : () => key;
        try
        {
            var secrets = new SecretText(find, _dataProtector, null, _machineProtector, key == StoredAccount.MachineMark);
            return new NetworkCredential(JsonText.GetString(json, "user"), secrets.Unprotect(JsonText.GetString(json, "pass") ?? string.Empty));
        }
        catch (SecretException e)
        {
            throw e.IsForeign
                ? _foreign.Undecryptable(path, ProxyPassword, "Or give it anew with Set-PAServer -ProxyCredential.", e)
                : new PoshAcmeException(
                    "ProxyCredentialUnreadable",
                    ErrorKind.Security,
                    $"{ProxyPassword} in '{path}' cannot be decrypted: {e.Message}.",
                    "Run as the user who saved it, or give it anew with Set-PAServer -ProxyCredential.",
                    e);
        }
    }
}
