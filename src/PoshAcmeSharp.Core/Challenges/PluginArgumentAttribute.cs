namespace PoshAcmeSharp.Challenges;

/// <summary>
/// Marks a property of a plugin's options as an argument that users give by this name, so that listing, completion,
/// validation and saving come from one place. Secrets are of type <see cref="System.Security.SecureString"/>. An argument of
/// several parameter sets bears it once for each.
/// </summary>
[AttributeUsage(AttributeTargets.Property, AllowMultiple = true)]
public sealed class PluginArgumentAttribute : Attribute
{
    /// <summary>The parameter set it belongs to; null means all sets.</summary>
    public string? ParameterSet { get; set; }

    /// <summary>Whether the set is of no use without it.</summary>
    public bool Mandatory { get; set; }

    /// <summary>
    /// Whether it names files or folders. Relative paths begin in the user's current folder and become full ones before
    /// the plugin gets them or they are kept.
    /// </summary>
    public bool IsPath { get; set; }

    /// <summary>One sentence for the user.</summary>
    public string? Help { get; set; }
}
