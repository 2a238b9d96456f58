using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text;
using PoshAcmeSharp.Certificates;

namespace PoshAcmeSharp.Deployment.Exchange;

/// <summary>Looks which certificate a server presents, over the network. Whether it is trusted is not asked.</summary>
public sealed class TlsProbe : ITlsProbe
{
    private const int LongestLine = 2048;

    private readonly TimeSpan _deadline;

    /// <summary>Makes a probe.</summary>
    /// <param name="deadline">How long a server has to answer, from the first packet to its certificate.</param>
    public TlsProbe(TimeSpan deadline) => _deadline = deadline;

    /// <inheritdoc/>
    public async Task<string> GetThumbprintAsync(string server, int port, string name, bool isSmtp, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(_deadline);
        using var client = new TcpClient();
        try
        {
            // Closing the connection is what ends a wait that takes no token.
            using var closing = timeout.Token.Register(client.Dispose);
            return await AskAsync(client, server, port, name, isSmtp).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or IOException or AuthenticationException or ObjectDisposedException or InvalidOperationException or NullReferenceException or CryptographicException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var why = timeout.IsCancellationRequested ? $"it did not answer within {_deadline.TotalSeconds:0} seconds" : e.Message;
            throw new PoshAcmeException("ProbeFailed", ErrorKind.Connection, $"Which certificate {server}:{port} presents could not be seen: {why}", null, e);
        }
    }

    private static async Task<string> AskAsync(TcpClient client, string server, int port, string name, bool isSmtp)
    {
        await client.ConnectAsync(server, port).ConfigureAwait(false);
        var stream = client.GetStream();
        if (isSmtp)
        {
            await ExpectAsync(stream, "220").ConfigureAwait(false);
            await SayAsync(stream, "EHLO " + Environment.MachineName, "250").ConfigureAwait(false);
            await SayAsync(stream, "STARTTLS", "220").ConfigureAwait(false);
        }

        byte[]? presented = null;
#pragma warning disable CA5359 // Nothing is sent over this connection; which certificate is presented is all that is asked.
        using var tls = new SslStream(stream, leaveInnerStreamOpen: true, (_, certificate, _, _) =>
        {
            presented = certificate?.GetRawCertData();
            return true;
        });
#pragma warning restore CA5359
        await tls.AuthenticateAsClientAsync(name).ConfigureAwait(false);
        return CertificateInfo.FromDer(presented ?? throw new IOException("It presented no certificate.")).Thumbprint;
    }

    private static async Task SayAsync(NetworkStream stream, string command, string answer)
    {
        var bytes = Encoding.ASCII.GetBytes(command + "\r\n");
        await stream.WriteAsync(bytes, 0, bytes.Length).ConfigureAwait(false);
        await ExpectAsync(stream, answer).ConfigureAwait(false);
    }

    /// <summary>Reads an answer to its last line (RFC 5321 section 4.2.1), and not a byte more: what follows may be TLS.</summary>
    private static async Task ExpectAsync(NetworkStream stream, string code)
    {
        string line;
        do
        {
            line = await ReadLineAsync(stream).ConfigureAwait(false);
            if (!line.StartsWith(code, StringComparison.Ordinal))
            {
                throw new IOException($"It answered '{Text.Cut(line, 100)}'.");
            }
        }
        while (line.Length > 3 && line[3] == '-');
    }

    private static async Task<string> ReadLineAsync(NetworkStream stream)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (line.Length < LongestLine)
        {
            if (await stream.ReadAsync(one, 0, 1).ConfigureAwait(false) == 0)
            {
                throw new IOException("It closed the connection.");
            }

            if (one[0] == '\n')
            {
                return line.ToString().TrimEnd('\r');
            }

            line.Append((char)one[0]);
        }

        throw new IOException("Its answer is too long.");
    }
}
