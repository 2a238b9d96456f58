using PoshAcmeSharp.Dns;

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

    /// <summary>Whether a provider means a name: some write it with a dot at its end, in upper case or with international letters.</summary>
    /// <param name="written">What the provider has.</param>
    /// <param name="name">The name in lower case, in punycode.</param>
    /// <returns>True when it is the same.</returns>
    internal static bool AreSame(string? written, string name)
    {
        try
        {
            return written is not null && DnsName.Normalize(written) == name;
        }
        catch (PoshAcmeException)
        {
            return false;
        }
    }

    /// <summary>The name of a record within its zone.</summary>
    /// <param name="recordName">The full name of the record.</param>
    /// <param name="zone">Its zone.</param>
    /// <returns>The relative name; <c>@</c> for the zone itself.</returns>
    internal static string RelativeName(string recordName, string zone)
        => recordName.Length == zone.Length ? "@" : recordName.Substring(0, recordName.Length - zone.Length - 1);
}
