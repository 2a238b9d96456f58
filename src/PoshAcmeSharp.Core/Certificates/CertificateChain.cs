using PoshAcmeSharp.Acme;

namespace PoshAcmeSharp.Certificates;

/// <summary>A certificate and its issuers, in order, as servers present them.</summary>
public sealed class CertificateChain
{
    private const string TryAgain = "Run the command again. If it happens again, tell the CA.";

    private CertificateChain(CertificateInfo leaf, IReadOnlyList<CertificateInfo> issuers)
    {
        Leaf = leaf;
        Issuers = issuers;
    }

    /// <summary>The certificate itself.</summary>
    public CertificateInfo Leaf { get; }

    /// <summary>
    /// The issuers, from the leaf's own one up. A self-signed root is left out, as servers do, unless it is the only
    /// issuer that the CA sent.
    /// </summary>
    public IReadOnlyList<CertificateInfo> Issuers { get; }

    /// <summary>The leaf in PEM, ASCII with LF.</summary>
    public string LeafPem => Leaf.ToPem();

    /// <summary>The issuers in PEM, ASCII with LF; empty when the CA sent none.</summary>
    public string IssuersPem => string.Concat(Issuers.Select(issuer => issuer.ToPem()));

    /// <summary>The leaf and its issuers in PEM, ASCII with LF.</summary>
    public string FullChainPem => LeafPem + IssuersPem;

    /// <summary>
    /// Reads what a CA sent (RFC 8555 section 7.4.2) and puts it in order. Line ends, text around the blocks, the order,
    /// duplicates and certificates that do not belong to the chain are tolerated.
    /// </summary>
    /// <param name="pem">The text.</param>
    /// <param name="expectedSubjectPublicKeyInfo">The public key in DER that the leaf must hold.</param>
    /// <param name="expectedNames">The DNS names and IP addresses that the leaf must hold.</param>
    /// <returns>The chain.</returns>
    /// <exception cref="PoshAcmeException">
    /// <c>InvalidCertificate</c>; <c>CertificateKeyMismatch</c>: none holds our key; <c>CertificateNamesMissing</c>;
    /// <c>BrokenCertificateChain</c>: there are issuers, but not the leaf's.
    /// </exception>
    public static CertificateChain Parse(string pem, byte[] expectedSubjectPublicKeyInfo, IReadOnlyCollection<string> expectedNames)
    {
        var certificates = ReadDistinct(pem);
        var leaf = certificates.Find(certificate => certificate.HasKey(expectedSubjectPublicKeyInfo)) ?? throw new PoshAcmeException(
            "CertificateKeyMismatch",
            ErrorKind.Security,
            "The CA sent a certificate that does not hold the public key of the order's private key.",
            TryAgain);

        var held = new HashSet<string>(leaf.AllSans, StringComparer.OrdinalIgnoreCase);
        string[] missing = [.. expectedNames.Where(name => !held.Contains(AcmeIdentifier.Parse(name).Value))];
        return missing.Length == 0
            ? Order(leaf, certificates)
            : throw new PoshAcmeException(
                "CertificateNamesMissing",
                ErrorKind.Security,
                $"The CA sent a certificate without {string.Join(", ", missing)}.",
                TryAgain);
    }

    /// <summary>Reads a chain whose key is not at hand, such as a file of the profile. The leaf is the one that issued none of the others.</summary>
    /// <param name="pem">The text.</param>
    /// <returns>The chain.</returns>
    /// <exception cref="PoshAcmeException"><c>InvalidCertificate</c>, <c>BrokenCertificateChain</c>.</exception>
    public static CertificateChain Parse(string pem)
    {
        var certificates = ReadDistinct(pem);
        var leaf = certificates.Find(candidate => !certificates.Exists(other => other != candidate && other.IsIssuedBy(candidate)));
        return Order(leaf ?? certificates[0], certificates);
    }

    /// <summary>
    /// Chooses among the default chain and its alternates: a chain matches when the issuer of any of its certificates has the
    /// wanted CN; the match nearest the root wins, then the earlier chain.
    /// </summary>
    /// <param name="chains">The default chain first.</param>
    /// <param name="preferredChain">The CN that is wanted, upper and lower case alike; null or empty for the default chain.</param>
    /// <returns>The choice; the default chain when none matches.</returns>
    public static ChainChoice SelectPreferred(IReadOnlyList<CertificateChain> chains, string? preferredChain)
    {
        if (string.IsNullOrEmpty(preferredChain))
        {
            return new(0, PreferredNotFound: false);
        }

        var best = -1;
        var bestDistance = int.MaxValue;
        for (var i = 0; i < chains.Count; i++)
        {
            var distance = chains[i].DistanceFromRoot(preferredChain!);
            if (distance < bestDistance)
            {
                best = i;
                bestDistance = distance;
            }
        }

        return best < 0 ? new(0, PreferredNotFound: true) : new(best, PreferredNotFound: false);
    }

    private static List<CertificateInfo> ReadDistinct(string pem)
    {
        var certificates = new List<CertificateInfo>();
        foreach (var certificate in CertificateInfo.ReadAll(pem))
        {
            if (!certificates.Exists(certificate.IsSameAs))
            {
                certificates.Add(certificate);
            }
        }

        return certificates.Count > 0
            ? certificates
            : throw new PoshAcmeException("InvalidCertificate", ErrorKind.InvalidData, "There is no certificate in the PEM text.", TryAgain);
    }

    private static CertificateChain Order(CertificateInfo leaf, List<CertificateInfo> certificates)
    {
        var rest = certificates.FindAll(certificate => certificate != leaf);
        var issuers = new List<CertificateInfo>();
        var last = leaf;
        while (!last.IsSelfSigned && NextIssuer(last, rest) is { } next)
        {
            issuers.Add(next);
            rest.Remove(next);
            last = next;
        }

        if (issuers.Count == 0 && rest.Count > 0 && !leaf.IsSelfSigned)
        {
            throw new PoshAcmeException(
                "BrokenCertificateChain",
                ErrorKind.InvalidData,
                $"None of the other certificates that the CA sent issued the certificate: '{leaf.Issuer}' is missing.",
                TryAgain);
        }

        if (issuers.Count > 1 && last.IsSelfSigned)
        {
            issuers.RemoveAt(issuers.Count - 1);
        }

        return new(leaf, issuers);
    }

    // An issuer may be there twice: self-signed and cross-signed. The cross-signed one leads on to the root that the CA meant.
    private static CertificateInfo? NextIssuer(CertificateInfo subject, List<CertificateInfo> candidates)
    {
        var issuers = candidates.FindAll(subject.IsIssuedBy);
        return issuers.Find(issuer => !issuer.IsSelfSigned) ?? issuers.FirstOrDefault();
    }

    private int DistanceFromRoot(string commonName)
    {
        for (var distance = 0; distance <= Issuers.Count; distance++)
        {
            var certificate = distance < Issuers.Count ? Issuers[Issuers.Count - 1 - distance] : Leaf;
            if (string.Equals(certificate.IssuerCommonName, commonName, StringComparison.OrdinalIgnoreCase))
            {
                return distance;
            }
        }

        return int.MaxValue;
    }
}
