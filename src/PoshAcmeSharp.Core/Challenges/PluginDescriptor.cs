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

    /// <summary>Makes full paths of the arguments that are paths, so that they mean the same in every folder.</summary>
    /// <param name="arguments">The arguments; those of other plugins may be among them.</param>
    /// <param name="currentFolder">The full path where relative paths begin; null: the current folder of the process.</param>
    /// <returns>The arguments; names in upper and lower case are alike.</returns>
    /// <exception cref="PoshAcmeException"><c>InvalidPluginArguments</c>: one cannot be a path.</exception>
    public IReadOnlyDictionary<string, object?> WithFullPaths(IEnumerable<KeyValuePair<string, object?>> arguments, string? currentFolder)
    {
        var resolved = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
        foreach (var argument in arguments)
        {
            resolved[argument.Key] = Parameters.Any(p => p.IsPath && string.Equals(p.Name, argument.Key, StringComparison.OrdinalIgnoreCase))
                ? ArgumentPath.ToFull(Name, argument.Key, argument.Value, currentFolder)
                : argument.Value;
        }

        return resolved;
    }

    /// <summary>Whether it goes by this name.</summary>
    /// <param name="name">A name or an alias.</param>
    /// <returns>True when it does.</returns>
    public bool IsNamed(string name)
        => string.Equals(Name, name, StringComparison.OrdinalIgnoreCase) || Aliases.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>Checks that arguments fit one of the parameter sets: nothing of another set, and all that it needs.</summary>
    /// <param name="parameters">The parameters with their sets.</param>
    /// <param name="given">The names of the arguments; those that are no parameters do not count.</param>
    /// <exception cref="PoshAcmeException"><c>InvalidPluginArguments</c>: they fit none.</exception>
    protected void RequireParameterSet(IReadOnlyList<PluginParameter> parameters, IEnumerable<string> given)
    {
        var names = new HashSet<string>(given, StringComparer.OrdinalIgnoreCase);
        var sets = parameters.Select(p => p.ParameterSet).Where(s => s is not null).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        var here = parameters.Where(p => names.Contains(p.Name)).ToList();
        var unfit = new List<(string[] Missing, string[] Foreign)>();
        foreach (var set in sets.Count == 0 ? [null] : sets)
        {
            var missing = parameters.Where(p => p.IsMandatory && IsIn(p, set) && !names.Contains(p.Name)).Select(p => p.Name).ToArray();
            var foreign = here.Select(p => p.Name).Except(here.Where(p => IsIn(p, set)).Select(p => p.Name), StringComparer.OrdinalIgnoreCase).ToArray();
            if (missing.Length + foreign.Length == 0)
            {
                return;
            }

            unfit.Add((missing, foreign));
        }

        var alternatives = unfit.Where(u => u.Foreign.Length == 0).Select(u => string.Join(", ", u.Missing)).ToList();
        throw new PoshAcmeException(
            "InvalidPluginArguments",
            ErrorKind.InvalidArgument,
            alternatives.Count == 0
                ? $"These arguments of the plugin {Name} do not go together: {string.Join(", ", here.Where(p => p.ParameterSet is not null).Select(p => p.Name).Distinct(StringComparer.OrdinalIgnoreCase))}."
                : $"The plugin {Name} needs the argument {string.Join(", or ", alternatives)}.",
            $"Get-PAPlugin {Name} -Params shows which arguments go together. Give them with -PluginArgs.");

        static bool IsIn(PluginParameter parameter, string? set)
            => parameter.ParameterSet is null || string.Equals(parameter.ParameterSet, set, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Converts an argument, as generously as PowerShell does; a text is taken for a secret.</summary>
    /// <param name="name">The argument's name, for the error.</param>
    /// <param name="value">The value.</param>
    /// <param name="type">
    /// The type that is wanted: string, bool, int, <c>string[]</c>, <see cref="Uri"/>, <see cref="System.Security.SecureString"/>,
    /// or that of the value.
    /// </param>
    /// <returns>The value in this type.</returns>
    /// <exception cref="PoshAcmeException"><c>InvalidPluginArguments</c>: it does not convert. The message does not show it.</exception>
    protected object ConvertArgument(string name, object value, Type type) => ArgumentConversion.Convert(Name, name, value, type);
}
