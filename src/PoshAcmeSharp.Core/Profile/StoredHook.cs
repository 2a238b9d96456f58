
namespace PoshAcmeSharp.Profile;

/// <summary>
/// That the script of <c>-OnRenewed</c> has not yet run to its end for an order's certificate: <c>hook.json</c> in the
/// order's folder, there as long as that is so. Ours; Posh-ACME does not know it. The script itself is never kept.
/// </summary>
public sealed class StoredHook : StoredDocument
{
    internal const string FileName = "hook.json";

    internal StoredHook(string folder)
        : base(folder, [])
    {
    }

    /// <summary>The certificate that the script was to run for: SHA-1, hexadecimal. The script gets the newest one.</summary>
    public string? Thumbprint
    {
        get => GetString("thumbprint");
        set => Set("thumbprint", value);
    }

    /// <summary>Since when it is waited for.</summary>
    public DateTimeOffset? Since
    {
        get => GetTime("since");
        set => SetTime("since", value);
    }

    /// <summary>How many times it has failed.</summary>
    public int Attempts
    {
        get => GetInt32("attempts") ?? 0;
        set => Set("attempts", value);
    }

    /// <summary>When it failed last; null when it has not.</summary>
    public DateTimeOffset? LastAttempt
    {
        get => GetTime("lastAttempt");
        set => SetTime("lastAttempt", value);
    }

    /// <summary>Why it failed last, or null: what the script said, cut to size, without the order's password.</summary>
    public string? ErrorMessage
    {
        get => GetString("errorMessage");
        set => Set("errorMessage", value);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<KeyValuePair<string, object?>> ToProperties() => MembersAndDefaults();
}
