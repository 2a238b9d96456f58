namespace PoshAcmeSharp.Plugins.Zones;

/// <summary>How names of records and names of zones belong together.</summary>
internal static class ZoneNames
{
    /// <summary>The names of zones that may hold a record, the longest first. A top-level domain is none.</summary>
    /// <param name="recordName">The full name of the record, without a trailing dot.</param>
    /// <returns>The record's own name and its parents.</returns>
    internal static IEnumerable<string> Candidates(string recordName)
    {
        var labels = recordName.Split('.');
        return Enumerable.Range(0, labels.Length - 1).Select(start => string.Join(".", labels.Skip(start)));
    }

    /// <summary>The name of a record within its zone.</summary>
    /// <param name="recordName">The full name of the record.</param>
    /// <param name="zone">Its zone.</param>
    /// <returns>The relative name; <c>@</c> for the zone itself.</returns>
    internal static string RelativeName(string recordName, string zone)
        => recordName.Length == zone.Length ? "@" : recordName.Substring(0, recordName.Length - zone.Length - 1);
}
