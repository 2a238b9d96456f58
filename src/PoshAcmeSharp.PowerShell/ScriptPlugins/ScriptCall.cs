using System.Collections;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.PowerShell.ScriptPlugins;

/// <summary>One call of a function of a plugin script.</summary>
/// <param name="File">The script.</param>
/// <param name="Function">The function's name.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="Reporter">Where its verbose, debug, warning and error records go.</param>
/// <param name="Clock">The time and the waiting.</param>
internal sealed record ScriptCall(ScriptPluginFile File, string Function, Hashtable Arguments, IReporter Reporter, IClock Clock)
{
    /// <summary>The folder that relative paths begin at; null leaves it as it was.</summary>
    public string? Folder { get; init; }

    /// <summary>The profile, for what the plugin keeps with the account; null without a profile.</summary>
    public ProfileStore? Store { get; init; }

    /// <summary>The account; null without a profile.</summary>
    public StoredAccount? Account { get; init; }
}
