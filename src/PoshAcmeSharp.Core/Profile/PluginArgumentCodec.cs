using System.Collections;
using System.Globalization;
using System.Security;
using Newtonsoft.Json.Linq;
using PoshAcmeSharp.Json;

namespace PoshAcmeSharp.Profile;

/// <summary>Values of plugin arguments as JSON and back; secrets become objects with an origType.</summary>
internal sealed class PluginArgumentCodec(SecretText secrets)
{
    private const int MaxDepth = 10;

    /// <exception cref="SecretException">The account's key cannot be used.</exception>
    /// <exception cref="NotSupportedException">A value has no form in JSON. The message is the end of a sentence.</exception>
    public JToken ToJson(object? value, int depth = 0) => value switch
    {
        _ when depth > MaxDepth => throw new NotSupportedException($"it is nested deeper than {MaxDepth} levels"),
        null => JValue.CreateNull(),
        SecureString secret => new JObject { ["origType"] = "securestring", ["value"] = secrets.Protect(secret) },
        StoredCredential credential => new JObject
        {
            ["origType"] = "pscredential",
            ["user"] = credential.UserName,
            ["pass"] = secrets.Protect(credential.Password),
        },
        string text => new JValue(text),
        char letter => new JValue(letter.ToString()),
        bool truth => new JValue(truth),
        sbyte or byte or short or ushort or int or uint or long => new JValue(Convert.ToInt64(value, CultureInfo.InvariantCulture)),
        ulong or decimal => new JValue(Convert.ToDecimal(value, CultureInfo.InvariantCulture)),
        float or double => new JValue(Convert.ToDouble(value, CultureInfo.InvariantCulture)),
        Enum or Uri or Guid => new JValue(value.ToString()),
        DateTime or DateTimeOffset => new JValue(((IFormattable)value).ToString("o", CultureInfo.InvariantCulture)),
        IDictionary dictionary => new JObject(dictionary.Keys.Cast<object>().Select(
            key => new JProperty(Convert.ToString(key, CultureInfo.InvariantCulture)!, ToJson(dictionary[key], depth + 1)))),
        IEnumerable<KeyValuePair<string, object?>> members => new JObject(members.Select(m => new JProperty(m.Key, ToJson(m.Value, depth + 1)))),
        IEnumerable items => new JArray(items.Cast<object?>().Select(item => ToJson(item, depth + 1))),
        _ => throw new NotSupportedException($"a value of type {value.GetType().Name} cannot be kept"),
    };

    /// <summary>Arrays of strings become <c>string[]</c>, other arrays <c>object?[]</c>, objects a <see cref="Hashtable"/>.</summary>
    /// <exception cref="SecretException">A secret cannot be decrypted.</exception>
    public object? FromJson(JToken token) => token switch
    {
        JObject json => (JsonText.GetString(json, "origType")?.ToLowerInvariant()) switch
        {
            "securestring" => Unprotect(json, "value"),
            "pscredential" => new StoredCredential(JsonText.GetString(json, "user") ?? "", Unprotect(json, "pass")),
            _ => ToHashtable(json),
        },
        JArray array when array.All(item => item.Type == JTokenType.String) => JsonText.ToPlain(array),
        JArray array => array.Select(FromJson).ToArray(),
        _ => JsonText.ToPlain(token),
    };

    /// <summary>Encrypts all secrets anew, in place, that are not in the form in which they are written now.</summary>
    /// <param name="token">An argument as it is kept.</param>
    /// <param name="unreadable">Gets one for each secret that cannot be decrypted; it stays as it is.</param>
    /// <returns>Whether anything has changed.</returns>
    public bool Renew(JToken token, ICollection<SecretException> unreadable)
    {
        if (token is JObject json && (JsonText.GetString(json, "origType")?.ToLowerInvariant()) is "securestring" or "pscredential")
        {
            var property = json.Property("value", StringComparison.OrdinalIgnoreCase) ?? json.Property("pass", StringComparison.OrdinalIgnoreCase);
            try
            {
                var kept = (property?.Value as JValue)?.Value as string ?? throw new SecretException("its value is missing");
                var renewed = secrets.Renew(kept);
                property!.Value = renewed;
                return renewed != kept;
            }
            catch (SecretException e)
            {
                unreadable.Add(e);
                return false;
            }
        }

        // All of them: no short cut at the first that has changed.
        return token.Children().ToList().Aggregate(false, (isChanged, child) => Renew(child, unreadable) | isChanged);
    }

    private Hashtable ToHashtable(JObject json)
    {
        var table = new Hashtable(StringComparer.OrdinalIgnoreCase);
        foreach (var member in json.Properties())
        {
            table[member.Name] = FromJson(member.Value);
        }

        return table;
    }

    private SecureString Unprotect(JObject json, string member)
        => secrets.Unprotect(JsonText.GetString(json, member) ?? throw new SecretException($"its member '{member}' is missing"));
}
