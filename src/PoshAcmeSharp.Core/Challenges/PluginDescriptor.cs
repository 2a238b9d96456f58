namespace PoshAcmeSharp.Challenges;

/// <summary>A plugin that can be named: what it does, which arguments it takes, and how it is made of them.</summary>
public abstract class PluginDescriptor
{
    /// <summary>The name users give to -Plugin.</summary>
    public abstract string Name { get; }

    /// <summary>Other names for it.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>What it answers, such as <see cref="Challenges.ChallengeType.Dns01"/>.</summary>
    public abstract string ChallengeType { get; }

    /// <summary>The file it comes from; null for one that is part of the module.</summary>
    public string? Path { get; init; }

    /// <summary>Whether it needs somebody who does by hand what it asks for, so that a renewal without one is of no use.</summary>
    public bool NeedsUser { get; init; }

    /// <summary>What it is for, in a few sentences; null when it does not say.</summary>
    public string? Help { get; init; }

    /// <summary>A page that says how to set it up; null when there is none.</summary>
    public string? GuideUrl { get; init; }

    /// <summary>The arguments it takes.</summary>
    public abstract IReadOnlyList<PluginParameter> Parameters { get; }

    /// <summary>The parameter set that is meant when the arguments fit several; null when there is only one.</summary>
    public virtual string? DefaultParameterSet => null;

    /// <summary>Makes the plugin, and checks its arguments before that; nothing is published.</summary>
    /// <param name="arguments">
    /// Names (upper and lower case alike) and values as <see cref="Profile.ProfileStore.ReadPluginArguments"/> gives them.
    /// Those of other plugins may be among them.
    /// </param>
    /// <param name="environment">What is around it.</param>
    /// <returns>The plugin; dispose of it when it is disposable.</returns>
    /// <exception cref="PoshAcmeException"><c>InvalidPluginArguments</c>: the message names what is missing or wrong.</exception>
    public abstract IChallengePlugin Create(IReadOnlyDictionary<string, object?> arguments, PluginEnvironment environment);

    /// <summary>Whether an argument of this name is one of this plugin's.</summary>
    /// <param name="argument">The name.</param>
    /// <returns>True when it is.</returns>
    public bool Takes(string argument) => Parameters.Any(p => string.Equals(p.Name, argument, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether it goes by this name.</summary>
    /// <param name="name">A name or an alias.</param>
    /// <returns>True when it does.</returns>
    public bool IsNamed(string name)
        => string.Equals(Name, name, StringComparison.OrdinalIgnoreCase) || Aliases.Contains(name, StringComparer.OrdinalIgnoreCase);
}
