using System.Collections;
using System.Management.Automation;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.PowerShell.Objects;

/// <summary>Turns the hashtable of plugin arguments into values that a profile can keep, and back.</summary>
internal static class PluginArgsInput
{
    public static IReadOnlyDictionary<string, object?>? Read(Hashtable? arguments)
        => arguments?.Cast<DictionaryEntry>().ToDictionary(e => e.Key.ToString()!, e => Value(e.Value), StringComparer.OrdinalIgnoreCase);

    /// <summary>The hashtable that scripts get; names in upper and lower case are alike.</summary>
    public static Hashtable Write(IEnumerable<KeyValuePair<string, object?>> arguments)
    {
        var table = new Hashtable(StringComparer.OrdinalIgnoreCase);
        foreach (var argument in arguments)
        {
            table[argument.Key] = Shown(argument.Value);
        }

        return table;
    }

    private static object? Shown(object? value) => value switch
    {
        StoredCredential credential => new PSCredential(credential.UserName, credential.Password),
        Hashtable table => Write(table.Cast<DictionaryEntry>().Select(e => new KeyValuePair<string, object?>((string)e.Key, e.Value))),
        object?[] many when many.GetType() == typeof(object[]) => Array.ConvertAll(many, Shown),
        _ => value,
    };

    private static object? Value(object? value) => value switch
    {
        PSObject { BaseObject: not PSCustomObject } wrapped => Value(wrapped.BaseObject),
        PSCredential credential => new StoredCredential(credential.UserName, credential.Password),
        SwitchParameter given => given.IsPresent,
        object?[] many => Array.ConvertAll(many, Value),
        IDictionary table => Table(table),
        _ => value,
    };

    private static Hashtable Table(IDictionary given)
    {
        var table = new Hashtable(StringComparer.OrdinalIgnoreCase);
        foreach (DictionaryEntry entry in given)
        {
            table[entry.Key] = Value(entry.Value);
        }

        return table;
    }
}
