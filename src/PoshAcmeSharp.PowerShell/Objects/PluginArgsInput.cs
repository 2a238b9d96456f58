using System.Collections;
using System.Management.Automation;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.PowerShell.Objects;

/// <summary>Turns the hashtable of plugin arguments into values that a profile can keep.</summary>
internal static class PluginArgsInput
{
    public static IReadOnlyDictionary<string, object?>? Read(Hashtable? arguments)
        => arguments?.Cast<DictionaryEntry>().ToDictionary(e => e.Key.ToString()!, e => Value(e.Value), StringComparer.OrdinalIgnoreCase);

    private static object? Value(object? value) => value switch
    {
        PSObject { BaseObject: not PSCustomObject } wrapped => Value(wrapped.BaseObject),
        PSCredential credential => new StoredCredential(credential.UserName, credential.Password),
        SwitchParameter given => given.IsPresent,
        object?[] many => Array.ConvertAll(many, Value),
        _ => value,
    };
}
