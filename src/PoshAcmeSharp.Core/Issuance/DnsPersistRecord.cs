using PoshAcmeSharp.Challenges;

namespace PoshAcmeSharp.Issuance;

/// <summary>A record of dns-persist-01, and who publishes it.</summary>
/// <param name="Domain">The domain, without <c>*.</c>, in the form that is sent.</param>
/// <param name="Value">What the record says.</param>
/// <param name="Plugin">The name of the plugin.</param>
/// <param name="Arguments">The arguments of the plugin; the same object for records that are published together.</param>
public sealed record DnsPersistRecord(string Domain, DnsPersistValue Value, string Plugin, IReadOnlyDictionary<string, object?> Arguments)
{
    /// <summary>Where the plugin is looked for; null: among those of the session.</summary>
    public PluginCatalog? Plugins { get; init; }
}
