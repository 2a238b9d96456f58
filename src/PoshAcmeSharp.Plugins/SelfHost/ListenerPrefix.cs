using System.Globalization;
using System.Net;

namespace PoshAcmeSharp.Plugins.SelfHost;

/// <summary>
/// One place to listen, written as http.sys writes it: <c>http://host:port/path/</c>. A host of <c>+</c> or <c>*</c> is
/// every name at every address, an address is every name at that address, a name is that name at every address.
/// </summary>
internal sealed class ListenerPrefix
{
    private const string Scheme = "http://";
    private const int DefaultPort = 80;

    private ListenerPrefix(string text, string host, IPAddress? address, int port, string path)
    {
        Text = text;
        Host = host;
        Address = address;
        Port = port;
        Path = path;
    }

    public string Text { get; }

    /// <summary>The address to bind, or null for all.</summary>
    public IPAddress? Address { get; }

    public int Port { get; }

    private string Host { get; }

    private string Path { get; }

    /// <summary>Every name at every address, for the paths of http-01.</summary>
    public static ListenerPrefix ForPort(int? port)
        => Parse($"{Scheme}+:{(port ?? DefaultPort).ToString(CultureInfo.InvariantCulture)}{ChallengeAnswers.PathPrefix}");

    /// <exception cref="PoshAcmeException"><c>InvalidListenerPrefix</c>.</exception>
    public static ListenerPrefix Parse(string text)
    {
        if (!text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) || !text.EndsWith("/", StringComparison.Ordinal))
        {
            throw Invalid(text);
        }

        var slash = text.IndexOf('/', Scheme.Length);
        var authority = text.Substring(Scheme.Length, slash - Scheme.Length);
        var colon = authority.LastIndexOf(':');
        var hasPort = colon > authority.LastIndexOf(']');
        var host = hasPort ? authority.Substring(0, colon) : authority;
        var port = DefaultPort;
        if (host.Length == 0
            || (hasPort && !(int.TryParse(authority.Substring(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and <= IPEndPoint.MaxPort)))
        {
            throw Invalid(text);
        }

        var address = IPAddress.TryParse(host.Trim('[', ']'), out var parsed) ? parsed : null;
        return address is null && host is not ("+" or "*") && Uri.CheckHostName(host) != UriHostNameType.Dns
            ? throw Invalid(text)
            : new ListenerPrefix(text, host, address, port, text.Substring(slash));
    }

    /// <summary>Whether a request is for this prefix. The address needs no look: only the address asked for is bound.</summary>
    public bool Matches(string hostHeader, string path)
        => path.StartsWith(Path, StringComparison.Ordinal)
            && (Address is not null || Host is "+" or "*" || string.Equals(Host, WithoutPort(hostHeader), StringComparison.OrdinalIgnoreCase));

    private static string WithoutPort(string hostHeader)
    {
        var colon = hostHeader.LastIndexOf(':');
        return colon > hostHeader.LastIndexOf(']') ? hostHeader.Substring(0, colon) : hostHeader;
    }

    private static PoshAcmeException Invalid(string text) => new(
        "InvalidListenerPrefix",
        ErrorKind.InvalidArgument,
        $"'{text}' is no prefix to listen at.",
        "Write it as http://host:port/path/ with a slash at the end; the host may be +, an address or a name.");
}
