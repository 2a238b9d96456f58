using System.Collections;
using System.Globalization;
using System.Management.Automation;

namespace PoshAcmeSharp.PowerShell.Infrastructure;

/// <summary>Makes the objects that commands write and reads those that they are given.</summary>
internal static class PSObjects
{
    private const string DateFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    /// <summary>Makes an object like <c>[pscustomobject]</c>.</summary>
    /// <param name="properties">
    /// Names and values in order. A value that is itself names and values becomes an object, a list of such an array of objects.
    /// </param>
    /// <param name="typeNames">The type names, the most telling first, such as <c>PoshACME.PAOrder</c>.</param>
    /// <returns>The object.</returns>
    public static PSObject Create(IEnumerable<KeyValuePair<string, object?>> properties, params string[] typeNames)
    {
        var made = new PSObject();
        for (var i = 0; i < typeNames.Length; i++)
        {
            made.TypeNames.Insert(i, typeNames[i]);
        }

        // Asking the object for each name, as Set does, takes most of the time of a long list.
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var property in properties)
        {
            if (names.Add(property.Key))
            {
                Add(made, property.Key, property.Value);
            }
            else
            {
                Set(made, property.Key, property.Value);
            }
        }

        return made;
    }

    /// <summary>Gives an object a property, or another value to one that it has.</summary>
    /// <param name="target">The object.</param>
    /// <param name="name">The name of the property.</param>
    /// <param name="value">The value, as in <see cref="Create"/>.</param>
    public static void Set(PSObject target, string name, object? value)
    {
        if (target.Properties[name] is { } there)
        {
            there.Value = Shape(value);
        }
        else
        {
            Add(target, name, value);
        }
    }

    /// <summary>Reads a property of whatever a script passes: our objects, deserialized ones, hashtables, any object.</summary>
    /// <param name="source">The object.</param>
    /// <param name="name">The name of the property; case does not matter.</param>
    /// <returns>The value without its wrapping, or null when there is none.</returns>
    public static object? Get(object? source, string name)
    {
        if (source is null)
        {
            return null;
        }

        if (Unwrap(source) is IDictionary dictionary)
        {
            foreach (DictionaryEntry entry in dictionary)
            {
                if (string.Equals(entry.Key?.ToString(), name, StringComparison.OrdinalIgnoreCase))
                {
                    return Unwrap(entry.Value);
                }
            }

            return null;
        }

        return Unwrap(PSObject.AsPSObject(source).Properties[name]?.Value);
    }

    /// <summary>Reads a property as text. A date, which PowerShell makes of JSON texts, becomes the text again.</summary>
    /// <param name="source">The object.</param>
    /// <param name="name">The name of the property.</param>
    /// <returns>The text, or null when there is none or it is empty.</returns>
    public static string? GetString(object? source, string name)
    {
        var text = ToText(Get(source, name));
        return string.IsNullOrEmpty(text) ? null : text;
    }

    /// <summary>Reads a property as texts: of one value, an array, or a list.</summary>
    /// <param name="source">The object.</param>
    /// <param name="name">The name of the property.</param>
    /// <returns>The texts; none when the property is missing.</returns>
    public static string[] GetStrings(object? source, string name) => Get(source, name) switch
    {
        null => [],
        string text => [text],
        IEnumerable values => [.. values.Cast<object?>().Select(v => ToText(Unwrap(v))).OfType<string>()],
        var value => ToText(value) is { } text ? [text] : [],
    };

    /// <summary>Whether an object bears a type name, also with <c>Deserialized.</c> before it.</summary>
    /// <param name="source">The object.</param>
    /// <param name="typeName">Such as <c>PoshACME.PAOrder</c>.</param>
    /// <returns>True when it does.</returns>
    public static bool IsTyped(object? source, string typeName)
        => source is not null && PSObject.AsPSObject(source).TypeNames.Any(n =>
            string.Equals(n, typeName, StringComparison.OrdinalIgnoreCase)
            || string.Equals(n, "Deserialized." + typeName, StringComparison.OrdinalIgnoreCase));

    private static void Add(PSObject target, string name, object? value)
        => target.Properties.Add(new PSNoteProperty(name, Shape(value)), preValidated: true);

    private static object? Shape(object? value) => value switch
    {
        null or string or PSObject or IDictionary and not IEnumerable<KeyValuePair<string, object?>> => value,
        IEnumerable<KeyValuePair<string, object?>> properties => Create(properties),
        IEnumerable<IEnumerable<KeyValuePair<string, object?>>> objects => objects.Select(o => (object)Create(o)).ToArray(),
        object?[] values when values.GetType() == typeof(object[]) => Array.ConvertAll(values, Shape),
        _ => value,
    };

    private static object? Unwrap(object? value)
        => value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value;

    private static string? ToText(object? value) => value switch
    {
        null => null,
        DateTime date => date.ToUniversalTime().ToString(DateFormat, CultureInfo.InvariantCulture),
        DateTimeOffset date => date.UtcDateTime.ToString(DateFormat, CultureInfo.InvariantCulture),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };
}
