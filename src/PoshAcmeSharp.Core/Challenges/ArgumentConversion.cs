using System.Collections;
using System.Globalization;
using System.Net;
using System.Security;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Challenges;

/// <summary>
/// Turns the arguments that users give, or that a profile has kept, into the types a plugin declares; as generous as
/// PowerShell's own binding, but a secret is never shown.
/// </summary>
internal static class ArgumentConversion
{
    /// <summary>What a truth value looks like in a file: PowerShell writes a switch as an object.</summary>
    private const string SwitchMember = "IsPresent";

    /// <summary>The name of a type as users see it.</summary>
    public static string NameOf(Type type)
    {
        var bare = Nullable.GetUnderlyingType(type) ?? type;
        return bare switch
        {
            _ when bare == typeof(bool) => "SwitchParameter",
            _ when bare == typeof(StoredCredential) => "PSCredential",
            _ when IsTexts(bare) => "String[]",
            _ when bare == typeof(IDictionary) => "Hashtable",
            _ => bare.Name,
        };
    }

    /// <summary>Converts an argument.</summary>
    /// <param name="plugin">The plugin's name, for the error.</param>
    /// <param name="name">The argument's name, for the error.</param>
    /// <param name="value">The value.</param>
    /// <param name="type">The type that is wanted.</param>
    /// <exception cref="PoshAcmeException"><c>InvalidPluginArguments</c>: it does not convert.</exception>
    public static object Convert(string plugin, string name, object value, Type type)
    {
        var wanted = Nullable.GetUnderlyingType(type) ?? type;
        return TryConvert(value, wanted) ?? throw new PoshAcmeException(
            "InvalidPluginArguments",
            ErrorKind.InvalidArgument,
            $"The argument {name} of the plugin {plugin} must be of type {NameOf(wanted)}, but it is of type {value.GetType().Name}{(value is string ? " and does not convert" : string.Empty)}.",
            $"Give {name} anew with -PluginArgs.");
    }

    private static object? TryConvert(object value, Type wanted) => wanted switch
    {
        _ when wanted.IsInstanceOfType(value) => value,
        _ when wanted == typeof(string) => ToText(value),
        _ when wanted == typeof(SecureString) => value is string text ? Secure(text) : null,
        _ when wanted == typeof(bool) => ToTruth(value),
        _ when wanted == typeof(int) => ToNumber(value),
        _ when wanted == typeof(Uri) => value is string address && Uri.TryCreate(address, UriKind.RelativeOrAbsolute, out var uri) ? uri : null,
        _ when IsTexts(wanted) => ToTexts(value),
        _ => null,
    };

    private static string? ToText(object value)
        => value is string or char or bool or Uri or Guid or Enum || IsNumber(value) ? System.Convert.ToString(value, CultureInfo.InvariantCulture) : null;

    private static object? ToTruth(object value) => value switch
    {
        string text => bool.TryParse(text, out var truth) ? truth : null,
        IDictionary table when table.Contains(SwitchMember) => ToTruth(table[SwitchMember]!),
        bool => value,
        _ when IsNumber(value) => System.Convert.ToDouble(value, CultureInfo.InvariantCulture) != 0,
        _ => null,
    };

    private static int? ToNumber(object value)
    {
        try
        {
            return value is string || IsNumber(value) ? System.Convert.ToInt32(value, CultureInfo.InvariantCulture) : null;
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            return null;
        }
    }

    private static string[]? ToTexts(object value)
    {
        object?[] items = value is IEnumerable many and not string and not IDictionary ? [.. many.Cast<object?>()] : [value];
        var texts = items.Select(item => item is null ? null : ToText(item)).OfType<string>().ToArray();
        return texts.Length == items.Length ? texts : null;
    }

    private static bool IsTexts(Type type) => type == typeof(string[]) || type == typeof(IReadOnlyList<string>);

    private static bool IsNumber(object value)
        => value is sbyte or byte or short or ushort or int or uint or long or ulong or float or double or decimal;

    private static SecureString Secure(string text)
    {
        var secure = new NetworkCredential(string.Empty, text).SecurePassword;
        secure.MakeReadOnly();
        return secure;
    }
}
