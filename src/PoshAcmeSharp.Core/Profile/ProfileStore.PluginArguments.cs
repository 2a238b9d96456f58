using Newtonsoft.Json.Linq;

namespace PoshAcmeSharp.Profile;

/// <content>The arguments of challenge plugins that are kept with an order.</content>
public sealed partial class ProfileStore
{
    private const string PluginArgumentsFile = "pluginargs.json";

    /// <summary>
    /// A file of ours beside the other, whose members are names or zones with their arguments. Posh-ACME leaves it alone;
    /// what it does not know in its own file it throws away when its key for secrets changes.
    /// </summary>
    private const string NamedPluginArgumentsFile = "pluginargs-names.json";

    /// <summary>Reads the plugin arguments of an order.</summary>
    /// <param name="account">Its account, which has the key of the secrets.</param>
    /// <param name="order">The order.</param>
    /// <param name="isWanted">Tells by its name whether an argument is wanted; the others need not be readable. Null for all.</param>
    /// <returns>
    /// Names (upper and lower case alike) and values: string, long, double, bool, null, <c>string[]</c>, <c>object?[]</c>,
    /// <see cref="System.Collections.Hashtable"/>, <see cref="System.Security.SecureString"/>, <see cref="StoredCredential"/>.
    /// </returns>
    /// <exception cref="PoshAcmeException"><c>PluginArgumentUnreadable</c>: a secret cannot be decrypted here. <c>CorruptProfileFile</c>.</exception>
    public IDictionary<string, object?> ReadPluginArguments(StoredAccount account, StoredOrder order, Predicate<string>? isWanted = null)
    {
        var path = Path.Combine(order.Folder, PluginArgumentsFile);
        return ReadArguments(_files.ReadJson(path) ?? [], PluginArguments(WithPresentKeys(account)), path, string.Empty, isWanted);
    }

    /// <summary>Reads the plugin arguments that some names of an order have of their own.</summary>
    /// <param name="account">Its account, which has the key of the secrets.</param>
    /// <param name="order">The order.</param>
    /// <param name="isWanted">Tells by its name whether an argument is wanted; the others need not be readable. Null for all.</param>
    /// <returns>
    /// By name, or by zone with <c>*.</c> before it, what <see cref="ReadPluginArguments"/> gives; those that have none of the
    /// wanted ones are left out.
    /// </returns>
    /// <exception cref="PoshAcmeException"><c>PluginArgumentUnreadable</c>: a secret cannot be decrypted here. <c>CorruptProfileFile</c>.</exception>
    public IReadOnlyDictionary<string, IDictionary<string, object?>> ReadNamedPluginArguments(StoredAccount account, StoredOrder order, Predicate<string>? isWanted = null)
    {
        var path = Path.Combine(order.Folder, NamedPluginArgumentsFile);
        var named = new Dictionary<string, IDictionary<string, object?>>(StringComparer.OrdinalIgnoreCase);
        if (_files.ReadJson(path) is { } json)
        {
            var codec = PluginArguments(WithPresentKeys(account));
            foreach (var member in json.Properties())
            {
                if (member.Value is JObject own && ReadArguments(own, codec, path, $" of '{member.Name}'", isWanted) is { Count: > 0 } arguments)
                {
                    named[member.Name] = arguments;
                }
            }
        }

        return named;
    }

