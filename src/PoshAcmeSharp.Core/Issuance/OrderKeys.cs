using System.Text;
using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Issuance;

/// <summary>
/// Which key a certificate gets, and how keys are read and written. The key of an order in progress is kept apart from
/// that of the live certificate until the new one is complete.
/// </summary>
internal sealed class OrderKeys(ProfileStore store, StoredAccount account)
{
    private const string GivePassword = "Give the key's password with Set-PAOrder -KeyPassSecure.";

    private static readonly string[] KeyFiles = [OrderFileNames.PendingKey, OrderFileNames.Key];

    /// <summary>The key for a new order where it need not be made: the imported one, or the one in use.</summary>
    public PrivateKey? FindForNewOrder(StoredOrder former, OrderPlan plan, NewOrderRequest request)
    {
        if (request.KeyPem is not null)
        {
            return ImportedKey.Read(request);
        }

        string[] files =
        [
            .. request.KeepsPendingKey ? [OrderFileNames.PendingKey] : Array.Empty<string>(),
            .. request.AlwaysNewKey ? [] : new[] { OrderFileNames.Key },
        ];
        return Find(former, candidate => candidate.KeyLength == plan.KeyLength, files);
    }

    /// <summary>
    /// The passwords of an order that takes the place of another, as <see cref="ProfileStore.ReadKeyPasswords"/> gives them.
    /// Encryption stays unless it is taken away on purpose.
    /// </summary>
    public IReadOnlyList<string> PasswordsForNewOrder(StoredOrder former, string? wanted)
    {
        if (wanted is null)
        {
            var kept = store.ReadKeyPasswords(account, former);
            return kept.Count > 0 || !former.KeyEncrypted ? kept : throw PasswordMissing(former);
        }

        var live = PasswordOf(former, OrderFileNames.Key, wanted);
        return live is null || live == wanted ? [wanted] : [wanted, live];
    }

    /// <summary>
    /// The key to finalize an order with. One that another client began may have none yet: then a new one, saved before
    /// it is used.
    /// </summary>
    public PrivateKey ForFinalize(StoredOrder order)
    {
        var wanted = KeyLength.Parse(order.KeyLength);
        var isLiveTaken = order.AlwaysNewKey && store.ReadOrderFile(order, OrderFileNames.Certificate) is { Length: > 0 };
        if (Find(order, candidate => candidate.KeyLength == wanted, isLiveTaken ? [OrderFileNames.PendingKey] : KeyFiles) is { } there)
        {
            return there;
        }

        var made = PrivateKey.Generate(wanted);
        SavePending(order, made);
        return made;
    }

    /// <summary>The key that a certificate was issued for, or null when it is not here.</summary>
    public PrivateKey? ForCertificate(StoredOrder order, CertificateInfo leaf)
        => Find(order, candidate => leaf.HasKey(candidate.SubjectPublicKeyInfo), KeyFiles);

    /// <summary>The key of the certificate that is in use, or null.</summary>
    public PrivateKey? Live(StoredOrder order) => Open(order, OrderFileNames.Key);

    /// <summary>Keeps the key of an order in progress.</summary>
    public void SavePending(StoredOrder order, PrivateKey key) => store.SavePendingKey(order, ToPem(order, key));

    /// <summary>A key as the order wants it in its files.</summary>
    public byte[] ToPem(StoredOrder order, PrivateKey key)
        => Encoding.ASCII.GetBytes(order.KeyEncrypted ? key.ToEncryptedPem(PasswordOf(order)) : key.ToPem());

    /// <summary>The password's file for a set of files in which all keys have the order's own password; null when they are not encrypted.</summary>
    public byte[]? PasswordFile(StoredOrder order)
        => order.KeyEncrypted ? store.ProtectKeyPasswords(account, PasswordOf(order)) : null;

