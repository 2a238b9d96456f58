using PoshAcmeSharp.Acme;
using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Dns;

namespace PoshAcmeSharp.Issuance;

/// <summary>How a certificate is issued.</summary>
public sealed class IssueOptions
{
    /// <summary>The kind and size of the certificate's key.</summary>
    public KeyLength KeyLength { get; set; } = KeyLength.Rsa2048;

    /// <summary>What the order asks for beside the names, or null.</summary>
    public NewOrderOptions? Order { get; set; }

    /// <summary>
    /// Which challenge a DNS plugin answers: <see cref="ChallengeType.Dns01"/>, or
    /// <see cref="ChallengeType.DnsAccount01"/> where the CA offers it. With <see cref="ChallengeType.DnsPersist01"/>
    /// nothing is published: the record must be there.
    /// </summary>
    public string DnsVariant { get; set; } = ChallengeType.Dns01;

    /// <summary>How to wait until the records of dns-01 are seen; null: submit at once.</summary>
    public DnsWaitOptions? DnsWait { get; set; } = new();

    /// <summary>How long the CA may take to validate all names.</summary>
    public TimeSpan ValidationTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long the CA may take to issue after that.</summary>
    public TimeSpan IssuanceTimeout { get; set; } = TimeSpan.FromSeconds(120);

    /// <summary>The common name of an issuer in the chain that is wanted, or null: the CA's default chain.</summary>
    public string? PreferredChain { get; set; }
}
