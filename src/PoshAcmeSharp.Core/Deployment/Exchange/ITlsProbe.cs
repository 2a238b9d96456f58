namespace PoshAcmeSharp.Deployment.Exchange;

/// <summary>Looks which certificate a server presents.</summary>
public interface ITlsProbe
{
    /// <summary>Opens a TLS connection and closes it again.</summary>
    /// <param name="server">The server.</param>
    /// <param name="port">The port.</param>
    /// <param name="name">The name to ask for (SNI).</param>
    /// <param name="isSmtp">Whether TLS begins with STARTTLS (RFC 3207).</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The thumbprint of the certificate, upper-case hex.</returns>
    /// <exception cref="PoshAcmeException"><c>ProbeFailed</c>: it did not come to a certificate in time.</exception>
    Task<string> GetThumbprintAsync(string server, int port, string name, bool isSmtp, CancellationToken cancellationToken);
}
