using System.Text;
using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Issuance;

/// <summary>
/// Which key a certificate gets. The key of an order in progress is kept apart from that of the live certificate until
/// the new one is complete.
/// </summary>
internal sealed class OrderKeys(ProfileStore store)
{
    /// <summary>The key for a new order as PEM: the imported one, the one in use, or a new one; null with a CSR.</summary>
    public string? ForNewOrder(StoredOrder former, OrderPlan plan, NewOrderRequest request)
    {
        if (request.Csr is not null)
        {
            return null;
        }

        if (request.KeyPem is { } imported)
        {
            using var given = PrivateKey.FromPem(imported);
            return given.ToPem();
        }

        if (!request.AlwaysNewKey && Read(store.ReadOrderFile(former, OrderFileNames.Key)) is { } inUse)
        {
            using (inUse)
            {
                if (inUse.KeyLength == plan.KeyLength)
                {
                    return inUse.ToPem();
                }
            }
        }

        using var made = PrivateKey.Generate(plan.KeyLength);
        return made.ToPem();
    }

    /// <summary>
    /// The key to finalize an order with. One that another client began may have none yet: then a new one, saved before
    /// it is used.
    /// </summary>
    public PrivateKey ForFinalize(StoredOrder order)
    {
        var wanted = KeyLength.Parse(order.KeyLength);
        foreach (var candidate in Candidates(order))
        {
            if (candidate.KeyLength == wanted)
            {
                return candidate;
            }

            candidate.Dispose();
        }

        var made = PrivateKey.Generate(wanted);
        store.SavePendingKey(order, Encoding.ASCII.GetBytes(made.ToPem()));
        return made;
    }

    /// <summary>The key that a certificate was issued for, or null when it is not here.</summary>
    public PrivateKey? ForCertificate(StoredOrder order, CertificateInfo leaf)
    {
        foreach (var candidate in Candidates(order))
        {
            if (leaf.HasKey(candidate.SubjectPublicKeyInfo))
            {
                return candidate;
            }

            candidate.Dispose();
        }

        return null;
    }

    private IEnumerable<PrivateKey> Candidates(StoredOrder order)
    {
        if (Read(store.ReadPendingKey(order)) is { } pending)
        {
            yield return pending;
        }

        if (Read(store.ReadOrderFile(order, OrderFileNames.Key)) is { } live)
        {
            yield return live;
        }
    }

    private static PrivateKey? Read(byte[]? pem)
        => pem is null || pem.Length == 0 ? null : PrivateKey.FromPem(Encoding.ASCII.GetString(pem));
}