    /// <summary>Whether a password is the order's already.</summary>
    public bool HasPassword(StoredOrder order, string password)
    {
        try
        {
            return order.KeyEncrypted && store.ReadKeyPasswords(account, order) is { Count: > 0 } kept && kept[0] == password;
        }
        catch (PoshAcmeException e) when (e.ErrorId is "KeyPasswordUnreadable" or ForeignProfile.ErrorId)
        {
            return false;
        }
    }

    /// <summary>Makes sure that all keys of an order can be opened, by a password that is given or by one that is kept.</summary>
    public void RequireOpen(StoredOrder order, string? given)
    {
        foreach (var file in KeyFiles)
        {
            PasswordOf(order, file, given);
        }
    }

    /// <summary>All keys of an order in another form.</summary>
    /// <param name="order">The order.</param>
    /// <param name="password">The password to encrypt them with; null: they are written plain. A key that it opens already is not asked for another one.</param>
    /// <returns>Names and contents.</returns>
    public IReadOnlyList<KeyValuePair<string, byte[]>> Convert(StoredOrder order, string? password)
    {
        var converted = new List<KeyValuePair<string, byte[]>>();
        foreach (var file in KeyFiles)
        {
            if (store.ReadOrderPem(order, file) is { } pem)
            {
                var present = PasswordOf(order, file, password);
                using var key = present is null ? PrivateKey.FromPem(pem) : PrivateKey.FromPem(pem, present);
                converted.Add(new(file, Encoding.ASCII.GetBytes(password is null ? key.ToPem() : key.ToEncryptedPem(password))));
            }
        }

        return converted;
    }

    private PrivateKey? Find(StoredOrder order, Func<PrivateKey, bool> fits, string[] files)
    {
        foreach (var file in files)
        {
            if (Open(order, file) is { } candidate)
            {
                if (fits(candidate))
                {
                    return candidate;
                }

                candidate.Dispose();
            }
        }

        return null;
    }

    private PrivateKey? Open(StoredOrder order, string file)
        => store.ReadOrderPem(order, file) is not { } pem ? null
            : PasswordOf(order, file) is { } password ? PrivateKey.FromPem(pem, password)
            : PrivateKey.FromPem(pem);

    /// <summary>The password that the order's keys are to be written with.</summary>
    private string PasswordOf(StoredOrder order)
    {
        var kept = store.ReadKeyPasswords(account, order);
        return kept.Count > 0 ? kept[0] : throw PasswordMissing(order);
    }

    /// <summary>The password that opens a key: the one given, or one that is kept; null when the key is not there or not encrypted.</summary>
    private string? PasswordOf(StoredOrder order, string file, string? given = null)
    {
        if (store.ReadOrderPem(order, file) is not { } pem || !PrivateKey.IsEncrypted(pem))
        {
            return null;
        }

        if (given is not null && IsOpenedBy(pem, given))
        {
            return given;
        }

        var kept = store.ReadKeyPasswords(account, order);
        return kept.FirstOrDefault(password => password != given && IsOpenedBy(pem, password)) ?? throw new PoshAcmeException(
            kept.Count == 0 ? "EncryptedPrivateKey" : "WrongKeyPassword",
            ErrorKind.Security,
            $"The private key '{Path.Combine(order.Folder, file)}' is encrypted, and {(kept.Count == 0 ? "no password is kept with the order" : "the password kept with the order does not open it")}.",
            GivePassword);
    }

    private static bool IsOpenedBy(string pem, string password)
    {
        try
        {
            PrivateKey.FromPem(pem, password).Dispose();
            return true;
        }
        catch (PoshAcmeException e) when (e.ErrorId == "WrongKeyPassword")
        {
            return false;
        }
    }

    private static PoshAcmeException PasswordMissing(StoredOrder order) => new(
        "KeyPasswordMissing",
        ErrorKind.NotFound,
        $"The keys of order '{order.Name}' are to be encrypted, but '{Path.Combine(order.Folder, OrderFileNames.KeyPassword)}' is not there.",
        GivePassword);
}
