namespace PoshAcmeSharp.Deployment.Exchange;

/// <summary>
/// The commands of Exchange in somebody's session. What one reports or throws is a <see cref="PoshAcmeException"/> here,
/// with the server and the command's own words in it. None of them ever waits for an answer.
/// </summary>
public interface IExchangeCommands
{
    /// <summary>Makes sure that there are such commands.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when they are known to be there.</returns>
    /// <exception cref="PoshAcmeException"><c>ExchangeCommandsNotFound</c>.</exception>
    Task RequireAsync(CancellationToken cancellationToken);

    /// <summary>The certificates of a server.</summary>
    /// <param name="server">The server.</param>
    /// <param name="cancellationToken">Ends the wait between commands.</param>
    Task<IReadOnlyList<ExchangeCertificate>> GetCertificatesAsync(string server, CancellationToken cancellationToken);

    /// <summary>The thumbprint of the certificate that a server uses between servers (the default SMTP certificate).</summary>
    /// <param name="server">The server.</param>
    /// <param name="cancellationToken">Ends the wait between commands.</param>
    /// <returns>Upper-case hex; null when it cannot be read.</returns>
    Task<string?> GetDefaultSmtpAsync(string server, CancellationToken cancellationToken);

    /// <summary>Puts a certificate with its key on a server.</summary>
    /// <param name="server">The server.</param>
    /// <param name="pfx">The certificate.</param>
    /// <param name="friendlyName">Its friendly name; null for the one in the file.</param>
    /// <param name="isExportable">Whether the key may be taken out of the server again.</param>
    /// <param name="cancellationToken">Ends the wait between commands.</param>
    /// <returns>A task that ends when it is there.</returns>
    Task ImportAsync(string server, ExchangePfx pfx, string? friendlyName, bool isExportable, CancellationToken cancellationToken);

    /// <summary>Enables a certificate for services. With SMTP among them it becomes the default SMTP certificate.</summary>
    /// <param name="server">The server.</param>
    /// <param name="thumbprint">The certificate.</param>
    /// <param name="services">The services; those that it has stay.</param>
    /// <param name="cancellationToken">Ends the wait between commands.</param>
    /// <returns>A task that ends when it is enabled.</returns>
    Task EnableAsync(string server, string thumbprint, IReadOnlyList<string> services, CancellationToken cancellationToken);

    /// <summary>Takes a certificate and its key from a server.</summary>
    /// <param name="server">The server.</param>
    /// <param name="thumbprint">The certificate.</param>
    /// <param name="cancellationToken">Ends the wait between commands.</param>
    /// <returns>A task that ends when it is gone.</returns>
    Task RemoveAsync(string server, string thumbprint, CancellationToken cancellationToken);

    /// <summary>The certificates that servers use to know each other (Get-AuthConfig): the former, the present, the next.</summary>
    /// <param name="cancellationToken">Ends the wait between commands.</param>
    /// <returns>Thumbprints; none where they cannot be read.</returns>
    Task<IReadOnlyList<string>> GetAuthThumbprintsAsync(CancellationToken cancellationToken);

    /// <summary>All send connectors of the organization.</summary>
    /// <param name="cancellationToken">Ends the wait between commands.</param>
    Task<IReadOnlyList<ExchangeConnector>> GetSendConnectorsAsync(CancellationToken cancellationToken);

    /// <summary>The receive connectors of a server.</summary>
    /// <param name="server">The server.</param>
    /// <param name="cancellationToken">Ends the wait between commands.</param>
    Task<IReadOnlyList<ExchangeConnector>> GetReceiveConnectorsAsync(string server, CancellationToken cancellationToken);

    /// <summary>Binds a connector to the certificates of an issuer and a subject.</summary>
    /// <param name="connector">The connector.</param>
    /// <param name="tlsCertificateName"><c>&lt;I&gt;issuer&lt;S&gt;subject</c>.</param>
    /// <param name="cancellationToken">Ends the wait between commands.</param>
    /// <returns>A task that ends when it is bound.</returns>
    Task SetConnectorAsync(ExchangeConnector connector, string tlsCertificateName, CancellationToken cancellationToken);
}
