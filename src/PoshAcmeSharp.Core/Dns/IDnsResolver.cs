namespace PoshAcmeSharp.Dns;

/// <summary>Asks name servers. Safe for use from several threads.</summary>
public interface IDnsResolver
{
    /// <summary>Asks one question.</summary>
    /// <param name="question">What to ask.</param>
    /// <param name="server">Whom to ask; null asks the name servers of the machine in turn.</param>
    /// <param name="cancellationToken">Ends the wait with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The answer; an error code of the server (SERVFAIL, REFUSED, NXDOMAIN) is an answer too.</returns>
    /// <exception cref="PoshAcmeException">
    /// No answer came: <c>DnsTimeout</c>, <c>DnsUnreachable</c>, <c>DnsNoRoute</c> (this machine has no way to such an
    /// address, as with IPv6 where there is none), <c>DnsInvalidResponse</c>, <c>NameServerNotFound</c> (the server's
    /// name has no address), <c>NoNameServers</c>.
    /// </exception>
    Task<DnsResponse> QueryAsync(DnsQuestion question, NameServerEndpoint? server, CancellationToken cancellationToken);
}
