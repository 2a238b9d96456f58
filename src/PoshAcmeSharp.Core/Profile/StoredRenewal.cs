namespace PoshAcmeSharp.Profile;

/// <summary>
/// What is remembered between runs about the renewal of a certificate: <c>renewal.json</c> in the order's folder. Ours;
/// Posh-ACME does not know it. All is about the certificate that is named in it, and worth nothing for its successor.
/// </summary>
public sealed class StoredRenewal : StoredDocument
{
    internal const string FileName = "renewal.json";

    private static readonly string[] WindowMembers = ["windowStart", "windowEnd", "renewAt", "explanationURL"];

    internal StoredRenewal(string folder)
        : base(folder, [])
    {
    }

    /// <summary>The identifier of the certificate for renewal information (RFC 9773 section 4.1); null when it has none.</summary>
    public string? Certificate
    {
        get => GetString("certificate");
        set => Set("certificate", value);
    }

    /// <summary>The first moment of the certificate's validity.</summary>
    public DateTimeOffset? NotBefore
    {
        get => GetTime("notBefore");
        set => SetTime("notBefore", value);
    }

    /// <summary>The last moment of the certificate's validity; null when there is no certificate yet.</summary>
    public DateTimeOffset? NotAfter
    {
        get => GetTime("notAfter");
        set => SetTime("notAfter", value);
    }

    /// <summary>The first moment of the window that the CA suggested; null when it suggested none.</summary>
    public DateTimeOffset? WindowStart
    {
        get => GetTime("windowStart");
        set => SetTime("windowStart", value);
    }

    /// <summary>The last moment of that window.</summary>
    public DateTimeOffset? WindowEnd
    {
        get => GetTime("windowEnd");
        set => SetTime("windowEnd", value);
    }

    /// <summary>The moment in the window that was picked at random when the window was first seen.</summary>
    public DateTimeOffset? RenewAt
    {
        get => GetTime("renewAt");
        set => SetTime("renewAt", value);
    }

    /// <summary>The CA's page about the window, or null.</summary>
    public string? ExplanationUrl
    {
        get => GetString("explanationURL");
        set => Set("explanationURL", value);
    }

    /// <summary>When the CA may be asked again; null: at any time.</summary>
    public DateTimeOffset? AskAgainAt
    {
        get => GetTime("askAgainAt");
        set => SetTime("askAgainAt", value);
    }

    /// <summary>How many renewals have failed in a row.</summary>
    public int Failures
    {
        get => GetInt32("failures") ?? 0;
        set => Set("failures", value);
    }

    /// <summary>When the last one that failed began; null when none has.</summary>
    public DateTimeOffset? LastAttempt
    {
        get => GetTime("lastAttempt");
        set => SetTime("lastAttempt", value);
    }

    /// <summary>When to try again; null: at any time.</summary>
    public DateTimeOffset? NextAttempt
    {
        get => GetTime("nextAttempt");
        set => SetTime("nextAttempt", value);
    }

    /// <summary>The stable id of the last failure, or null.</summary>
    public string? ErrorId
    {
        get => GetString("errorId");
        set => Set("errorId", value);
    }

    /// <summary>The sentence of the last failure, or null. Holds no secret.</summary>
    public string? ErrorMessage
    {
        get => GetString("errorMessage");
        set => Set("errorMessage", value);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<KeyValuePair<string, object?>> ToProperties() => MembersAndDefaults();

    /// <summary>Forgets the suggested window.</summary>
    internal void ClearWindow() => Array.ForEach(WindowMembers, Remove);
}
