namespace PoshAcmeSharp.Deployment.Exchange;

/// <summary>How a certificate is wanted on Exchange servers.</summary>
public sealed record ExchangeWish
{
    /// <summary>The certificate: its SHA-1 hash in hex. Of a file that is yet to be opened it may be empty.</summary>
    public string Thumbprint { get; init; } = string.Empty;

    /// <summary>The certificate with its key; null for one that the servers have already.</summary>
    public ExchangePfx? Pfx { get; init; }

    /// <summary>The servers, none twice.</summary>
    public required IReadOnlyList<string> Servers { get; init; }

    /// <summary>The services to enable it for, such as <c>IIS</c>.</summary>
    public IReadOnlyList<string> Services { get; init; } = [];

    /// <summary>The friendly name on the servers; null for the one in the file.</summary>
    public string? FriendlyName { get; init; }

    /// <summary>Whether its key may be taken out of the servers again.</summary>
    public bool IsExportable { get; init; } = true;

    /// <summary>Whether a key on an elliptic curve is welcome.</summary>
    public bool AllowEcKey { get; init; }

    /// <summary>Whether it becomes the default SMTP certificate, which servers use among themselves.</summary>
    public bool ReplaceDefaultSmtp { get; init; }

    /// <summary>Names or FQDNs of the send connectors to bind to it.</summary>
    public IReadOnlyList<string> SendConnectors { get; init; } = [];

    /// <summary>Names or FQDNs of the receive connectors to bind to it.</summary>
    public IReadOnlyList<string> ReceiveConnectors { get; init; } = [];

    /// <summary>Whether the certificates that it follows are removed.</summary>
    public bool RemoveOld { get; init; }

    /// <summary>Whether the state of the certificate is left unchecked.</summary>
    public bool SkipVerify { get; init; }

    /// <summary>Whether servers that are recorded as done are looked at too.</summary>
    public bool Verify { get; init; }

    /// <summary>Whether to enable it again where it is enabled already.</summary>
    public bool Force { get; init; }

    /// <summary>Whether to connect to the servers and see which certificate they present.</summary>
    public bool Probe { get; init; }

    internal bool WantsSmtp => Services.Contains(ExchangeServerState.Smtp, StringComparer.OrdinalIgnoreCase);

    internal bool WantsConnectors => SendConnectors.Count + ReceiveConnectors.Count > 0;

    /// <summary>What has to be done on a server for it to count as done.</summary>
    internal IReadOnlyList<string> Wishes =>
    [
        .. Services.Select(s => "service:" + s),
        .. ReplaceDefaultSmtp ? ["replaceDefaultSmtp"] : Array.Empty<string>(),
        .. RemoveOld ? ["removeOld"] : Array.Empty<string>(),
        .. SkipVerify ? Array.Empty<string>() : ["verified"],
    ];
}
