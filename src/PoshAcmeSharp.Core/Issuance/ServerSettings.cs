namespace PoshAcmeSharp.Issuance;

/// <summary>What is set of a server; null leaves a setting as it is.</summary>
public sealed class ServerSettings
{
    /// <summary>The directory URL or a well-known name; null: the server named, or the chosen one.</summary>
    public string? DirectoryUrl { get; set; }

    /// <summary>The name of a server, or the name that a new one gets.</summary>
    public string? Name { get; set; }

    /// <summary>Another name for it.</summary>
    public string? NewName { get; set; }

    /// <summary>Whether its TLS certificate is not looked at.</summary>
    public bool? SkipCertificateCheck { get; set; }

    /// <summary>Kept for scripts; nothing is ever sent.</summary>
    public bool? DisableTelemetry { get; set; }

    /// <summary>Whether accounts are refreshed through newAccount.</summary>
    public bool? UseAltAccountRefresh { get; set; }

    /// <summary>Whether renewal information is not asked for.</summary>
    public bool? DisableARI { get; set; }

    /// <summary>Whether contacts are never sent.</summary>
    public bool? IgnoreContact { get; set; }

    /// <summary>PEM certificates to trust for it; empty takes them away.</summary>
    public string? CACertificatePem { get; set; }

    /// <summary>The proxy's URL; empty takes it away.</summary>
    public string? Proxy { get; set; }

    /// <summary>User and password for the proxy; null leaves them as they are.</summary>
    public System.Net.NetworkCredential? ProxyCredential { get; set; }

    /// <summary>Does not ask the server for its directory when it is kept already.</summary>
    public bool NoRefresh { get; set; }

    /// <summary>Leaves the choice of the server as it is.</summary>
    public bool NoSwitch { get; set; }
}
