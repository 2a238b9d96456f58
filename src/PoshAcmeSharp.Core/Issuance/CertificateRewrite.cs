using System.Text;
using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Issuance;

/// <summary>Makes the files of a certificate anew out of those that are there, after the order's settings for them have changed.</summary>
internal static class CertificateRewrite
{
    /// <summary>The new set.</summary>
    /// <param name="store">The profile.</param>
    /// <param name="order">The order with its new settings; its lock is held.</param>
    /// <param name="choosesChain">Whether to choose among the chains that the CA offered; else the present one stays.</param>
    /// <param name="reporter">Where warnings go.</param>
    /// <returns>The files; null when there is no certificate yet.</returns>
    /// <exception cref="PoshAcmeException"><c>KeyMismatch</c>, or a file is damaged.</exception>
    public static CertificateFileSet? Make(ProfileStore store, StoredOrder order, bool choosesChain, IReporter reporter)
    {
        if (store.ReadOrderFile(order, OrderFileNames.Certificate) is not { Length: > 0 } certificate)
        {
            return null;
        }

        var leaf = CertificateInfo.FromPem(Encoding.ASCII.GetString(certificate));
        var keyPem = store.ReadOrderFile(order, OrderFileNames.Key);
        using var key = keyPem is { Length: > 0 } ? PrivateKey.FromPem(Encoding.ASCII.GetString(keyPem)) : null;
        if (key is not null && !leaf.HasKey(key.SubjectPublicKeyInfo))
        {
            throw new PoshAcmeException(
                "KeyMismatch",
                ErrorKind.Security,
                $"The private key in '{order.Folder}' does not belong to the certificate there.",
                "Restore the folder from a backup, or order anew with New-PAOrder -Force. Nothing has been changed.");
        }

        var offered = Offered(store, order).ToList();
        var present = store.ReadOrderFile(order, OrderFileNames.Chain) ?? [];
        var chains = (choosesChain && offered.Count > 0 ? offered : [present]).ConvertAll(issuers => Read(leaf, issuers));
        var chain = choosesChain ? DownloadedChains.Choose(chains, order.PreferredChain, reporter) : chains[0];
        return new CertificateFileSet
        {
            Key = key is null ? null : keyPem,
            KeepsPendingKey = true,
            Certificate = certificate,
            OfferedChains = offered,
            Chain = Encoding.ASCII.GetBytes(chain.IssuersPem),
            FullChain = Encoding.ASCII.GetBytes(chain.FullChainPem),
            Pfx = key is null ? null : PfxWriter.Create(chain.Leaf, [], key, CertificateService.PfxOptionsFor(order)),
            PfxFullChain = key is null ? null : PfxWriter.Create(chain.Leaf, chain.Issuers, key, CertificateService.PfxOptionsFor(order)),
        };
    }

    private static IEnumerable<byte[]> Offered(ProfileStore store, StoredOrder order)
    {
        for (var i = 0; store.ReadOrderFile(order, OrderFileNames.OfferedChain(i)) is { } issuers; i++)
        {
            yield return issuers;
        }
    }

    private static CertificateChain Read(CertificateInfo leaf, byte[] issuers)
        => CertificateChain.Parse(leaf.ToPem() + Encoding.ASCII.GetString(issuers), leaf.SubjectPublicKeyInfo, []);
}
