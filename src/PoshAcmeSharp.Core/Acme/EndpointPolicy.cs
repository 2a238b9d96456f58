using System.Net;

namespace PoshAcmeSharp.Acme;

/// <summary>Which URLs are talked to: https, or http to this machine alone.</summary>
internal static class EndpointPolicy
{
    /// <summary>What the URL of a directory is called in errors.</summary>
    public const string Directory = "directory URL";

    /// <summary>Reads a URL that is to be requested.</summary>
    /// <param name="url">The URL.</param>
    /// <param name="what">What the URL is, for the error: such as <c>directory URL</c>.</param>
    /// <exception cref="PoshAcmeException"><c>InvalidUrl</c> or <c>InsecureUrl</c>.</exception>
    public static Uri Require(string? url, string what)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            throw new PoshAcmeException(
                "InvalidUrl",
                ErrorKind.InvalidArgument,
                $"The {what} '{Text.Cut(url ?? string.Empty, 200)}' is not an https URL.",
                what == Directory
                    ? "Use a full URL, such as https://acme-v02.api.letsencrypt.org/directory, or a well-known name such as LE_PROD."
                    : "Use the full URL as the server gave it; it starts with https://.");
        }

        if (uri.UserInfo.Length > 0)
        {
            throw new PoshAcmeException(
                "InvalidUrl",
                ErrorKind.InvalidArgument,
                $"The {what} on host '{uri.Host}' holds a user name or password.",
                "Use the URL without them.");
        }

        return uri.Scheme == "https" || IsLoopback(uri)
            ? uri
            : throw new PoshAcmeException(
                "InsecureUrl",
                ErrorKind.Security,
                $"The {what} '{Text.Cut(uri.AbsoluteUri, 200)}' is plain http; ACME is spoken over https (RFC 8555 section 6.1).",
                "Use the https URL. Plain http is taken for addresses of this machine only.");
    }

    /// <summary>Reads where a redirect leads; from https it leads to https only, even on this machine.</summary>
    /// <param name="from">What was requested.</param>
    /// <param name="to">What the answer names.</param>
    /// <exception cref="PoshAcmeException"><c>InvalidUrl</c> or <c>InsecureUrl</c>.</exception>
    public static Uri RequireRedirect(Uri from, Uri to)
    {
        var target = Require(to.AbsoluteUri, "redirect target");
        return from.Scheme == "https" && target.Scheme != "https"
            ? throw new PoshAcmeException(
                "InsecureUrl",
                ErrorKind.Security,
                $"{from.Authority} redirects from https to '{Text.Cut(target.AbsoluteUri, 200)}'.",
                "Check for a proxy between this machine and the ACME server that changes answers.")
            : target;
    }

    public static bool IsLoopback(Uri uri)
        => string.Equals(uri.Host, "localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(uri.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
