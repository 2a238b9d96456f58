namespace PoshAcmeSharp.Challenges;

/// <summary>One argument that a plugin takes. An argument that belongs to several sets is listed once for each.</summary>
/// <param name="Name">The name that users give.</param>
/// <param name="TypeName">The type as users see it, such as <c>String</c>, <c>SecureString</c>, <c>String[]</c>, <c>SwitchParameter</c>.</param>
/// <param name="ParameterSet">The set it belongs to; null means all sets.</param>
/// <param name="IsMandatory">Whether the set is of no use without it.</param>
/// <param name="Help">One sentence for the user, or null.</param>
public sealed record PluginParameter(string Name, string TypeName, string? ParameterSet, bool IsMandatory, string? Help = null)
{
    /// <summary>Whether it names files or folders that may be relative to the user's current folder.</summary>
    public bool IsPath { get; init; }
}
