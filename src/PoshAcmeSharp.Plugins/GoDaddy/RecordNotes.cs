using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Plugins.Http;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Plugins.GoDaddy;

/// <summary>
/// The ids of records that a token published which may not read: kept with the account among what plugins keep, so that
/// another command or process can remove the records. Who cannot keep a note warns and goes on.
/// </summary>
/// <param name="store">The profile.</param>
/// <param name="account">The account that the challenges belong to.</param>
internal sealed class RecordNotes(ProfileStore store, StoredAccount account)
{
    private const string Member = "GoDaddyRecords";

    /// <summary>The notes of an environment; null where there is no profile or account.</summary>
    /// <param name="environment">The environment.</param>
    /// <returns>The notes.</returns>
    internal static RecordNotes? Of(PluginEnvironment? environment)
        => environment is { Store: { } store, Account: { } account } ? new RecordNotes(store, account) : null;

    /// <summary>Looks for a record.</summary>
    /// <param name="recordName">The full name.</param>
    /// <param name="value">The value.</param>
    /// <param name="reporter">Where it is told that the notes cannot be read.</param>
    /// <returns>Its zone and id, or null.</returns>
    internal RecordId? Find(string recordName, string value, IReporter reporter)
    {
        try
        {
            return Read()[Member] is JObject names && names[recordName] is JObject values && values[value] is JObject note
                && ProviderJson.Text(note, "zone") is { } zone && ProviderJson.Text(note, "id") is { } id
                    ? new RecordId(zone, id)
                    : null;
        }
        catch (PoshAcmeException e)
        {
            reporter.Warning($"The ids of GoDaddy's records cannot be read. {e.Message}");
            return null;
        }
    }

    /// <summary>Keeps the id of a record.</summary>
    /// <param name="recordName">The full name.</param>
    /// <param name="value">The value.</param>
    /// <param name="record">Its zone and id.</param>
    /// <param name="reporter">Where it is told that it cannot be kept.</param>
    /// <param name="cancellationToken">Ends the wait for the profile.</param>
    /// <returns>A task that ends when it is kept.</returns>
    internal Task KeepAsync(string recordName, string value, RecordId record, IReporter reporter, CancellationToken cancellationToken)
        => ChangeAsync(
            names =>
            {
                var values = names[recordName] as JObject ?? [];
                values[value] = new JObject { ["zone"] = record.Zone, ["id"] = record.Id };
                names[recordName] = values;
            },
            reporter,
            cancellationToken);

    /// <summary>Forgets records that are gone.</summary>
    /// <param name="recordName">The full name.</param>
    /// <param name="gone">The values.</param>
    /// <param name="reporter">Where it is told that the notes cannot be changed.</param>
    /// <param name="cancellationToken">Ends the wait for the profile.</param>
    /// <returns>A task that ends when they are forgotten.</returns>
    internal Task ForgetAsync(string recordName, IReadOnlyCollection<string> gone, IReporter reporter, CancellationToken cancellationToken)
        => ChangeAsync(
            names =>
            {
                if (names[recordName] is not JObject values)
                {
                    return;
                }

                foreach (var value in gone)
                {
                    values.Remove(value);
                }

                if (!values.HasValues)
                {
                    names.Remove(recordName);
                }
            },
            reporter,
            cancellationToken);

    private async Task ChangeAsync(Action<JObject> change, IReporter reporter, CancellationToken cancellationToken)
    {
        try
        {
            using var hold = await store.LockAsync(ProfileStore.DefaultLockTimeout, cancellationToken).ConfigureAwait(false);
            var kept = Read();
            var names = kept[Member] as JObject ?? [];
            change(names);
            kept[Member] = names;
            if (!names.HasValues)
            {
                kept.Remove(Member);
            }

            store.WritePluginVars(account, kept.ToString(Formatting.None));
        }
        catch (PoshAcmeException e)
        {
            reporter.Warning($"The ids of GoDaddy's records cannot be kept, so another command may not be able to remove them. {e.Message}");
        }
    }

    private JObject Read() => store.ReadPluginVars(account) is { } text ? JObject.Parse(text) : [];
}

/// <summary>What is needed to remove a record.</summary>
/// <param name="Zone">Its zone.</param>
/// <param name="Id">Its id in the zone.</param>
internal sealed record RecordId(string Zone, string Id);
