using System.Globalization;
using System.Text;
using Newtonsoft.Json.Linq;
using PoshAcmeSharp.Json;

namespace PoshAcmeSharp.Profile;

/// <summary>
/// A JSON file of the profile as an object. Members that this library does not know, and their order, are kept when the
/// file is written back. Names of members are read in any case.
/// </summary>
public abstract class StoredDocument
{
    /// <summary>How dates are written: ISO 8601 in UTC, whole seconds.</summary>
    internal const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    private readonly IReadOnlyList<KeyValuePair<string, object?>> _defaults;

    private protected StoredDocument(string folder, IReadOnlyList<KeyValuePair<string, object?>> defaults)
    {
        Folder = folder;
        _defaults = defaults;
    }

    /// <summary>The full path of the folder that the file is in.</summary>
    public string Folder { get; internal set; }

    /// <summary>The name of that folder.</summary>
    private protected string FolderName => Path.GetFileName(Folder);

    internal JObject Json { get; private set; } = [];

    /// <summary>Whether there is a file, as far as is known here.</summary>
    internal bool IsStored { get; set; }

    /// <summary>
    /// All members as plain values (see <see cref="PlainObject"/>) in the order of the file, then those that such a file
    /// always has and this one lacks, with their defaults, then what comes from the path. No member of these objects is
    /// tied to this one.
    /// </summary>
    /// <returns>Names and values.</returns>
    public abstract IReadOnlyList<KeyValuePair<string, object?>> ToProperties();

    /// <summary>Takes over what is in the file now.</summary>
    internal void Reload(JObject json)
    {
        Json = json;
        IsStored = true;
        Normalize();
    }

    /// <summary>Makes a new document of one that has no members: with all that such a file always has.</summary>
    internal void Fill()
    {
        foreach (var member in _defaults)
        {
            Json[member.Key] = member.Value is null ? JValue.CreateNull() : JToken.FromObject(member.Value);
        }
    }

    /// <summary>Brings what older writers left into the present form.</summary>
    private protected virtual void Normalize()
    {
        // These come from the path; a copy in the file could only be wrong.
        Remove("Name");
        Remove("Folder");
    }

    /// <summary>The members of the file and the defaults of those that are missing.</summary>
    private protected List<KeyValuePair<string, object?>> MembersAndDefaults()
    {
        var members = JsonText.ToPlain(Json).ToList();
        members.AddRange(_defaults.Where(d => JsonText.Get(Json, d.Key) is null));
        return members;
    }

    private protected string? GetString(string name) => JsonText.GetString(Json, name);

    private protected bool GetBoolean(string name) => JsonText.GetBoolean(Json, name) ?? false;

    private protected int? GetInt32(string name) => JsonText.GetInt32(Json, name);

    private protected IReadOnlyList<string> GetStrings(string name) => JsonText.GetStrings(Json, name) ?? [];

    private protected string? GetJson(string name)
        => JsonText.Get(Json, name) is { Type: not JTokenType.Null } token
            ? token.ToString(Newtonsoft.Json.Formatting.None)
            : null;

    private protected PlainObject? GetPlain(string name)
        => JsonText.Get(Json, name) is JObject json ? JsonText.ToPlain(json) : null;

    /// <summary>Sets a member; null takes it away, or stays as null where such a file always has the member.</summary>
    private protected void Set(string name, JToken? value)
    {
        value = value is JValue { Value: null } ? null : value;
        var property = Json.Property(name, StringComparison.OrdinalIgnoreCase);
        if (value is null && !_defaults.Any(d => string.Equals(d.Key, name, StringComparison.OrdinalIgnoreCase)))
        {
            property?.Remove();
        }
        else if (property is null)
        {
            Json.Add(name, value ?? JValue.CreateNull());
        }
        else
        {
            property.Value = value ?? JValue.CreateNull();
        }
    }

    private protected void Set(string name, IReadOnlyList<string>? values)
        => Set(name, values is null ? null : new JArray(values));

    private protected void SetJson(string name, string? json)
        => Set(name, json is null ? null : JsonText.Parse(json));

    /// <summary>Fractions of a second are cut off: the dates of certificates have none, and they are compared.</summary>
    /// <summary>The content of its file: UTF-8 without a mark, with a line break at the end.</summary>
    internal byte[] ToBytes() => new UTF8Encoding(false).GetBytes(JsonText.Format(Json) + "\n");

    private protected void SetTime(string name, DateTimeOffset? time)
        => Set(name, time?.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture));

    private protected void Remove(string name) => Json.Property(name, StringComparison.OrdinalIgnoreCase)?.Remove();

    /// <summary>Gives a member its present name; where both are there the present one holds.</summary>
    private protected void Rename(string oldName, string newName)
    {
        if (Json.Property(oldName, StringComparison.OrdinalIgnoreCase) is not { } old)
        {
            return;
        }

        if (JsonText.Get(Json, newName) is null)
        {
            old.Replace(new JProperty(newName, old.Value));
        }
        else
        {
            old.Remove();
        }
    }

    /// <summary>Makes arrays of what older writers left as one text or as an object with the array in it.</summary>
    private protected void NormalizeStrings(params string[] names)
    {
        foreach (var name in names)
        {
            if (JsonText.Get(Json, name) is { } token and not JArray && JsonText.GetStrings(Json, name) is { } values)
            {
                token.Replace(new JArray(values));
            }
        }
    }

    /// <summary>
    /// A date of the file as a point in time: ISO 8601, what PowerShell's cultures wrote, or <c>/Date(ms)/</c>.
    /// </summary>
    private protected DateTimeOffset? GetTime(string name)
    {
        var text = GetString(name);
        if (text is { Length: > 8 } && text.StartsWith("/Date(", StringComparison.Ordinal)
            && long.TryParse(text.Substring(6).TrimEnd(')', '/'), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var ms))
        {
            return new DateTimeOffset(1970, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMilliseconds(ms);
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : null;
    }
}
