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
    /// <summary>The key for a new order as PEM where it need not be made: the imported one, or the one in use.</summary>
    public string? FindForNewOrder(StoredOrder former, OrderPlan plan, NewOrderRequest request)
    {
        if (request.KeyPem is { } imported)
        {
            using var given = PrivateKey.FromPem(imported);
            return given.ToPem();
        }

        return (request.KeepsPendingKey ? Fitting(store.ReadPendingKey(former), plan.KeyLength) : null)
            ?? (request.AlwaysNewKey ? null : Fitting(store.ReadOrderFile(former, OrderFileNames.Key), plan.KeyLength));
    }

    /// <summary>A new key as PEM.</summary>
    public static string Make(KeyLength keyLength)
    {
        using var made = PrivateKey.Generate(keyLength);
        return made.ToPem();
    }

    /// <summary>
    /// The key to finalize an order with. One that another client began may have none yet: then a new one, saved before
    /// it is used.
    /// </summary>
    public PrivateKey ForFinalize(StoredOrder order)
    {
        var wanted = KeyLength.Parse(order.KeyLength);
        var live = store.ReadOrderFile(order, OrderFileNames.Certificate);
        var candidates = order.AlwaysNewKey && live is { Length: > 0 } ? Pending(order) : Candidates(order);
        foreach (var candidate in candidates)
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

    private IEnumerable<PrivateKey> Pending(StoredOrder order)
    {
        if (Read(store.ReadPendingKey(order)) is { } pending)
        {
            yield return pending;
        }
    }

    private IEnumerable<PrivateKey> Candidates(StoredOrder order)
    {
        foreach (var pending in Pending(order))
        {
            yield return pending;
        }

        if (Read(store.ReadOrderFile(order, OrderFileNames.Key)) is { } live)
        {
            yield return live;
        }
    }

    private static string? Fitting(byte[]? pem, KeyLength keyLength)
    {
        using var key = Read(pem);
        return key?.KeyLength == keyLength ? key.ToPem() : null;
    }

    private static PrivateKey? Read(byte[]? pem)
        => pem is null || pem.Length == 0 ? null : PrivateKey.FromPem(Encoding.ASCII.GetString(pem));
}
