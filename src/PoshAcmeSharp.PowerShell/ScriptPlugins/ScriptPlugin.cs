using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Security;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.PowerShell.ScriptPlugins;

/// <summary>A plugin that is a script.</summary>
internal sealed class ScriptPlugin : PluginDescriptor
{
    private readonly ScriptPluginFile _file;
    private readonly ScriptContract _contract;
    private readonly ScriptPluginSession _session;

    public ScriptPlugin(ScriptPluginFile file, ScriptContract contract, ScriptPluginSession session)
    {
        _file = file;
        _contract = contract;
        _session = session;
        var help = contract.Add.Help;
        Path = file.Path;
        Help = FirstText(help?.Description, help?.Synopsis);
        GuideUrl = help?.Links.Select(l => l.Trim()).FirstOrDefault(l => l.StartsWith("http", StringComparison.OrdinalIgnoreCase));
        Parameters = ParametersOf(contract.Add);
    }

    /// <inheritdoc/>
    public override string Name => _file.Name;

    /// <inheritdoc/>
    public override string ChallengeType => _contract.ChallengeType;

    /// <inheritdoc/>
    public override IReadOnlyList<PluginParameter> Parameters { get; }

    /// <inheritdoc/>
    public override string? DefaultParameterSet => _contract.Add.DefaultSet;

    /// <inheritdoc/>
    /// <remarks>What only Remove or Save take is passed to them too, and checked for each of the three.</remarks>
    public override IChallengePlugin Create(IReadOnlyDictionary<string, object?> arguments, PluginEnvironment environment)
    {
        var converted = new Dictionary<string, object>(StringComparer.OrdinalIgnoreCase);
        foreach (var function in _contract.Functions)
        {
            var parameters = _contract.ArgumentsOf(function).ToList();
            foreach (var parameter in parameters.Where(p => !converted.ContainsKey(p.Name)))
            {
                if (arguments.FirstOrDefault(a => string.Equals(a.Key, parameter.Name, StringComparison.OrdinalIgnoreCase)).Value is { } value)
                {
                    converted.Add(parameter.Name, Convert(parameter, value));
                }
            }

            RequireParameterSet(ParametersOf(function), converted.Keys);
        }

        var functions = new ScriptFunctions(_file, _contract, _session, converted, environment);
        return _contract.IsDns
            ? new ScriptDnsPlugin(functions)
            : new ScriptHttpPlugin(functions);
    }

    private static string? FirstText(params string?[] texts)
        => texts.Select(t => t?.Trim()).FirstOrDefault(t => !string.IsNullOrEmpty(t));

    /// <summary>The one value of a list may come without it, and a list out of a file has no type.</summary>
    private static object ToPowerShell(object value) => value switch
    {
        StoredCredential credential => new PSCredential(credential.UserName, credential.Password),
        object?[] many when many.GetType() == typeof(object[]) => Array.ConvertAll(many, item => item is null ? null : ToPowerShell(item)),
        _ => value,
    };

    private List<PluginParameter> ParametersOf(ScriptFunction function)
    {
        var help = function.Help?.Parameters;
        return
        [
            .. from parameter in _contract.ArgumentsOf(function)
               from set in parameter.Sets
               select new PluginParameter(parameter.Name, parameter.TypeName, set.Name, set.IsMandatory, HelpOf(parameter.Name)),
        ];

        string? HelpOf(string name)
            => FirstText(help?.FirstOrDefault(p => string.Equals(p.Key, name, StringComparison.OrdinalIgnoreCase)).Value);
    }

    private object Convert(ScriptParameter parameter, object value)
    {
        var given = ToPowerShell(value);
        var type = parameter.Type == typeof(SwitchParameter) ? typeof(bool) : parameter.Type;
        if (type == typeof(string) || type == typeof(bool) || type == typeof(int) || type == typeof(string[]) || type == typeof(SecureString))
        {
            given = ConvertArgument(parameter.Name, given, type);
        }
        else if (!LanguagePrimitives.TryConvertTo(given, type, CultureInfo.InvariantCulture, out given))
        {
            throw Invalid($"The argument {parameter.Name} of the plugin {Name} must be of type {parameter.TypeName}, but it is of type {value.GetType().Name}.", parameter.Name);
        }

        if (parameter.AllowedValues.Count > 0)
        {
            foreach (var item in given is IEnumerable many and not string ? many.Cast<object?>() : [given])
            {
                if (!parameter.AllowedValues.Contains(item?.ToString(), StringComparer.OrdinalIgnoreCase))
                {
                    throw Invalid($"The argument {parameter.Name} of the plugin {Name} must be one of {string.Join(", ", parameter.AllowedValues)}.", parameter.Name);
                }
            }
        }

        return given;
    }

    private static PoshAcmeException Invalid(string message, string parameter)
        => new("InvalidPluginArguments", ErrorKind.InvalidArgument, message, $"Give {parameter} anew with -PluginArgs.");
}
