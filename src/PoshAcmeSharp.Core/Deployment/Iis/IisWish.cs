namespace PoshAcmeSharp.Deployment.Iis;

/// <summary>Which bindings are to have which certificate.</summary>
public sealed record IisWish
{
    /// <summary>The site.</summary>
    public required string Site { get; init; }

    /// <summary>The port.</summary>
    public int Port { get; init; } = 443;

    /// <summary>The address; <c>*</c> for all.</summary>
    public string IPAddress { get; init; } = "*";

    /// <summary>The host names, one for each binding; none: one binding for any host.</summary>
    public IReadOnlyList<string> HostHeaders { get; init; } = [];

    /// <summary>Whether a new binding requires Server Name Indication; null: when it has a host name. One that is there keeps what it has.</summary>
    public bool? RequiresSni { get; init; }

    /// <summary>The certificate: its SHA-1 hash in upper-case hex.</summary>
    public required string Thumbprint { get; init; }

    /// <summary>The names in it, as far as they are known before it is in the store.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Its last moment, UTC, as far as that is known before it is in the store.</summary>
    public DateTimeOffset? NotAfter { get; init; }

    /// <summary>How to put it into the store of the machine; null when it is there.</summary>
    public CertificateInstallation? Installation { get; init; }

    /// <summary>The store; null for the one that has the certificate.</summary>
    public string? StoreName { get; init; }

    /// <summary>Whether the certificate that a binding had before is removed from the store, when nothing else needs it.</summary>
    public bool RemoveOld { get; init; }

    /// <summary>Whether other bindings that share address and port get the certificate too.</summary>
    public bool TakesShared { get; init; }

    /// <summary>The bindings, as new ones would be.</summary>
    internal IReadOnlyList<IisBinding> Bindings()
        => [.. (HostHeaders.Count == 0 ? [string.Empty] : HostHeaders.Distinct(StringComparer.OrdinalIgnoreCase)).Select(host => new IisBinding(Site, IisBinding.Normal(IPAddress), Port, host)
        {
            SslFlags = RequiresSni ?? host.Length > 0 ? IisBinding.SniFlag : 0,
        })];
}
