using System.Text;

namespace PoshAcmeSharp.Plugins.SelfHost;

/// <summary>As much of an HTTP/1 request as http-01 needs (RFC 9112): the method, the path, the host.</summary>
internal sealed record RequestHead(string Method, string Path, string Host)
{
    /// <summary>The longest request line with headers, in bytes.</summary>
    public const int MaxLength = 8192;

    private static readonly byte[] End = [(byte)'\r', (byte)'\n', (byte)'\r', (byte)'\n'];

    /// <summary>Reads until the empty line.</summary>
    /// <returns>The head; null when the other side sends something else, too much, or goes away.</returns>
    public static async Task<RequestHead?> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[MaxLength];
        var length = 0;
        while (length < buffer.Length)
        {
            var read = await stream.ReadAsync(buffer, length, buffer.Length - length, cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                return null;
            }

            var searched = Math.Max(0, length - End.Length + 1);
            length += read;
            if (IndexOfEnd(buffer, searched, length) is { } end)
            {
                return Parse(Encoding.ASCII.GetString(buffer, 0, end));
            }
        }

        return null;
    }

    internal static RequestHead? Parse(string text)
    {
        var lines = text.Split(["\r\n"], StringSplitOptions.None);
        var request = lines[0].Split(' ');
        if (request.Length != 3 || !request[2].StartsWith("HTTP/1.", StringComparison.Ordinal))
        {
            return null;
        }

        // A proxy may send the whole URL (RFC 9112 section 3.2.2).
        var target = request[1];
        var path = target.StartsWith("/", StringComparison.Ordinal) ? target
            : Uri.TryCreate(target, UriKind.Absolute, out var url) ? url.PathAndQuery
            : string.Empty;
        var host = lines.Skip(1).FirstOrDefault(static l => l.StartsWith("Host:", StringComparison.OrdinalIgnoreCase));
        return new RequestHead(request[0], path, host is null ? string.Empty : host.Substring("Host:".Length).Trim());
    }

    private static int? IndexOfEnd(byte[] buffer, int start, int length)
    {
        for (var i = start; i <= length - End.Length; i++)
        {
            if (buffer[i] == End[0] && buffer[i + 1] == End[1] && buffer[i + 2] == End[2] && buffer[i + 3] == End[3])
            {
                return i;
            }
        }

        return null;
    }
}
