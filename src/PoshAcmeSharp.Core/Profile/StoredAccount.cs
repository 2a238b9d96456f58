using PoshAcmeSharp.Json;

namespace PoshAcmeSharp.Profile;

/// <summary>An account of the profile: <c>acct.json</c> (RFC 8555 section 7.1.2) with its private key.</summary>
public sealed class StoredAccount : StoredDocument
{
    internal const string FileName = "acct.json";

    /// <summary>What <see cref="SecretKey"/> holds when the key itself is in a SecretManagement vault.</summary>
    internal const string VaultMark = "VAULT";

    /// <summary>Before the number of a key that is in a vault.</summary>
    internal const string VaultPrefix = VaultMark + ":";

    /// <summary>
    /// What <see cref="SecretKey"/> holds when Windows protects the secrets for all accounts of the machine. Like
    /// <see cref="FileMark"/> it is no base64url: Posh-ACME fails on it before it changes anything.
    /// </summary>
    internal const string MachineMark = "DPAPI:MACHINE";

    /// <summary>What <see cref="SecretKey"/> holds when the key itself is in the file <see cref="SecretKeyFile"/>.</summary>
    internal const string FileMark = "KEY:FILE";

    /// <summary>Before the path of a key that is in a file.</summary>
    internal const string FilePrefix = "FILE:";

    private static readonly KeyValuePair<string, object?>[] Defaults =
    [
        new("status", null),
        new("contact", Array.Empty<string>()),
        new("location", null),
        new("key", null),
        new("alg", null),
        new("KeyLength", null),
        new("orders", null),
        new("sskey", null),
    ];

    internal StoredAccount(string folder)
        : base(folder, Defaults)
    {
    }

    /// <summary>The id: the name of the folder.</summary>
    public string Id => FolderName;

    /// <summary><c>valid</c>, <c>deactivated</c> or <c>revoked</c>.</summary>
    public string? Status
    {
        get => GetString("status");
        set => Set("status", value);
    }

    /// <summary>Whether the CA would still take its requests, as far as the profile knows.</summary>
    public bool IsUsable => Status is null or "valid";

    /// <summary>URLs such as <c>mailto:me@example.com</c>.</summary>
    public IReadOnlyList<string> Contact
    {
        get => GetStrings("contact");
        set => Set("contact", value);
    }

    /// <summary>The account's URL: the <c>kid</c> of its requests.</summary>
    public string? Location
    {
        get => GetString("location");
        set => Set("location", value);
    }

    /// <summary>The private key as JWK (RFC 7517), JSON text. A secret.</summary>
    public string? Key
    {
        get => GetJson("key");
        set => SetJson("key", value);
    }

    /// <summary>
    /// The key of a rollover (RFC 8555 section 7.3.5) that is under way, as JWK: kept until it is known which of the two
    /// the server has. A secret; null when there is none.
    /// </summary>
    public string? RolloverKey
    {
        get => GetJson("RolloverKey");
        set => SetJson("RolloverKey", value);
    }

    /// <summary>The signature algorithm of the key: <c>ES256</c>, <c>ES384</c>, <c>ES512</c> or <c>RS256</c>.</summary>
    public string? Alg
    {
        get => GetString("alg");
        set => Set("alg", value);
    }

    /// <summary>The key's kind and size, such as <c>ec-256</c>.</summary>
    public string? KeyLength
    {
        get => GetString("KeyLength");
        set => Set("KeyLength", value);
    }

    /// <summary>The URL of the list of orders; null when the server does not tell it.</summary>
    public string? Orders
    {
        get => GetString("orders");
        set => Set("orders", value);
    }

    /// <summary>
    /// The AES key of the plugin arguments (32 bytes, base64url), <c>VAULT</c> when it is in a vault, <c>KEY:FILE</c> when it
    /// is in <see cref="SecretKeyFile"/>, <c>DPAPI:MACHINE</c> when Windows protects them for the machine, or null when they
    /// are kept as the system does it. A secret.
    /// </summary>
    public string? SecretKey
    {
        get => GetString("sskey") is { Length: > 0 } key ? key : null;
        set => Set("sskey", value);
    }

    /// <summary>The number of the key in the vault, 32 hexadecimal digits; null when there is none.</summary>
    public string? VaultGuid
    {
        get => GetString("VaultGuid");
        set => Set("VaultGuid", value);
    }

    /// <summary>The full path of the file with the key, outside of the profile; null when there is none.</summary>
    public string? SecretKeyFile
    {
        get => GetString("SecretKeyFile");
        set => Set("SecretKeyFile", value);
    }

    /// <summary>
    /// Where keys are that secrets of this account may still be encrypted with: the keys themselves,
    /// <see cref="VaultPrefix"/> and the number in the vault, or <see cref="FilePrefix"/> and the path. Empty unless a change
    /// of the key was not finished. Secrets.
    /// </summary>
    internal IReadOnlyList<string> FormerSecretKeys
    {
        get => GetStrings("FormerSecretKeys");
        set => Set("FormerSecretKeys", value.Count == 0 ? null : value);
    }

    /// <summary>Takes a key that the CA has for this account from now on; no change of the key is under way then.</summary>
    internal void SetKey(Jose.AccountKey key)
    {
        Key = key.ToPrivateJwk();
        Alg = key.Algorithm;
        KeyLength = key.KeyLength.ToString();
        RolloverKey = null;
    }

    /// <summary>Where the present key is, in the form of <see cref="FormerSecretKeys"/>; null when there is none.</summary>
    internal string? SecretKeyPlace => SecretKey switch
    {
        VaultMark => VaultPrefix + VaultGuid,
        FileMark => FilePrefix + SecretKeyFile,
        MachineMark => null,
        var key => key,
    };

    /// <summary>Whether Windows protects the secrets for all accounts of the machine.</summary>
    internal bool IsForMachine => SecretKey == MachineMark;

    /// <summary>Whether a private key (JWK) is this account's.</summary>
    internal bool HasKey(string jwk) => Key is { } key && Newtonsoft.Json.Linq.JToken.DeepEquals(JsonText.Parse(key), JsonText.Parse(jwk));

    /// <inheritdoc/>
    public override IReadOnlyList<KeyValuePair<string, object?>> ToProperties()
        => [new("id", Id), .. MembersAndDefaults(), new("Folder", Folder)];

    private protected override void Normalize()
    {
        base.Normalize();
        Remove("id");
        NormalizeStrings("contact", "FormerSecretKeys");
    }
}
