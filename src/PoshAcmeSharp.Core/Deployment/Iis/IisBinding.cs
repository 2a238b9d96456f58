using System.Globalization;
using System.Text.RegularExpressions;

namespace PoshAcmeSharp.Deployment.Iis;

/// <summary>An https binding of a site: what it listens to, and the certificate that it has.</summary>
/// <param name="Site">The site.</param>
/// <param name="IPAddress">The address; <c>*</c> for all, IPv6 in brackets.</param>
/// <param name="Port">The port.</param>
/// <param name="HostHeader">The host name; empty for any.</param>
public sealed record IisBinding(string Site, string IPAddress, int Port, string HostHeader)
{
    /// <summary>The flag of a binding that requires Server Name Indication.</summary>
    public const int SniFlag = 1;

    private const int CentralStoreFlag = 2;

    /// <summary>The binding's SSL flags as IIS keeps them; newer servers have more of them than this library knows.</summary>
    public int SslFlags { get; init; }

    /// <summary>The certificate: its SHA-1 hash in upper-case hex; empty when the binding has none.</summary>
    public string Thumbprint { get; init; } = string.Empty;

    /// <summary>The store of the machine in which that is; empty when the binding has none.</summary>
    public string StoreName { get; init; } = string.Empty;

    /// <summary>Address, port and host name as IIS writes them, such as <c>*:443:www.example.com</c>.</summary>
    public string Information => string.Format(CultureInfo.InvariantCulture, "{0}:{1}:{2}", IPAddress, Port, HostHeader);

    /// <summary>Whether clients must name the host, so that the host has a certificate of its own.</summary>
    public bool RequiresSni => (SslFlags & SniFlag) != 0;

    /// <summary>Whether the certificate comes from the central certificate store, by the name of the host.</summary>
    public bool IsCentral => (SslFlags & CentralStoreFlag) != 0;

    /// <summary>Reads what IIS wrote.</summary>
    /// <param name="site">The site.</param>
    /// <param name="information">Such as <c>*:443:www.example.com</c> or <c>[::1]:443:</c>.</param>
    /// <returns>The binding; null when it is none of that form.</returns>
    public static IisBinding? Parse(string site, string information)
    {
        var match = Regex.Match(
            information,
            "^(?<address>\\[[^\\]]*\\]|[^:]*):(?<port>[0-9]{1,5}):(?<host>[^:]*)$",
            RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
            TimeSpan.FromSeconds(1));
        return match.Success
            ? new(site, Normal(match.Groups["address"].Value), int.Parse(match.Groups["port"].Value, CultureInfo.InvariantCulture), match.Groups["host"].Value)
            : null;
    }

    /// <summary>An address as IIS writes it.</summary>
    /// <param name="address">An IP address, <c>*</c>, or nothing for all.</param>
    internal static string Normal(string address)
        => address.Length == 0 ? "*" : address.IndexOf(':') >= 0 && address[0] != '[' ? $"[{address}]" : address;

    /// <summary>Whether it is the same binding, whatever its certificate.</summary>
    internal bool IsSame(IisBinding other)
        => string.Equals(Site, other.Site, StringComparison.OrdinalIgnoreCase) && string.Equals(Information, other.Information, StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Whether both have their certificate in common: the system keeps one for each address and port, and for each host only
    /// where clients must name it.
    /// </summary>
    internal bool SharesCertificate(IisBinding other)
        => !RequiresSni && !other.RequiresSni && Port == other.Port && string.Equals(IPAddress, other.IPAddress, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether it has a certificate.</summary>
    internal bool Has(string thumbprint) => string.Equals(Thumbprint, thumbprint, StringComparison.OrdinalIgnoreCase);
}
