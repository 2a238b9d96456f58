using System.Net;

namespace PoshAcmeSharp.Acme;

/// <summary>How a client talks to one ACME server.</summary>
public sealed class AcmeOptions
{
    /// <summary>PEM certificates that are trusted for this server alone, beside or instead of the system's; null: the system's only.</summary>
    public string? CACertificatePem { get; set; }

    /// <summary>Accepts any TLS certificate of this server. For test servers only.</summary>
    public bool SkipCertificateCheck { get; set; }

    /// <summary>The proxy's URI; null: the system's.</summary>
    public Uri? Proxy { get; set; }

    /// <summary>The proxy's credential, or null.</summary>
    public NetworkCredential? ProxyCredential { get; set; }

    /// <summary>The longest that one request may take from its first byte to the last byte of its answer.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>For how long one request is tried again: badNonce, connection faults, 5xx, 429 and 503.</summary>
    public TimeSpan RetryBudget { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>After how long the progress tells that an answer is waited for.</summary>
    internal TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How many connections and requests may be under way at once.</summary>
    public int MaxConnections { get; set; } = 16;

    /// <summary>Where steps, warnings and the redacted traffic are told.</summary>
    public IReporter Reporter { get; set; } = NullReporter.Instance;

    /// <summary>The time and the waiting.</summary>
    public IClock Clock { get; set; } = SystemClock.Instance;

    /// <summary>Sends in place of the network; null: a handler made from these options. It is not disposed.</summary>
    public HttpMessageHandler? Handler { get; set; }

    /// <summary>The same options with another reporter.</summary>
    internal AcmeOptions With(IReporter reporter)
    {
        var copy = (AcmeOptions)MemberwiseClone();
        copy.Reporter = reporter;
        return copy;
    }
}
