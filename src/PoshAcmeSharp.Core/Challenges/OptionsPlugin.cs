using System.Reflection;

namespace PoshAcmeSharp.Challenges;

/// <summary>
/// A plugin whose arguments are the properties of an options class that bear <see cref="PluginArgumentAttribute"/>.
/// </summary>
/// <typeparam name="TOptions">The options class.</typeparam>
public sealed class OptionsPlugin<TOptions> : PluginDescriptor
    where TOptions : new()
{
    private readonly Func<TOptions, PluginEnvironment, IChallengePlugin> _make;
    private readonly IReadOnlyList<OptionProperty> _properties;

    /// <summary>Describes a plugin.</summary>
    /// <param name="name">The name users give to -Plugin.</param>
    /// <param name="challengeType">What it answers, such as <see cref="Challenges.ChallengeType.Dns01"/>.</param>
    /// <param name="make">Makes it; throws <c>InvalidPluginArguments</c> for what it cannot use.</param>
    public OptionsPlugin(string name, string challengeType, Func<TOptions, PluginEnvironment, IChallengePlugin> make)
    {
        Name = name;
        ChallengeType = challengeType;
        _make = make;
        _properties =
        [
            .. typeof(TOptions).GetProperties()
                .Select(p => (Property: p, Argument: p.GetCustomAttribute<PluginArgumentAttribute>()))
                .Where(p => p.Argument is not null)
                .Select(p => new OptionProperty(p.Property, p.Argument!)),
        ];
        Parameters = [.. _properties.Select(p => new PluginParameter(p.Name, ArgumentConversion.NameOf(p.Type), p.Set, p.IsMandatory, p.Help))];
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override string ChallengeType { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<PluginParameter> Parameters { get; }

    /// <inheritdoc/>
    /// <remarks>The set of the first argument that belongs to one.</remarks>
    public override string? DefaultParameterSet => _properties.Select(p => p.Set).FirstOrDefault(s => s is not null);

    /// <inheritdoc/>
    public override IChallengePlugin Create(IReadOnlyDictionary<string, object?> arguments, PluginEnvironment environment)
    {
        var given = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
        foreach (var argument in arguments.Where(a => a.Value is not null && Takes(a.Key)))
        {
            given[argument.Key] = argument.Value;
        }

        CheckSets(given);
        var options = new TOptions();
        foreach (var property in _properties)
        {
            if (given.TryGetValue(property.Name, out var value))
            {
                property.Assign(options, ArgumentConversion.Convert(Name, property.Name, value!, property.Type));
            }
        }

        return _make(options, environment);
    }

    /// <summary>The arguments must fit one of the sets: nothing of another set, and all that it needs.</summary>
    private void CheckSets(Dictionary<string, object?> given)
    {
        var sets = _properties.Select(p => p.Set).Where(s => s is not null).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        var candidates = sets.Count == 0 ? [null] : sets;
        var unfit = new List<(string[] Missing, string[] Foreign)>();
        foreach (var set in candidates)
        {
            var missing = _properties.Where(p => p.BelongsTo(set) && p.IsMandatory && !given.ContainsKey(p.Name)).Select(p => p.Name).ToArray();
            var foreign = _properties.Where(p => !p.BelongsTo(set) && given.ContainsKey(p.Name)).Select(p => p.Name).ToArray();
            if (missing.Length + foreign.Length == 0)
            {
                return;
            }

            unfit.Add((missing, foreign));
        }

        var mixed = unfit.TrueForAll(u => u.Foreign.Length > 0);
        var alternatives = unfit.Where(u => u.Foreign.Length == 0).Select(u => string.Join(", ", u.Missing));
        throw new PoshAcmeException(
            "InvalidPluginArguments",
            ErrorKind.InvalidArgument,
            mixed
                ? $"These arguments of the plugin {Name} do not go together: {string.Join(", ", _properties.Where(p => p.Set is not null && given.ContainsKey(p.Name)).Select(p => p.Name))}."
                : $"The plugin {Name} needs the argument {string.Join(", or ", alternatives)}.",
            $"Get-PAPlugin {Name} -Params shows which arguments go together. Give them with -PluginArgs.");
    }

    private sealed class OptionProperty(PropertyInfo property, PluginArgumentAttribute argument)
    {
        public string Name => property.Name;

        public Type Type => property.PropertyType;

        public string? Set => argument.ParameterSet;

        public bool IsMandatory => argument.Mandatory;

        public string? Help => argument.Help;

        public void Assign(TOptions options, object? value) => property.SetValue(options, value);

        public bool BelongsTo(string? set) => argument.ParameterSet is null || string.Equals(argument.ParameterSet, set, StringComparison.OrdinalIgnoreCase);
    }
}
