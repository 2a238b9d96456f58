using System.Globalization;
using System.Security.Authentication;

namespace PoshAcmeSharp.Plugins.Http;

/// <summary>An attempt that failed on the way; another one may succeed.</summary>
internal sealed class TransientException : Exception
{
    private readonly string _id;
    private readonly ErrorKind _kind;

    private TransientException(string id, ErrorKind kind, string message, Exception cause)
        : base(message, cause)
    {
        _id = id;
        _kind = kind;
    }

    /// <summary>Says what failed.</summary>
    /// <param name="cause">What the platform threw.</param>
    /// <param name="providerName">The provider.</param>
    /// <param name="uri">Where the request went.</param>
    /// <param name="timeout">The limit of the attempt when that is what ended it.</param>
    /// <returns>The failure, or an error where another attempt is of no use.</returns>
    internal static Exception Explain(Exception cause, string providerName, Uri uri, TimeSpan? timeout)
    {
        if (timeout is { } limit)
        {
            var seconds = Math.Ceiling(limit.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            return new TransientException("Timeout", ErrorKind.Timeout, $"{uri.Authority} did not answer within {seconds} s.", cause);
        }

        var reasons = new List<string>();
        for (var inner = cause; inner is not null; inner = inner.InnerException)
        {
            if (inner is AuthenticationException)
            {
                return new PoshAcmeException(
                    providerName + ".NotTrusted",
                    ErrorKind.Security,
                    $"No trusted TLS connection to {uri.Authority}: {inner.Message}",
                    "Check the certificate of the server, the clock of this machine, and whether a proxy opens the connections.",
                    cause);
            }

            // The platform's outer message often says no more than that an error occurred.
            var reason = inner.Message.TrimEnd('.') + ".";
            if (!reasons.Contains(reason))
            {
                reasons.Add(reason);
            }
        }

        return new TransientException("Unreachable", ErrorKind.Connection, $"{uri.Authority} could not be reached: {string.Join(" ", reasons)}", cause);
    }

    /// <summary>The failure as an error, when no further attempt is made.</summary>
    /// <param name="providerName">The provider.</param>
    /// <returns>The error.</returns>
    internal PoshAcmeException ToPoshAcmeException(string providerName) => new(
        $"{providerName}.{_id}",
        _kind,
        Message,
        "Check the network, the proxy and the base URL of the API, then try again.",
        InnerException);
}
