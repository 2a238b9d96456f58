using System.Text;

namespace PoshAcmeSharp.Profile;

/// <content>Orders and their certificates.</content>
public sealed partial class ProfileStore
{
    private const string AnOrder = "an order";

    /// <summary>All orders of an account, sorted by name. Damaged ones are warnings.</summary>
    /// <param name="account">The account.</param>
    /// <param name="damaged">Gets the errors of those too; null when nobody wants them.</param>
    public IReadOnlyList<StoredOrder> ListOrders(StoredAccount account, ICollection<PoshAcmeException>? damaged = null)
        => LoadAll(account.Folder, StoredOrder.FileName, folder => new StoredOrder(folder), damaged);

    /// <summary>Finds an order by its name.</summary>
    /// <param name="account">Its account.</param>
    /// <param name="name">Its name; <c>*</c> stands for <c>!</c>.</param>
    /// <returns>The order; null when there is none such.</returns>
    /// <exception cref="PoshAcmeException"><c>CorruptProfileFile</c>.</exception>
    public StoredOrder? FindOrder(StoredAccount account, string name)
    {
        name = name.Replace('*', '!');
        return IsFolderName(name)
            ? Load(Path.Combine(account.Folder, name), StoredOrder.FileName, folder => new StoredOrder(folder))
            : null;
    }

    /// <summary>Finds orders by the first name of their certificates.</summary>
    /// <param name="account">Their account.</param>
    /// <param name="mainDomain">The name, with <c>*.</c> for a wildcard, in any case.</param>
    /// <returns>The orders, the one that expires latest first: it wins where one is wanted.</returns>
    public IReadOnlyList<StoredOrder> FindOrdersByMainDomain(StoredAccount account, string mainDomain)
        => ListOrders(account)
            .Where(order => string.Equals(order.MainDomain, mainDomain, StringComparison.OrdinalIgnoreCase))
            .OrderByDescending(order => order.ExpiresAt ?? DateTimeOffset.MaxValue)
            .ToArray();

    /// <summary>The order of an account that commands use.</summary>
    /// <param name="account">The account.</param>
    /// <returns>The order; null when none was chosen or the chosen one is no longer there.</returns>
    /// <exception cref="PoshAcmeException"><c>CorruptProfileFile</c>.</exception>
    public StoredOrder? GetCurrentOrder(StoredAccount account)
        => ReadCurrentOrder(account) is { } name ? FindOrder(account, name) : null;

    /// <summary>Chooses the order of an account that commands use.</summary>
    /// <param name="account">The account.</param>
    /// <param name="order">The order; null for none.</param>
    /// <exception cref="PoshAcmeException"><c>ProfileWriteFailed</c>.</exception>
    public void SetCurrentOrder(StoredAccount account, StoredOrder? order)
        => SetCurrent(Path.Combine(account.Folder, CurrentOrderFile), order?.Name);

    /// <summary>Makes an order that is not yet in the profile; <see cref="SaveOrder"/> puts it there.</summary>
    /// <param name="account">Its account.</param>
    /// <param name="name">Its name, such as <see cref="ProfileName.FromMainDomain"/> makes it.</param>
    /// <returns>The order with default settings.</returns>
    /// <exception cref="PoshAcmeException"><c>InvalidName</c>, <c>NameInUse</c>.</exception>
    public StoredOrder CreateOrder(StoredAccount account, string name)
    {
        ProfileName.Check(name);
        var order = new StoredOrder(Path.Combine(account.Folder, name));
        if (_files.System.FileExists(Path.Combine(order.Folder, StoredOrder.FileName)))
        {
            throw NameInUse(AnOrder, name);
        }

        order.Fill();
        return order;
    }

    /// <summary>Writes the order's file.</summary>
    /// <param name="order">The order.</param>
    /// <exception cref="PoshAcmeException"><c>NameInUse</c>: it is new, and another came first. <c>ProfileWriteFailed</c>.</exception>
    public void SaveOrder(StoredOrder order) => Save(order, StoredOrder.FileName, AnOrder);

    /// <summary>Gives an order another name. When it was current, it still is.</summary>
    /// <param name="account">Its account.</param>
    /// <param name="order">The order.</param>
    /// <param name="newName">The name.</param>
    /// <exception cref="PoshAcmeException"><c>InvalidName</c>, <c>NameInUse</c>, <c>ProfileWriteFailed</c>.</exception>
    public void RenameOrder(StoredAccount account, StoredOrder order, string newName)
    {
        var isCurrent = IsCurrentOrder(account, order);
        Rename(order, newName, AnOrder);
        if (isCurrent)
        {
            SetCurrentOrder(account, order);
        }
    }

