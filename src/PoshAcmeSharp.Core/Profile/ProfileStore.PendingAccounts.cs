using Newtonsoft.Json.Linq;
using PoshAcmeSharp.Json;

namespace PoshAcmeSharp.Profile;

/// <content>The keys of accounts that are being made.</content>
public sealed partial class ProfileStore
{
    /// <summary>A file of ours in the folder of the server: an account has no folder before the CA has named it.</summary>
    private const string PendingAccountsFile = "pendingaccounts.json";

    /// <summary>The accounts that the CA was asked for and that are not in the profile yet. Needs the profile's lock.</summary>
    /// <exception cref="PoshAcmeException"><c>CorruptProfileFile</c>.</exception>
    internal IReadOnlyList<PendingAccount> ReadPendingAccounts(StoredServer server)
        => _files.ReadJson(PendingAccountsPath(server)) is { } json && JsonText.Get(json, "accounts") is JArray accounts
            ? [.. accounts.OfType<JObject>().Where(a => JsonText.Get(a, "key") is JObject).Select(ReadPendingAccount)]
            : [];

    /// <summary>Keeps a key before the CA is asked. Needs the profile's lock.</summary>
    /// <exception cref="PoshAcmeException"><c>ProfileWriteFailed</c>.</exception>
    internal void AddPendingAccount(StoredServer server, PendingAccount account)
        => WritePendingAccounts(server, [.. ReadPendingAccounts(server), account]);

    /// <summary>Forgets a key whose account is in the profile, or does not exist. Needs the profile's lock.</summary>
    /// <exception cref="PoshAcmeException"><c>ProfileWriteFailed</c>.</exception>
    internal void RemovePendingAccount(StoredServer server, PendingAccount account)
        => WritePendingAccounts(server, [.. ReadPendingAccounts(server).Where(a => a.Key != account.Key)]);

    private static PendingAccount ReadPendingAccount(JObject json) => new(
        JsonText.Get(json, "key")!.ToString(Newtonsoft.Json.Formatting.None),
        JsonText.GetStrings(json, "contact") ?? [],
        JsonText.GetString(json, "KeyLength") ?? string.Empty,
        JsonText.GetString(json, "externalAccount"));

    private static string PendingAccountsPath(StoredServer server) => Path.Combine(server.Folder, PendingAccountsFile);

    private void WritePendingAccounts(StoredServer server, IReadOnlyList<PendingAccount> accounts)
    {
        if (accounts.Count == 0)
        {
            _files.Delete(PendingAccountsPath(server));
            return;
        }

        _files.WriteJson(PendingAccountsPath(server), new JObject
        {
            ["accounts"] = new JArray(accounts.Select(a => new JObject
            {
                ["key"] = JsonText.Parse(a.Key),
                ["contact"] = new JArray(a.Contact),
                ["KeyLength"] = a.KeyLength,
                ["externalAccount"] = a.ExternalAccount,
            })),
        });
    }
}
