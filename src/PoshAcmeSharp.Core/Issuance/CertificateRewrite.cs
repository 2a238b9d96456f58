using System.Text;
using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Issuance;

/// <summary>Makes the files of a certificate anew out of those that are there, after the order's settings for them have changed.</summary>
internal static class CertificateRewrite
{
    /// <summary>The new set.</summary>
    /// <param name="store">The profile.</param>
    /// <param name="keys">The keys of orders.</param>
    /// <param name="order">The order with its new settings; its lock is held.</param>
    /// <param name="choosesChain">Whether to choose among the chains that the CA offered; else the present one stays.</param>
    /// <param name="reporter">Where warnings go.</param>
    /// <returns>The files; null when there is no certificate yet.</returns>
    /// <exception cref="PoshAcmeException"><c>KeyMismatch</c>, <c>WrongKeyPassword</c>, or a file is damaged.</exception>
    public static CertificateFileSet? Make(ProfileStore store, OrderKeys keys, StoredOrder order, bool choosesChain, IReporter reporter)
    {
        if (store.ReadOrderFile(order, OrderFileNames.Certificate) is not { Length: > 0 } certificate)
        {
            return null;
        }

        var leaf = CertificateInfo.FromPem(Encoding.ASCII.GetString(certificate));
        var live = store.ReadOrderFile(order, OrderFileNames.Key) is { Length: > 0 } pem ? pem : null;
        using var key = KeyOf(keys, order, leaf, hasLive: live is not null, out var isLive);
        var offered = Offered(store, order).ToList();
        var present = store.ReadOrderFile(order, OrderFileNames.Chain) ?? [];
        var chains = (choosesChain && offered.Count > 0 ? offered : [present]).ConvertAll(issuers => Read(leaf, issuers));
        var chain = choosesChain ? DownloadedChains.Choose(chains, order.PreferredChain, reporter) : chains[0];
        return CertificateService.FilesOf(order, chain, offered, key) with
        {
            Key = key is null ? null : isLive ? live : keys.ToPem(order, key),
            KeyPassword = isLive ? store.ReadOrderFile(order, OrderFileNames.KeyPassword) : keys.PasswordFile(order),
            KeepsPendingKey = isLive,
            Certificate = certificate,
        };
    }

    /// <summary>
    /// The key of the certificate: the live one, or the one of the issuance under way when another client that does not know
    /// it has completed the order.
    /// </summary>
    private static PrivateKey? KeyOf(OrderKeys keys, StoredOrder order, CertificateInfo leaf, bool hasLive, out bool isLive)
    {
        isLive = false;
        if (!hasLive)
        {
            return null;
        }

        if (keys.Live(order) is { } live)
        {
            isLive = leaf.HasKey(live.SubjectPublicKeyInfo);
            if (isLive)
            {
                return live;
            }

            live.Dispose();
        }

        return keys.ForCertificate(order, leaf) ?? throw new PoshAcmeException(
            "KeyMismatch",
            ErrorKind.Security,
            $"The private key in '{order.Folder}' does not belong to the certificate there.",
            "Restore the folder from a backup, or order anew with New-PAOrder -Force. Nothing has been changed.");
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
