using PoshAcmeSharp.Challenges;

namespace PoshAcmeSharp.Issuance;

/// <summary>Who answers for a name: a plugin with one of the sets of arguments.</summary>
/// <param name="Plugin">The plugin.</param>
/// <param name="Key">The key of its arguments in <see cref="ArgumentSets"/>; null for those of all names.</param>
internal readonly record struct ArgumentChoice(PluginDescriptor Plugin, string? Key);