    /// <summary>
    /// Changes the plugin arguments of an order. Those that are neither dropped nor set are kept as they are in the file,
    /// also where they cannot be decrypted here. Needs the order's lock.
    /// </summary>
    /// <param name="account">Its account, which has the key of the secrets.</param>
    /// <param name="order">The order.</param>
    /// <param name="drop">Names of arguments to take away, those of single names too.</param>
    /// <param name="set">Arguments to set; values as <see cref="ReadPluginArguments"/> gives them, and what converts to those.</param>
    /// <param name="named">Arguments of single names to set, as <see cref="ReadNamedPluginArguments"/> gives them; null for none.</param>
    /// <exception cref="PoshAcmeException">
    /// <c>PluginArgumentNotStorable</c>: a value has no form in the file, or no key to encrypt it. <c>CorruptProfileFile</c>:
    /// what is there cannot be read, so it is not overwritten. <c>ProfileWriteFailed</c>.
    /// </exception>
    public void SavePluginArguments(
        StoredAccount account,
        StoredOrder order,
        IReadOnlyCollection<string> drop,
        IEnumerable<KeyValuePair<string, object?>> set,
        IReadOnlyDictionary<string, IReadOnlyDictionary<string, object?>>? named = null)
    {
        var path = Path.Combine(order.Folder, PluginArgumentsFile);
        var namedPath = Path.Combine(order.Folder, NamedPluginArgumentsFile);
        var given = set.ToArray();
        StoredAccount keys;
        do
        {
            keys = WithPresentKeys(account);
            var codec = PluginArguments(keys);

            // Whatever cannot be kept is an error before either file is written.
            var json = _files.ReadJson(path) ?? [];
            Change(json, codec, path, drop, given);
            var namedJson = _files.ReadJson(namedPath);
            namedJson = ChangeNamed(namedJson, codec, namedPath, drop, named);
            _files.CreateFolder(order.Folder);
            if (namedJson is { Count: > 0 })
            {
                _files.WriteJson(namedPath, namedJson);
            }
            else if (namedJson is not null)
            {
                _files.Delete(namedPath);
            }

            _files.WriteJson(path, json);
        }
        while (WithPresentKeys(account) is var present && (present.SecretKeyPlace, present.IsForMachine) != (keys.SecretKeyPlace, keys.IsForMachine));
    }

    private Dictionary<string, object?> ReadArguments(JObject json, PluginArgumentCodec codec, string path, string whose, Predicate<string>? isWanted)
    {
        var arguments = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
        foreach (var member in json.Properties().Where(m => isWanted is null || isWanted(m.Name)))
        {
            try
            {
                arguments[member.Name] = codec.FromJson(member.Value);
            }
            catch (SecretException e)
            {
                throw Unreadable(member.Name + whose, path, e);
            }
        }

        return arguments;
    }

    private static void Change(JObject json, PluginArgumentCodec codec, string path, IEnumerable<string> drop, IEnumerable<KeyValuePair<string, object?>> set)
    {
        foreach (var name in drop)
        {
            json.Property(name, StringComparison.OrdinalIgnoreCase)?.Remove();
        }

        foreach (var argument in set)
        {
            json.Property(argument.Key, StringComparison.OrdinalIgnoreCase)?.Remove();
            try
            {
                json[argument.Key] = codec.ToJson(argument.Value);
            }
            catch (Exception e) when (e is SecretException or NotSupportedException)
            {
                throw new PoshAcmeException(
                    "PluginArgumentNotStorable",
                    e is SecretException ? ErrorKind.Security : ErrorKind.InvalidArgument,
                    $"The plugin argument '{argument.Key}' cannot be saved in '{path}': {e.Message}.",
                    e is SecretException
                        ? "Restore the account's key for secrets, or give it a new one with Set-PAAccount -ResetAltPluginEncryption."
                        : "Give a text, a number, a truth value, a SecureString, a credential, or an array or hashtable of these.",
                    e);
            }
        }
    }

    /// <returns>What the file is to hold; null when there is none and none is needed.</returns>
    private static JObject? ChangeNamed(
        JObject? json,
        PluginArgumentCodec codec,
        string path,
        IReadOnlyCollection<string> drop,
        IReadOnlyDictionary<string, IReadOnlyDictionary<string, object?>>? named)
    {
        foreach (var own in json?.Properties().ToList() ?? [])
        {
            if (own.Value is JObject arguments)
            {
                Change(arguments, codec, path, drop, []);
                if (arguments.Count == 0)
                {
                    own.Remove();
                }
            }
        }

        foreach (var set in named ?? new Dictionary<string, IReadOnlyDictionary<string, object?>>())
        {
            json ??= [];
            if (json.GetValue(set.Key, StringComparison.OrdinalIgnoreCase) is not JObject own)
            {
                json[set.Key] = own = [];
            }

            Change(own, codec, path, [], set.Value);
        }

        return json;
    }

    private PoshAcmeException Unreadable(string argument, string path, SecretException e)
        => e.IsForeign
            ? _foreign.Undecryptable(path, $"The plugin argument '{argument}'", "Or give the argument anew.", e)
            : new PoshAcmeException(
                "PluginArgumentUnreadable",
                ErrorKind.Security,
                $"The plugin argument '{argument}' in '{path}' cannot be decrypted: {e.Message}.",
                "Run as the user who saved it, or give the argument anew. It has not been changed.",
                e);
}
