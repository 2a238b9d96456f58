using System.Collections;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Dns;
using PoshAcmeSharp.Json;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Plugins.AcmeDns;

/// <summary>
/// The registrations of record names: those that the user gave, and those kept with the account among what plugins keep,
/// in the form of Posh-ACME (<c>ACMEReg</c> in <c>pluginvars.json</c>).
/// </summary>
internal sealed class Registrations
{
    private const string Member = "ACMEReg";

    private readonly ProfileStore? _store;
    private readonly StoredAccount? _account;
    private readonly Dictionary<string, Registration> _given;

    /// <summary>Reads what the user gave.</summary>
    /// <param name="given">Record names and four texts for each; null for none.</param>
    /// <param name="environment">Where the profile and the account are.</param>
    /// <exception cref="PoshAcmeException"><c>InvalidPluginArguments</c>: one is no registration.</exception>
    internal Registrations(IDictionary? given, PluginEnvironment environment)
    {
        (_store, _account) = (environment.Store, environment.Account);
        var names = (given ?? new Hashtable()).Cast<DictionaryEntry>().ToLookup(e => DnsName.Normalize(e.Key.ToString()!), StringComparer.Ordinal);
        if (names.FirstOrDefault(entries => entries.Count() > 1) is { } several)
        {
            throw new PoshAcmeException(
                "InvalidPluginArguments",
                ErrorKind.InvalidArgument,
                $"ACMERegistration has several registrations for {several.Key}.",
                "Give one; upper and lower case and a dot at the end do not count.");
        }

        _given = names.SelectMany(entries => entries, (entries, e) => new { entries.Key, e.Value }).ToDictionary(
            e => e.Key,
            e => Registration.From(e.Value) ?? throw new PoshAcmeException(
                "InvalidPluginArguments",
                ErrorKind.InvalidArgument,
                $"What ACMERegistration has for {e.Key} is no registration: it must be four texts.",
                "Give subdomain, username, password and fulldomain in this order, as the acme-dns server gave them."),
            StringComparer.Ordinal);
    }

    /// <summary>Whether new registrations can be kept.</summary>
    internal bool CanKeep => _store is not null && _account is not null;

    /// <summary>Looks for the registration of a record name, or one whose full domain it is.</summary>
    /// <param name="recordName">The name in lower case.</param>
    /// <returns>The registration, or null.</returns>
    /// <exception cref="PoshAcmeException"><c>AcmeDns.InvalidRegistration</c>; <c>CorruptProfileFile</c>.</exception>
    internal Registration? Find(string recordName)
        => _given.TryGetValue(recordName, out var given) ? given : Find(ReadKept().Names, recordName) ?? _given.Values.FirstOrDefault(r => r.FullDomain == recordName);

    /// <summary>Keeps the registrations that the user gave; they take the place of what was there.</summary>
    /// <param name="cancellationToken">Ends the wait for the profile.</param>
    /// <returns>A task that ends when they are kept.</returns>
    internal async Task KeepGivenAsync(CancellationToken cancellationToken)
    {
        bool IsKept(JObject names, KeyValuePair<string, Registration> given) => JToken.DeepEquals(Get(names, given.Key)?.Value, given.Value.ToJson());

        if (!CanKeep || _given.All(given => IsKept(ReadKept().Names, given)))
        {
            return;
        }

        await ChangeAsync(names => _given.ToList().ForEach(given => Set(names, given.Key, given.Value)), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Keeps a new registration, unless another process has kept one of the same name meanwhile.</summary>
    /// <param name="recordName">The name in lower case.</param>
    /// <param name="registration">The registration.</param>
    /// <param name="cancellationToken">Ends the wait for the profile.</param>
    /// <returns>The one that counts.</returns>
    internal async Task<Registration> KeepAsync(string recordName, Registration registration, CancellationToken cancellationToken)
    {
        var counts = registration;
        await ChangeAsync(
            names =>
            {
                if (Find(names, recordName) is { } earlier)
                {
                    counts = earlier;
                    return;
                }

                Set(names, recordName, registration);
            },
            cancellationToken).ConfigureAwait(false);
        return counts;
    }

    private async Task ChangeAsync(Action<JObject> change, CancellationToken cancellationToken)
    {
        using var hold = await _store!.LockAsync(ProfileStore.DefaultLockTimeout, cancellationToken).ConfigureAwait(false);
        var (all, names) = ReadKept();
        change(names);
        _store.WritePluginVars(_account!, all.ToString(Formatting.None));
    }

    private (JObject All, JObject Names) ReadKept()
    {
        var all = CanKeep && _store!.ReadPluginVars(_account!) is { } text ? JsonText.ParseObject(text) : [];
        if (Get(all, Member)?.Value is not JObject names)
        {
            names = [];
            Get(all, Member)?.Remove();
            all[Member] = names;
        }

        return (all, names);
    }

    private static Registration? Find(JObject names, string recordName)
    {
        if (Get(names, recordName) is { } kept)
        {
            return Registration.From(kept.Value) ?? throw new PoshAcmeException(
                "AcmeDns.InvalidRegistration",
                ErrorKind.InvalidData,
                $"What pluginvars.json has in {Member} for {recordName} is no registration: it must be four texts.",
                "Give the registration with ACMERegistration, or take the entry out to register anew, which needs a new CNAME.");
        }

        return names.Properties().Select(p => Registration.From(p.Value)).FirstOrDefault(r => r?.FullDomain == recordName);
    }

    private static void Set(JObject names, string recordName, Registration registration)
    {
        Get(names, recordName)?.Remove();
        names[recordName] = registration.ToJson();
    }

    private static JProperty? Get(JObject json, string name) => json.Property(name, StringComparison.OrdinalIgnoreCase);
}
