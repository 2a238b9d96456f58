namespace PoshAcmeSharp.Profile;

/// <content>The arguments of challenge plugins that are kept with an order.</content>
public sealed partial class ProfileStore
{
    private const string PluginArgumentsFile = "pluginargs.json";

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
        var codec = PluginArguments(WithPresentKeys(account));
        var arguments = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
        foreach (var member in (_files.ReadJson(path) ?? []).Properties().Where(m => isWanted is null || isWanted(m.Name)))
        {
            try
            {
                arguments[member.Name] = codec.FromJson(member.Value);
            }
            catch (SecretException e)
            {
                throw Unreadable(member.Name, path, e);
            }
        }

        return arguments;
    }

    /// <summary>
    /// Changes the plugin arguments of an order. Those that are neither dropped nor set are kept as they are in the file,
    /// also where they cannot be decrypted here. Needs the order's lock.
    /// </summary>
    /// <param name="account">Its account, which has the key of the secrets.</param>
    /// <param name="order">The order.</param>
    /// <param name="drop">Names of arguments to take away.</param>
    /// <param name="set">Arguments to set; values as <see cref="ReadPluginArguments"/> gives them, and what converts to those.</param>
    /// <exception cref="PoshAcmeException">
    /// <c>PluginArgumentNotStorable</c>: a value has no form in the file, or no key to encrypt it. <c>CorruptProfileFile</c>:
    /// what is there cannot be read, so it is not overwritten. <c>ProfileWriteFailed</c>.
    /// </exception>
    public void SavePluginArguments(
        StoredAccount account, StoredOrder order, IEnumerable<string> drop, IEnumerable<KeyValuePair<string, object?>> set)
    {
        var path = Path.Combine(order.Folder, PluginArgumentsFile);
        var (dropped, given) = (drop.ToArray(), set.ToArray());
        StoredAccount keys;
        do
        {
            keys = WithPresentKeys(account);
            WritePluginArguments(path, PluginArguments(keys), dropped, given);
        }
        while (WithPresentKeys(account) is var present && (present.SecretKeyPlace, present.IsForMachine) != (keys.SecretKeyPlace, keys.IsForMachine));
    }

    private void WritePluginArguments(string path, PluginArgumentCodec codec, IEnumerable<string> drop, IEnumerable<KeyValuePair<string, object?>> set)
    {
        var json = _files.ReadJson(path) ?? [];
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

        _files.CreateFolder(Path.GetDirectoryName(path)!);
        _files.WriteJson(path, json);
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
