using PoshAcmeSharp.Certificates;

namespace PoshAcmeSharp.Issuance;

/// <summary>Reads what the CA gave for an order: the default chain and its alternates.</summary>
internal static class DownloadedChains
{
    /// <summary>The default chain must be sound; an alternate that is not is passed over with a warning.</summary>
    /// <param name="pems">The downloads, the default chain first.</param>
    /// <param name="publicKey">The key that the certificate must hold, SubjectPublicKeyInfo.</param>
    /// <param name="names">The names that it must hold.</param>
    /// <param name="reporter">Where warnings go.</param>
    /// <exception cref="PoshAcmeException">The default chain is not this order's certificate.</exception>
    public static List<CertificateChain> Read(IReadOnlyList<string> pems, byte[] publicKey, IReadOnlyCollection<string> names, IReporter reporter)
    {
        var chains = new List<CertificateChain> { CertificateChain.Parse(pems[0], publicKey, names) };
        foreach (var pem in pems.Skip(1))
        {
            try
            {
                chains.Add(CertificateChain.Parse(pem, publicKey, names));
            }
            catch (PoshAcmeException e)
            {
                reporter.Warning($"An alternate chain is passed over. {e.Message}");
            }
        }

        return chains;
    }

    /// <summary>The chain that is wanted, or the default one with a warning.</summary>
    /// <param name="chains">The chains, the default one first.</param>
    /// <param name="preferredChain">The common name of an issuer, or null.</param>
    /// <param name="reporter">Where warnings go.</param>
    public static CertificateChain Choose(IReadOnlyList<CertificateChain> chains, string? preferredChain, IReporter reporter)
    {
        var choice = CertificateChain.SelectPreferred(chains, preferredChain);
        if (choice.PreferredNotFound)
        {
            reporter.Warning($"No chain has an issuer '{preferredChain}'; the CA's default chain is used.");
        }

        return chains[choice.Index];
    }
}
