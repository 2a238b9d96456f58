namespace PoshAcmeSharp.Dns;

/// <summary>Has recursive servers answer without looking at DNSSEC (CD, RFC 4035 section 3.2.2): what a broken zone would say.</summary>
internal sealed class CheckingDisabledResolver(IDnsResolver resolver) : IDnsResolver
{
    public Task<DnsResponse> QueryAsync(DnsQuestion question, NameServerEndpoint? server, CancellationToken cancellationToken)
        => resolver.QueryAsync(question with { CheckingDisabled = true }, server, cancellationToken);
}
