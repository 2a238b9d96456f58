namespace PoshAcmeSharp.AcmeTestServers;

/// <summary>How Pebble behaves. The defaults are a server that is honest, quick and refuses nothing at random.</summary>
public sealed record PebbleOptions
{
    /// <summary>How many of 100 good nonces are refused with badNonce.</summary>
    public int NonceRejectPercent { get; init; }

    /// <summary>How many other roots the chain can end in; each is one alternate link of a certificate.</summary>
    public int AlternateRoots { get; init; }

    /// <summary>How many intermediates a chain has, 1 or more.</summary>
    public int ChainLength { get; init; } = 1;

    /// <summary>
    /// Key ids and MAC keys (base64url) for external account binding. When there is one, new accounts must have a binding.
    /// </summary>
    public IReadOnlyDictionary<string, string> ExternalAccounts { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether Pebble is as strict about clients as the next version of the protocol may be.</summary>
    public bool Strict { get; init; }

    /// <summary>How long certificates are valid, in seconds.</summary>
    public int ValidityPeriodSeconds { get; init; } = 90 * 24 * 60 * 60;

    /// <summary>
    /// Names of certificate profiles and how long their certificates are valid, in seconds; versions before 2.7 know no
    /// profiles. Empty: one for all, with <see cref="ValidityPeriodSeconds"/>.
    /// </summary>
    public IReadOnlyDictionary<string, int> Profiles { get; init; } = new Dictionary<string, int>();

    /// <summary>How many of 100 new orders may take over a valid authorization. Even 0 reuses now and then.</summary>
    public int AuthzReusePercent { get; init; }

    /// <summary>Whether every challenge is valid without a look at it.</summary>
    public bool AlwaysValid { get; init; }

    /// <summary>
    /// Whether the challenge server answers http-01 itself, with what <see cref="PebbleServer.AddHttp01Async"/> gave it.
    /// Else <see cref="PebbleServer.HttpPort"/> is free for a web server of the test.
    /// </summary>
    public bool ServeHttp01 { get; init; }

    /// <summary>Domains that the server's policy refuses.</summary>
    public IReadOnlyList<string> BlockedDomains { get; init; } = ["blocked-domain.example"];

    /// <summary>Whether the API's certificate has an RSA key, for clients that cannot read others (Mono).</summary>
    public bool RsaApiCertificate { get; init; }

    /// <summary>Where Pebble asks for DNS, host:port; null means the challenge server.</summary>
    public string? DnsServer { get; init; }
}
