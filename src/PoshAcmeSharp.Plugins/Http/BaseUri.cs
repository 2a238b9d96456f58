using System.Net;

namespace PoshAcmeSharp.Plugins.Http;

/// <summary>Where a provider's API is, checked before a credential goes there.</summary>
internal static class BaseUri
{
    /// <summary>Reads the base of an API.</summary>
    /// <param name="text">An absolute URL; a path is kept.</param>
    /// <param name="argumentName">The argument it came from, for the error.</param>
    /// <returns>The URL, ending in a slash.</returns>
    /// <exception cref="PoshAcmeException">
    /// <c>InvalidPluginArguments</c>: it is no http(s) URL, or it holds a user name, a query or a fragment.
    /// <c>InsecureBaseUri</c>: it is plain http and not on this machine.
    /// </exception>
    internal static Uri Parse(string text, string argumentName)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri)
            || (uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp)
            || uri.UserInfo.Length > 0
            || uri.Query.Length > 0
            || uri.Fragment.Length > 0)
        {
            // The text is not repeated: a user name and a password may be in it.
            throw new PoshAcmeException(
                "InvalidPluginArguments",
                ErrorKind.InvalidArgument,
                $"{argumentName} is not the base of an API: a URL such as https://api.example.com without user name, query or fragment.",
                $"Correct {argumentName}.");
        }

        if (uri.Scheme == Uri.UriSchemeHttp && !IsLoopback(uri))
        {
            throw new PoshAcmeException(
                "InsecureBaseUri",
                ErrorKind.Security,
                $"{argumentName} is plain http to {uri.Host}: the credential would travel unencrypted.",
                "Use https. Plain http is for a server on this machine only (localhost, 127.0.0.1, [::1]).");
        }

        return uri.AbsolutePath.EndsWith("/", StringComparison.Ordinal) ? uri : new Uri(uri.AbsoluteUri + "/");
    }

    private static bool IsLoopback(Uri uri)
        => string.Equals(uri.Host, "localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(uri.DnsSafeHost, out var address) && IPAddress.IsLoopback(address));
}
