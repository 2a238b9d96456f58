using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace PoshAcmeSharp.Dns;

/// <summary>A name server as users give it: <c>host</c> or <c>host:port</c>.</summary>
/// <param name="Host">A host name or an address, without brackets.</param>
/// <param name="Port">The port, 1 to 65535.</param>
public sealed record NameServerEndpoint(string Host, int Port = NameServerEndpoint.DefaultPort)
{
    /// <summary>The port of DNS.</summary>
    public const int DefaultPort = 53;

    /// <summary>The address when <see cref="Host"/> is one, else null.</summary>
    internal IPAddress? Address => IPAddress.TryParse(Host, out var address) ? address : null;

    /// <summary>Reads a name server.</summary>
    /// <param name="text">Such as <c>ns1.example.com</c>, <c>127.0.0.1:8053</c>, <c>2001:db8::1</c> or <c>[::1]:8053</c>.</param>
    /// <returns>The name server.</returns>
    /// <exception cref="PoshAcmeException"><c>InvalidNameServer</c>: it is not in this form.</exception>
    public static NameServerEndpoint Parse(string text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            throw Invalid(text, "it is empty", null);
        }

        var trimmed = text.Trim();
        var (host, port) = Split(trimmed);
        if (port is null)
        {
            return new(CheckHost(text, host, trimmed[0] == '['));
        }

        return int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 65535
            ? new(CheckHost(text, host, trimmed[0] == '['), number)
            : throw Invalid(text, $"'{port}' is not a port", null);
    }

    /// <summary>The form that <see cref="Parse"/> reads, always with the port.</summary>
    /// <returns>Such as <c>127.0.0.1:53</c> or <c>[::1]:53</c>.</returns>
    public override string ToString()
        => (Host.IndexOf(':') >= 0 ? $"[{Host}]" : Host) + ":" + Port.ToString(CultureInfo.InvariantCulture);

    private static (string Host, string? Port) Split(string text)
    {
        if (text[0] == '[')
        {
            var end = text.IndexOf(']');
            if (end < 0)
            {
                throw Invalid(text, "the closing bracket is missing", null);
            }

            var rest = text.Substring(end + 1);
            if (rest.Length > 0 && rest[0] != ':')
            {
                throw Invalid(text, $"'{rest}' is not a port", null);
            }

            return (text.Substring(1, end - 1), rest.Length == 0 ? null : rest.Substring(1));
        }

        var colon = text.IndexOf(':');
        return colon < 0 || text.IndexOf(':', colon + 1) >= 0
            ? (text, null)
            : (text.Substring(0, colon), text.Substring(colon + 1));
    }

    private static string CheckHost(string text, string host, bool bracketed)
    {
        if (bracketed || host.IndexOf(':') >= 0)
        {
            return IPAddress.TryParse(host, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6
                ? address.ToString()
                : throw Invalid(text, $"'{host}' is not an IPv6 address", null);
        }

        try
        {
            return DnsName.Normalize(host);
        }
        catch (PoshAcmeException e)
        {
            throw Invalid(text, "its host name cannot be used", e);
        }
    }

    private static PoshAcmeException Invalid(string? text, string reason, Exception? innerException)
        => new(
            "InvalidNameServer",
            ErrorKind.InvalidArgument,
            $"'{text}' is not a name server: {reason}.",
            "Give a host name or an address, with a port if it is not 53: ns1.example.com, 127.0.0.1:8053, [::1]:8053.",
            innerException);
}