    /// <summary>Removes an order with its key and certificate. When it was current, none is.</summary>
    /// <param name="account">Its account.</param>
    /// <param name="order">The order.</param>
    /// <exception cref="PoshAcmeException"><c>ProfileWriteFailed</c>.</exception>
    public void RemoveOrder(StoredAccount account, StoredOrder order)
    {
        if (IsCurrentOrder(account, order))
        {
            SetCurrentOrder(account, null);
        }

        Remove(order, StoredOrder.FileName);
    }

    /// <summary>Reads a file in the folder of an order.</summary>
    /// <param name="order">The order.</param>
    /// <param name="fileName">One of <see cref="OrderFileNames"/>.</param>
    /// <returns>Its bytes; null when it is not there.</returns>
    /// <exception cref="PoshAcmeException"><c>ProfileReadFailed</c>.</exception>
    public byte[]? ReadOrderFile(StoredOrder order, string fileName) => _files.Read(Path.Combine(order.Folder, fileName));

    /// <summary>A PEM file in an order's folder; null when it is missing or empty.</summary>
    internal string? ReadOrderPem(StoredOrder order, string fileName)
        => ReadOrderFile(order, fileName) is { Length: > 0 } pem ? Encoding.ASCII.GetString(pem) : null;

    /// <summary>
    /// Keeps the key of an issuance that is under way, so that a run that dies can be taken up with the same key. The key
    /// of the present certificate is not touched; <see cref="ReplaceCertificateFiles"/> takes the pending one away. Where
    /// there is no certificate yet the key gets its final name: Posh-ACME, which knows no other, can then complete the order.
    /// </summary>
    /// <param name="order">The order.</param>
    /// <param name="pem">The private key in PEM.</param>
    /// <exception cref="PoshAcmeException"><c>ProfileWriteFailed</c>.</exception>
    public void SavePendingKey(StoredOrder order, byte[] pem)
    {
        _files.CreateFolder(order.Folder);
        var pending = Path.Combine(order.Folder, OrderFileNames.PendingKey);
        if (_files.System.FileExists(Path.Combine(order.Folder, OrderFileNames.Certificate)))
        {
            _files.Write(pending, pem);
            return;
        }

        _files.Write(Path.Combine(order.Folder, OrderFileNames.Key), pem);
        _files.Delete(pending);
    }

    /// <summary>The key of an issuance that is under way.</summary>
    /// <param name="order">The order.</param>
    /// <returns>The private key in PEM; null when there is none.</returns>
    /// <exception cref="PoshAcmeException"><c>ProfileReadFailed</c>.</exception>
    public byte[]? ReadPendingKey(StoredOrder order) => ReadOrderFile(order, OrderFileNames.PendingKey);

    /// <summary>
    /// Replaces the files of the order's certificate together, with the order as it is in memory as the last of them:
    /// set its status and dates first. Needs the order's lock. A kill at any moment leaves the old set, or the new one
    /// once <see cref="LockOrderAsync"/> or <see cref="FinishReplacementAsync"/> has been called; no file is ever missing.
    /// </summary>
    /// <param name="order">The order.</param>
    /// <param name="files">The new files. Of the former ones, those that have no successor are removed.</param>
    /// <exception cref="PoshAcmeException"><c>ProfileWriteFailed</c>: before the new set was complete nothing has changed; later the next call finishes it.</exception>
    public void ReplaceCertificateFiles(StoredOrder order, CertificateFileSet files)
    {
        _replacement.Replace(order.Folder, files, order.ToBytes());
        order.IsStored = true;
    }

    /// <summary>
    /// For those who are about to read the files of a certificate: finishes a replacement that was interrupted, if there
    /// was one. Takes the order's lock only then.
    /// </summary>
    /// <param name="order">The order; read anew when there was something to finish.</param>
    /// <param name="timeout">How long to wait for the lock: another process may just be replacing the files.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when the files belong together.</returns>
    /// <exception cref="PoshAcmeException">As <see cref="LockOrderAsync"/>.</exception>
    public async Task FinishReplacementAsync(StoredOrder order, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (_replacement.IsInterrupted(order.Folder))
        {
            (await LockOrderAsync(order, timeout, cancellationToken).ConfigureAwait(false)).Dispose();
        }
    }

    private string? ReadCurrentOrder(StoredAccount account)
        => _files.ReadLine(Path.Combine(account.Folder, CurrentOrderFile))?.Replace('*', '!');

    private bool IsCurrentOrder(StoredAccount account, StoredOrder order)
        => string.Equals(ReadCurrentOrder(account), order.Name, StringComparison.OrdinalIgnoreCase);
}
