namespace PoshAcmeSharp.Deployment.Exchange;

/// <summary>A send or receive connector as Exchange shows it.</summary>
public sealed record ExchangeConnector
{
    /// <summary>What Set-SendConnector or Set-ReceiveConnector takes, such as <c>EX1\From partners</c>.</summary>
    public required string Identity { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Whether it receives; else it sends.</summary>
    public bool IsReceive { get; init; }

    /// <summary>The name by which it greets, or null.</summary>
    public string? Fqdn { get; init; }

    /// <summary>The certificate that it is bound to, as <c>&lt;I&gt;issuer&lt;S&gt;subject</c>; null when it is bound to none.</summary>
    public string? TlsCertificateName { get; init; }

    /// <summary>The servers that use it: the source servers of a send connector, the one server of a receive connector.</summary>
    public IReadOnlyList<string> Servers { get; init; } = [];

    internal bool IsNamed(string name)
        => string.Equals(Name, name, StringComparison.OrdinalIgnoreCase) || string.Equals(Identity, name, StringComparison.OrdinalIgnoreCase);

    internal bool HasFqdn(string name) => string.Equals(Fqdn, name, StringComparison.OrdinalIgnoreCase);
}
