namespace PoshAcmeSharp.Profile;

/// <content>What is remembered about renewals.</content>
public sealed partial class ProfileStore
{
    /// <summary>
    /// Reads what is remembered about the renewal of an order's certificate. It is advice, which can be had again: a file
    /// that cannot be read is a warning and counts as none.
    /// </summary>
    /// <param name="order">The order.</param>
    /// <returns>What is remembered; one without members when there is nothing.</returns>
    public StoredRenewal ReadRenewal(StoredOrder order)
    {
        try
        {
            if (Load(order.Folder, StoredRenewal.FileName, folder => new StoredRenewal(folder)) is { } found)
            {
                return found;
            }
        }
        catch (PoshAcmeException e)
        {
            _reporter.Warning($"{e.Message} What it held about the renewal of order '{order.Name}' counts as unknown.");
        }

        return new StoredRenewal(order.Folder);
    }

    /// <summary>Writes what is to be remembered. Needs the order's lock.</summary>
    /// <param name="renewal">It, as <see cref="ReadRenewal"/> gave it.</param>
    /// <exception cref="PoshAcmeException"><c>ProfileWriteFailed</c>.</exception>
    public void SaveRenewal(StoredRenewal renewal)
    {
        _files.WriteJson(Path.Combine(renewal.Folder, StoredRenewal.FileName), renewal.Json);
        renewal.IsStored = true;
    }
}
