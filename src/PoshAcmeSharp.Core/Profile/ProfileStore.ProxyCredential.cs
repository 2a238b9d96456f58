using System.Net;
using Newtonsoft.Json.Linq;
using PoshAcmeSharp.Json;

namespace PoshAcmeSharp.Profile;

/// <content>User and password for the proxy of a server.</content>
public sealed partial class ProfileStore
{
    /// <summary>A file of ours: Posh-ACME knows no proxies, and the directory's file is shown to users.</summary>
    private const string ProxyCredentialFile = "proxycredential.json";

    /// <summary>Keeps the proxy's user and password: protected by the system, or encrypted with a key in the same file, which only its owner can read.</summary>
    /// <param name="server">The server.</param>
    /// <param name="credential">User and password; null takes them away.</param>
    /// <exception cref="PoshAcmeException"><c>ProfileWriteFailed</c>.</exception>
    public void SaveProxyCredential(StoredServer server, NetworkCredential? credential)
    {
        var path = Path.Combine(server.Folder, ProxyCredentialFile);
        if (credential is null)
        {
            _files.Delete(path);
            return;
        }

        var key = _dataProtector is null ? NewSecretKey() : null;
        _files.WriteJson(path, new JObject
        {
            ["user"] = credential.UserName,
            ["pass"] = new SecretText(key is null ? null : () => key, _dataProtector).Protect(credential.SecurePassword),
            ["sskey"] = key,
        });
    }

    /// <summary>The proxy's user and password.</summary>
    /// <param name="server">The server.</param>
    /// <returns>User and password, or null when none are kept.</returns>
    /// <exception cref="PoshAcmeException"><c>ProxyCredentialUnreadable</c>: another user or machine saved them.</exception>
    public NetworkCredential? ReadProxyCredential(StoredServer server)
    {
        var path = Path.Combine(server.Folder, ProxyCredentialFile);
        if (_files.ReadJson(path) is not { } json)
        {
            return null;
        }

        try
        {
            var key = JsonText.GetString(json, "sskey");
            var secret = new SecretText(key is null ? null : () => key, _dataProtector);
            return new NetworkCredential(JsonText.GetString(json, "user"), secret.Unprotect(JsonText.GetString(json, "pass") ?? string.Empty));
        }
        catch (SecretException e)
        {
            throw new PoshAcmeException(
                "ProxyCredentialUnreadable",
                ErrorKind.Security,
                $"The password of the proxy in '{path}' cannot be decrypted: {e.Message}.",
                "Run as the user who saved it, or give it anew with Set-PAServer -ProxyCredential.",
                e);
        }
    }
}
