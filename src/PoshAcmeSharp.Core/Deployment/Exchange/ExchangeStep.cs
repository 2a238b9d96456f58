namespace PoshAcmeSharp.Deployment.Exchange;

/// <summary>One step of a plan for a server.</summary>
/// <param name="Name">One of the names here; they are stable.</param>
/// <param name="IsNeeded">Whether there is something to do; else it is so already.</param>
/// <param name="Message">What is to be done, or is so already.</param>
internal sealed record ExchangeStep(string Name, bool IsNeeded, string Message)
{
    public const string Recorded = "Recorded";
    public const string Certificate = "Certificate";
    public const string Read = "Read";
    public const string Import = "Import";
    public const string Check = "Check";
    public const string Enable = "Enable";
    public const string EnableSmtp = "EnableSmtp";
    public const string KeepDefaultSmtp = "KeepDefaultSmtp";
    public const string SendConnector = "SendConnector";
    public const string ReceiveConnector = "ReceiveConnector";
    public const string Probe = "Probe";
    public const string RemoveOld = "RemoveOld";
    public const string Record = "Record";

    /// <summary>The services of <see cref="Enable"/>.</summary>
    public IReadOnlyList<string> Services { get; init; } = [];

    /// <summary>The former default SMTP certificate; null when there is none to keep.</summary>
    public string? Former { get; init; }

    /// <summary>Why it cannot be done, or null.</summary>
    public PoshAcmeException? Refusal { get; init; }
}
