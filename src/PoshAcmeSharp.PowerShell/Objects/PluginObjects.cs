using System.Globalization;
using System.Management.Automation;
using System.Text;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Plugins;
using PoshAcmeSharp.PowerShell.Infrastructure;

namespace PoshAcmeSharp.PowerShell.Objects;

/// <summary>Makes what Get-PAPlugin writes.</summary>
internal static class PluginObjects
{
    /// <summary>The set of arguments that belong to none.</summary>
    private const string OnlySet = "(Default)";

    private const string ModuleName = "PoshAcmeSharp";

    /// <summary>What a plugin is. A plugin of the module itself has the path of the assembly that it is in.</summary>
    public static PSObject From(PluginDescriptor plugin, IReadOnlyList<string?> hidden) => PSObjects.Create(
        [
            new("Name", plugin.Name),
            new("ChallengeType", plugin.ChallengeType),
            new("Path", PathOf(plugin.Path)),
            new("Origin", plugin.Path is null ? ModuleName : System.IO.Path.GetDirectoryName(plugin.Path)),
            new("Hides", hidden.Select(PathOf).ToArray()),
        ],
        TypeNames.PluginDetail);

    /// <summary>The arguments of a plugin set by set; what belongs to all sets comes in each of them.</summary>
    public static IEnumerable<PSObject> ParametersOf(PluginDescriptor plugin)
        => SetsOf(plugin).SelectMany(set => plugin.Parameters
            .Where(p => p.ParameterSet is null || IsSame(p.ParameterSet, set))
            .Select(p => PSObjects.Create(
                [
                    new("Plugin", plugin.Name),
                    new("ParameterSet", set ?? OnlySet),
                    new("IsDefault", set is not null && IsSame(set, plugin.DefaultParameterSet)),
                    new("Parameter", p.Name),
                    new("ParameterType", TypeOf(p)),
                    new("IsMandatory", p.IsMandatory),
                ],
                TypeNames.PluginParameter)));

    /// <summary>The help of a plugin as a text for the console.</summary>
    public static string HelpOf(PluginDescriptor plugin, IReadOnlyList<string?> hidden)
    {
        var text = new StringBuilder();
        text.AppendLine().Append(plugin.Name).Append(" (").Append(plugin.ChallengeType).AppendLine(")");
        if (plugin.Aliases.Count > 0)
        {
            text.Append("    Also named ").Append(string.Join(", ", plugin.Aliases)).AppendLine(".");
        }

        text.Append("    From ").Append(plugin.Path ?? "the module " + ModuleName).AppendLine(".");
        if (hidden.Count > 0)
        {
            text.Append("    It is used in place of ").Append(string.Join(", ", hidden.Select(path => path ?? "that of the module"))).AppendLine(".");
        }

        if (plugin.Help is { Length: > 0 } help)
        {
            text.AppendLine().Append("    ").AppendLine(help.Replace("\n", "\n    "));
        }

        foreach (var set in SetsOf(plugin))
        {
            text.AppendLine().AppendLine(set is null ? "Arguments" : $"Arguments ({set})");
            foreach (var p in plugin.Parameters.Where(p => p.ParameterSet is null || IsSame(p.ParameterSet, set)))
            {
                text.AppendFormat(CultureInfo.InvariantCulture, "    {0} <{1}>{2}", p.Name, p.TypeName, p.IsMandatory ? " (needed)" : string.Empty).AppendLine();
                if (p.Help is { Length: > 0 } meaning)
                {
                    text.Append("        ").AppendLine(meaning);
                }
            }
        }

        if (plugin.GuideUrl is { } url)
        {
            text.AppendLine().AppendLine("How to set it up").Append("    ").AppendLine(url);
        }

        return text.ToString();
    }

    private static string PathOf(string? path) => path ?? typeof(NativePlugins).Assembly.Location;

    private static List<string?> SetsOf(PluginDescriptor plugin)
    {
        var sets = plugin.Parameters.Select(p => p.ParameterSet).Where(s => s is not null).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        return sets.Count > 0 ? sets : [null];
    }

    private static Type TypeOf(PluginParameter parameter)
        => string.Equals(parameter.TypeName, nameof(SwitchParameter), StringComparison.OrdinalIgnoreCase)
            ? typeof(SwitchParameter)
            : LanguagePrimitives.TryConvertTo(parameter.TypeName, CultureInfo.InvariantCulture, out Type type) ? type : typeof(object);

    private static bool IsSame(string? one, string? other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
