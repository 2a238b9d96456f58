using System.Globalization;
using System.Net;
using System.Net.Sockets;
using PoshAcmeSharp.Dns;

namespace PoshAcmeSharp.Acme;

/// <summary>
/// One name of an order: <c>{"type":"dns","value":"example.com"}</c> (RFC 8555 section 9.7.7) or
/// <c>{"type":"ip","value":"2001:db8::1"}</c> (RFC 8738 section 3).
/// </summary>
/// <param name="Type"><see cref="Dns"/> or <see cref="Ip"/>; another type that a server sends is kept as it came.</param>
/// <param name="Value">
/// For <c>dns</c> a lower-case ASCII name without a trailing dot, with <c>*.</c> in front for a wildcard in an order;
/// for <c>ip</c> the canonical text of the address (RFC 5952), without brackets.
/// </param>
public sealed record AcmeIdentifier(string Type, string Value)
{
    /// <summary>The type of DNS names.</summary>
    public const string Dns = "dns";

    /// <summary>The type of IP addresses.</summary>
    public const string Ip = "ip";

    /// <summary>Reads a name as users write it: a DNS name, an international name, a wildcard, an IP address.</summary>
    /// <param name="name">Such as <c>www.example.com</c>, <c>*.example.com</c>, <c>192.0.2.1</c>, <c>[2001:db8::1]</c>.</param>
    /// <returns>The identifier in the form that is sent.</returns>
    /// <exception cref="PoshAcmeException"><c>InvalidDomainName</c>: it cannot be encoded; the message says why.</exception>
    public static AcmeIdentifier Parse(string name)
    {
        if (TryParseIPv6(name) is { } address)
        {
            return new(Ip, address.ToString());
        }

        var value = DnsName.Normalize(name);
        return new(IsDottedQuad(value) ? Ip : Dns, value);
    }

    private static IPAddress? TryParseIPv6(string? name)
    {
        if (string.IsNullOrEmpty(name))
        {
            return null;
        }

        var bracketed = name![0] == '[' && name[name.Length - 1] == ']';
        var text = bracketed ? name.Substring(1, name.Length - 2) : name;
        if (!LooksLikeIPv6(text))
        {
            return null;
        }

        if (text.Contains("%"))
        {
            throw DnsName.Invalid(name, "an address with a zone index is known on one machine only");
        }

        return IPAddress.TryParse(text, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6
            ? address
            : throw DnsName.Invalid(name, "it is not an IPv6 address");
    }

    // Two colons tell an address from host:port.
    private static bool LooksLikeIPv6(string text)
    {
        var colon = text.IndexOf(':');
        if (colon < 0 || text.IndexOf(':', colon + 1) < 0)
        {
            return false;
        }

        foreach (var c in text)
        {
            if (c == '%')
            {
                break;
            }

            if (!Uri.IsHexDigit(c) && c is not (':' or '.'))
            {
                return false;
            }
        }

        return true;
    }

    // IPAddress.TryParse takes "1", "0x7f.1" and octal parts for addresses too; only four plain decimals are meant as one.
    private static bool IsDottedQuad(string text)
    {
        var parts = text.Split('.');
        if (parts.Length != 4)
        {
            return false;
        }

        foreach (var part in parts)
        {
            if (!byte.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
                || !string.Equals(part, value.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal))
            {
                return false;
            }
        }

        return true;
    }
}
