using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace PoshAcmeSharp.Json;

/// <summary>Reads and writes JSON the way servers and files need it: dates stay strings, depth is bounded.</summary>
internal static class JsonText
{
    private const int MaxDepth = 64;

    /// <summary>Reads an object.</summary>
    /// <exception cref="FormatException">It is not one JSON object. The message tells where, never what.</exception>
    public static JObject ParseObject(string text)
        => Parse(text) as JObject ?? throw new FormatException("It is not a JSON object.");

    /// <summary>Reads any JSON value.</summary>
    /// <exception cref="FormatException">It is not one JSON value. The message tells where, never what.</exception>
    public static JToken Parse(string text)
    {
        using var reader = new JsonTextReader(new StringReader(text))
        {
            DateParseHandling = DateParseHandling.None,
            MaxDepth = MaxDepth,
        };
        try
        {
            var token = JToken.ReadFrom(reader);
            if (!reader.Read())
            {
                return token;
            }
        }
        catch (JsonReaderException)
        {
            // The reader's own message may quote the text, which may be a secret: only the place is told.
        }

        throw new FormatException($"It is not one JSON value: look at line {reader.LineNumber}, position {reader.LinePosition}.");
    }

    /// <summary>
    /// Writes indented, in ASCII: Windows PowerShell reads a file without byte order mark in the machine's code page.
    /// </summary>
    public static string Format(JToken token)
    {
        using var text = new StringWriter(System.Globalization.CultureInfo.InvariantCulture) { NewLine = "\n" };
        using var writer = new JsonTextWriter(text)
        {
            Formatting = Formatting.Indented,
            StringEscapeHandling = StringEscapeHandling.EscapeNonAscii,
        };
        token.WriteTo(writer);
        writer.Flush();
        return text.ToString();
    }

    /// <summary>A member whose name may differ in case; null when there is none.</summary>
    public static JToken? Get(JObject json, string name) => json.GetValue(name, StringComparison.OrdinalIgnoreCase);

    /// <summary>A member as text: strings as they are, numbers and truth values as written, anything else null.</summary>
    public static string? GetString(JObject json, string name) => Get(json, name) switch
    {
        JValue { Type: JTokenType.String or JTokenType.Integer or JTokenType.Float or JTokenType.Boolean } value
            => Convert.ToString(value.Value, System.Globalization.CultureInfo.InvariantCulture),
        _ => null,
    };

    /// <summary>
    /// A member as texts. One text counts as an array of one, and so does the <c>{"value":[...],"Count":n}</c> that
    /// Windows PowerShell makes of some arrays. Null when it is missing or null.
    /// </summary>
    public static string[]? GetStrings(JObject json, string name) => ToStrings(Get(json, name));

    /// <summary>A member as truth value, also when it is written as text; null when it is neither.</summary>
    public static bool? GetBoolean(JObject json, string name)
        => bool.TryParse(GetString(json, name), out var value) ? value : null;

    /// <summary>A member as number, also when it is written as text; null when it is neither.</summary>
    public static int? GetInt32(JObject json, string name)
        => int.TryParse(
            GetString(json, name),
            System.Globalization.NumberStyles.AllowLeadingSign,
            System.Globalization.CultureInfo.InvariantCulture,
            out var value)
            ? value
            : null;

    /// <summary>The object as plain values.</summary>
    public static PlainObject ToPlain(JObject json)
        => new(json.Properties().Select(p => new KeyValuePair<string, object?>(p.Name, ToPlain(p.Value))));

    /// <summary>Any value as plain values (see <see cref="PlainObject"/>).</summary>
    public static object? ToPlain(JToken? token) => token switch
    {
        null => null,
        JObject json => ToPlain(json),
        JArray array when array.All(item => item.Type == JTokenType.String) => array.Select(item => (string)item!).ToArray(),
        JArray array => array.Select(ToPlain).ToArray(),
        JValue { Value: System.Numerics.BigInteger big } => (double)big,
        JValue value => value.Value,
        _ => null,
    };

    private static string[]? ToStrings(JToken? token) => token switch
    {
        JArray array => array
            .Where(item => item is JValue { Value: not null })
            .Select(item => Convert.ToString(((JValue)item).Value, System.Globalization.CultureInfo.InvariantCulture)!)
            .ToArray(),
        JObject wrapped when Get(wrapped, "Count") is not null => ToStrings(Get(wrapped, "value")),
        JValue { Value: string text } => [text],
        _ => null,
    };
}
