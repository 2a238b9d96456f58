using System.Management.Automation;
using System.Management.Automation.Language;

namespace PoshAcmeSharp.PowerShell.ScriptPlugins;

/// <summary>A parameter of a function, as its declaration has it.</summary>
internal sealed class ScriptParameter
{
    private const string AllSets = "__AllParameterSets";

    public ScriptParameter(ParameterAst declaration)
    {
        Name = declaration.Name.VariablePath.UserPath;
        Type = declaration.StaticType;

        // A type that only the script's own surroundings know has no better name than the one that is written there.
        TypeName = Type == typeof(object) && declaration.Attributes.OfType<TypeConstraintAst>().LastOrDefault() is { } type
            ? type.TypeName.Name
            : Type.Name;
        var attributes = declaration.Attributes.OfType<AttributeAst>().ToArray();
        AllowedValues =
        [
            .. attributes.Where(a => Is(a, "ValidateSet"))
                .SelectMany(a => a.PositionalArguments).OfType<StringConstantExpressionAst>().Select(v => v.Value),
        ];
        var places = attributes.Where(a => Is(a, "Parameter")).ToArray();
        TakesRest = places.Any(a => IsSet(a, "ValueFromRemainingArguments"));
        Sets = places.Length == 0
            ? [(null, false)]
            : [.. places.Select(a => (SetOf(a), IsSet(a, "Mandatory")))];
    }

    public string Name { get; }

    public Type Type { get; }

    /// <summary>The type as users see it.</summary>
    public string TypeName { get; }

    /// <summary>The parameter sets that it belongs to, null for all of them, and whether it is mandatory there.</summary>
    public IReadOnlyList<(string? Name, bool IsMandatory)> Sets { get; }

    /// <summary>Whether it takes what no other parameter wants.</summary>
    public bool TakesRest { get; }

    /// <summary>The only values that are possible; none means that all are.</summary>
    public IReadOnlyList<string> AllowedValues { get; }

    private static bool Is(AttributeAst attribute, string name)
        => string.Equals(attribute.TypeName.Name, name, StringComparison.OrdinalIgnoreCase)
            || string.Equals(attribute.TypeName.Name, name + "Attribute", StringComparison.OrdinalIgnoreCase);

    private static string? SetOf(AttributeAst attribute)
        => Find(attribute, "ParameterSetName")?.Argument is StringConstantExpressionAst { Value: var set } && !string.Equals(set, AllSets, StringComparison.OrdinalIgnoreCase)
            ? set
            : null;

    private static bool IsSet(AttributeAst attribute, string name)
        => Find(attribute, name) is { } argument && (argument.ExpressionOmitted || argument.Argument switch
        {
            ConstantExpressionAst constant => LanguagePrimitives.IsTrue(constant.Value),
            VariableExpressionAst variable => string.Equals(variable.VariablePath.UserPath, "true", StringComparison.OrdinalIgnoreCase),
            _ => false,
        });

    private static NamedAttributeArgumentAst? Find(AttributeAst attribute, string name)
        => attribute.NamedArguments.FirstOrDefault(a => string.Equals(a.ArgumentName, name, StringComparison.OrdinalIgnoreCase));
}
