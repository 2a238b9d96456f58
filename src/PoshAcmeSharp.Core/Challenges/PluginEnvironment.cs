using PoshAcmeSharp.Dns;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Challenges;

/// <summary>What is around a plugin while it is made and at work.</summary>
/// <param name="Reporter">Where it tells what it does.</param>
/// <param name="Clock">The time and the waiting.</param>
public sealed record PluginEnvironment(IReporter Reporter, IClock Clock)
{
    /// <summary>Who asks the DNS for a plugin that needs to; null: a resolver of the system's network.</summary>
    public IDnsResolver? Resolver { get; init; }

    /// <summary>
    /// Shows a text to the user and waits until they say that it is done; null where nobody is there to answer.
    /// </summary>
    public Func<string, CancellationToken, Task>? WaitForUserAsync { get; init; }

    /// <summary>Shows a text to the user, also where nobody answers; null: it becomes a warning.</summary>
    public Func<string, Task>? ShowAsync { get; init; }

    /// <summary>What the plugin keeps for its next instance; null: nothing, each instance stands for itself.</summary>
    public PluginMemory? Memory { get; init; }

    /// <summary>What instances share that are at work at the same time, for other orders; null: nothing.</summary>
    public PluginMemory? Shared { get; init; }

    /// <summary>Whether instances with other arguments are at work for the same order: then nothing that depends on them may be shared.</summary>
    public bool IsOneOfSeveral { get; init; }

    /// <summary>The full path of the folder where relative paths in arguments begin; null: the process's current one.</summary>
    public string? CurrentFolder { get; init; }

    /// <summary>The profile, for plugins that keep something with the account; null without a profile.</summary>
    public ProfileStore? Store { get; init; }

    /// <summary>The account that the challenges belong to; null without a profile.</summary>
    public StoredAccount? Account { get; init; }
}
