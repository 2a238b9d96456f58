using System.Globalization;
using Newtonsoft.Json.Linq;
using PoshAcmeSharp.Json;

namespace PoshAcmeSharp.Profile;

/// <content>Where the certificate of an order is used.</content>
public sealed partial class ProfileStore
{
    /// <summary>A file of ours in the folder of the order; Posh-ACME does not know it.</summary>
    private const string DeploymentsFile = "deployments.json";

    /// <summary>Finds the order whose files lie in a folder.</summary>
    /// <param name="folder">The full path of a folder.</param>
    /// <returns>The order; null when the folder is not that of an order in this profile.</returns>
    /// <exception cref="PoshAcmeException"><c>CorruptProfileFile</c>.</exception>
    public StoredOrder? FindOrderIn(string folder)
    {
        var path = Path.GetFullPath(folder).TrimEnd(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar);
        var root = Root.TrimEnd(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar);
        var comparison = SystemKinds.Current == SystemKind.Linux ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;

        // The profile's folder, that of the server, that of the account, that of the order.
        var above = Path.GetDirectoryName(Path.GetDirectoryName(Path.GetDirectoryName(path)));
        return string.Equals(above, root, comparison) ? Load(path, StoredOrder.FileName, f => new StoredOrder(f)) : null;
    }

    /// <summary>Where the certificate of an order is used, as far as is remembered. A file that cannot be read is a warning, and counts as none.</summary>
    /// <param name="order">The order.</param>
    /// <returns>The places, also those of former certificates.</returns>
    public IReadOnlyList<StoredDeployment> ReadDeployments(StoredOrder order)
    {
        try
        {
            return _files.ReadJson(DeploymentsPath(order)) is { } json && JsonText.Get(json, "deployments") is JArray deployments
                ? [.. deployments.OfType<JObject>().Select(ReadDeployment).OfType<StoredDeployment>()]
                : [];
        }
        catch (PoshAcmeException e)
        {
            _reporter.Warning($"{e.Message} Where the certificate of order '{order.Name}' was deployed is found out anew.");
            return [];
        }
    }

    /// <summary>Remembers one place, instead of what is remembered about it, under the order's lock; the other places stay.</summary>
    /// <param name="order">The order.</param>
    /// <param name="deployment">The place; <see cref="StoredDeployment.At"/> is set here.</param>
    /// <param name="cancellationToken">Ends the wait for the lock.</param>
    /// <returns>A task that ends when it is written.</returns>
    /// <exception cref="PoshAcmeException">As <see cref="LockOrderAsync"/>.</exception>
    public async Task SaveDeploymentAsync(StoredOrder order, StoredDeployment deployment, CancellationToken cancellationToken)
    {
        using var hold = await LockOrderAsync(order, DefaultLockTimeout, cancellationToken).ConfigureAwait(false);
        StoredDeployment[] kept =
        [
            .. ReadDeployments(order).Where(d => !d.IsAbout(deployment.Kind, deployment.Target)),
            deployment with { At = _clock.UtcNow },
        ];
        _files.WriteJson(DeploymentsPath(order), new JObject { ["deployments"] = new JArray(kept.Select(ToJson)) });
    }

    /// <summary>
    /// Waits for the right to be the only one who deploys certificates of this profile: what one run puts on a server for a
    /// moment, another one would take for what belongs there. The other locks stay free meanwhile.
    /// </summary>
    /// <param name="timeout">How long to wait.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The lock. Look again whether there still is something to do.</returns>
    /// <exception cref="PoshAcmeException"><c>ProfileBusy</c>: the time is up. <c>ProfileWriteFailed</c>.</exception>
    public Task<ProfileLock> LockDeploymentsAsync(TimeSpan timeout, CancellationToken cancellationToken)
        => ProfileLock.AcquireAsync(
            _files, Path.Combine(Root, LockPrefix + "deployments" + LockExtension), "the deployment of certificates", timeout, _clock, _reporter, cancellationToken);

    private static JObject ToJson(StoredDeployment deployment) => new()
    {
        ["kind"] = deployment.Kind,
        ["target"] = deployment.Target,
        ["thumbprint"] = deployment.Thumbprint,
        ["wishes"] = new JArray(deployment.Wishes),
        ["steps"] = new JArray(deployment.Steps),
        ["notes"] = new JObject(deployment.Notes.Select(n => new JProperty(n.Key, n.Value))),
        ["isComplete"] = deployment.IsComplete,
        ["at"] = deployment.At.UtcDateTime.ToString(StoredDocument.TimeFormat, CultureInfo.InvariantCulture),
    };

    private static StoredDeployment? ReadDeployment(JObject json)
    {
        if (JsonText.GetString(json, "kind") is not { } kind
            || JsonText.GetString(json, "target") is not { } target
            || JsonText.GetString(json, "thumbprint") is not { } thumbprint)
        {
            return null;
        }

        var notes = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var note in (JsonText.Get(json, "notes") as JObject)?.Properties() ?? [])
        {
            notes[note.Name] = note.Value.ToString();
        }

        return new StoredDeployment(kind, target, thumbprint)
        {
            Wishes = JsonText.GetStrings(json, "wishes") ?? [],
            Steps = JsonText.GetStrings(json, "steps") ?? [],
            Notes = notes,
            IsComplete = JsonText.GetBoolean(json, "isComplete") ?? false,
            At = DateTimeOffset.TryParse(
                JsonText.GetString(json, "at"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) ? at : default,
        };
    }

    private static string DeploymentsPath(StoredOrder order) => Path.Combine(order.Folder, DeploymentsFile);
}
