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
                .Select(p => new OptionProperty(p))
                .Where(p => p.Arguments.Count > 0),
        ];
        Parameters = [.. _properties.SelectMany(p => p.Arguments.Select(a => new PluginParameter(p.Name, ArgumentConversion.NameOf(p.Type), a.ParameterSet, a.Mandatory, p.Help) { IsPath = p.IsPath }))];
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override string ChallengeType { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<PluginParameter> Parameters { get; }

    /// <inheritdoc/>
    /// <remarks>The set of the first argument that belongs to one.</remarks>
    public override string? DefaultParameterSet => Parameters.Select(p => p.ParameterSet).FirstOrDefault(s => s is not null);

    /// <inheritdoc/>
    public override IChallengePlugin Create(IReadOnlyDictionary<string, object?> arguments, PluginEnvironment environment)
    {
        var given = WithFullPaths(arguments.Where(a => a.Value is not null && Takes(a.Key)), environment.CurrentFolder);
        RequireParameterSet(Parameters, given.Keys);
        var options = new TOptions();
        foreach (var property in _properties)
        {
            if (given.TryGetValue(property.Name, out var value))
            {
                property.Assign(options, ConvertArgument(property.Name, value!, property.Type));
            }
        }

        return _make(options, environment);
    }

    private sealed class OptionProperty(PropertyInfo property)
    {
        public string Name => property.Name;

        public Type Type => property.PropertyType;

        public IReadOnlyList<PluginArgumentAttribute> Arguments { get; } = [.. property.GetCustomAttributes<PluginArgumentAttribute>()];

        public bool IsPath => Arguments.Any(a => a.IsPath);

        public string? Help => Arguments.Select(a => a.Help).FirstOrDefault(h => h is not null);

        public void Assign(TOptions options, object? value) => property.SetValue(options, value);
    }
}
