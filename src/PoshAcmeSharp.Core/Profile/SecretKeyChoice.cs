namespace PoshAcmeSharp.Profile;

/// <summary>What the secrets of an account are to be encrypted with.</summary>
internal sealed record SecretKeyChoice
{
    private SecretKeyChoice()
    {
    }

    /// <summary>Whatever the system has for this user; nothing where it has nothing.</summary>
    public static SecretKeyChoice System { get; } = new();

    /// <summary>What the system has for all accounts of the machine.</summary>
    public static SecretKeyChoice Machine { get; } = new() { IsMachine = true };

    public bool IsMachine { get; private init; }

    /// <summary>Whether it is a key of the account: in its file, or in the vault when one is named.</summary>
    public bool IsOwnKey { get; private init; }

    /// <summary>Whether a key that the account or the vault has already is not taken again.</summary>
    public bool IsNew { get; private init; }

    /// <summary>The full path of a key file; null when it is none.</summary>
    public string? KeyFile { get; private init; }

    public static SecretKeyChoice OwnKey(bool isNew) => new() { IsOwnKey = true, IsNew = isNew };

    public static SecretKeyChoice File(string path) => new() { KeyFile = path };
}
