using Newtonsoft.Json.Linq;
using PoshAcmeSharp.Json;
using PoshAcmeSharp.Plugins.Zones;

namespace PoshAcmeSharp.Plugins.PowerDns;

/// <summary>All TXT values of a name.</summary>
/// <param name="Ttl">In seconds.</param>
/// <param name="Records">The values.</param>
internal sealed record TxtRecords(int Ttl, IReadOnlyList<TxtRecord> Records)
{
    /// <summary>Whether a value is there, and shown.</summary>
    /// <param name="value">The value.</param>
    /// <returns>True when it is.</returns>
    internal bool Has(string value) => Records.Any(record => !record.IsDisabled && record.Value == value);

    /// <summary>The values after a change; those of others stay as they were written.</summary>
    /// <param name="values">The values to add or remove.</param>
    /// <param name="isRemoval">Whether they are removed.</param>
    /// <returns>The values.</returns>
    internal TxtRecords Change(IReadOnlyCollection<string> values, bool isRemoval)
    {
        if (isRemoval)
        {
            return this with { Records = [.. Records.Where(record => !values.Contains(record.Value))] };
        }

        // A value that is there but disabled would be there twice.
        var kept = Records.Where(record => !record.IsDisabled || !values.Contains(record.Value));
        return this with { Records = [.. kept, .. values.Where(value => !Has(value)).Select(static value => new TxtRecord(TxtContent.Write(value), value, IsDisabled: false))] };
    }
}

/// <summary>One TXT value.</summary>
/// <param name="Content">As the API has it, with quotes.</param>
/// <param name="Value">The value itself.</param>
/// <param name="IsDisabled">Whether the server keeps it without showing it.</param>
internal sealed record TxtRecord(string Content, string Value, bool IsDisabled)
{
    /// <summary>Reads a record of the API.</summary>
    /// <param name="json">The record, which has content.</param>
    /// <returns>The value.</returns>
    internal static TxtRecord Of(JObject json)
    {
        var content = JsonText.GetString(json, "content")!;
        return new(content, TxtContent.Read(content), JsonText.GetBoolean(json, "disabled") ?? false);
    }
}
