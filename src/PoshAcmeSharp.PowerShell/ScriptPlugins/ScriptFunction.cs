using System.Management.Automation.Language;

namespace PoshAcmeSharp.PowerShell.ScriptPlugins;

/// <summary>A function of a plugin script, read without running anything.</summary>
internal sealed class ScriptFunction
{
    private readonly FunctionDefinitionAst _definition;

    public ScriptFunction(FunctionDefinitionAst definition)
    {
        _definition = definition;
        Name = NameOf(definition);
        var block = definition.Body.ParamBlock;

        // Without a param block they stand behind the name.
        var declarations = block?.Parameters ?? definition.FindAll(a => a is ParameterAst && a.Parent == definition, searchNestedScriptBlocks: true).Cast<ParameterAst>();
        Parameters = [.. declarations.Select(p => new ScriptParameter(p))];
        DefaultSet = block?.Attributes
            .Where(a => string.Equals(a.TypeName.Name, "CmdletBinding", StringComparison.OrdinalIgnoreCase))
            .SelectMany(a => a.NamedArguments)
            .Where(a => string.Equals(a.ArgumentName, "DefaultParameterSetName", StringComparison.OrdinalIgnoreCase))
            .Select(a => (a.Argument as StringConstantExpressionAst)?.Value)
            .FirstOrDefault();
    }

    public string Name { get; }

    public IReadOnlyList<ScriptParameter> Parameters { get; }

    /// <summary>The parameter set that PowerShell takes when several fit; null when none is named.</summary>
    public string? DefaultSet { get; }

    /// <summary>What the comment in it says; null when there is none.</summary>
    public CommentHelpInfo? Help => _definition.GetHelpContent();

    /// <summary>What it returns, when that is a constant text; null when it has to be run to know.</summary>
    public string? ConstantResult
    {
        get
        {
            if (_definition.Body is not { BeginBlock: null, ProcessBlock: null, EndBlock.Statements: { Count: 1 } statements })
            {
                return null;
            }

            var result = statements[0] is ReturnStatementAst { Pipeline: { } returned } ? returned : statements[0];
            return result is PipelineAst { PipelineElements: { Count: 1 } elements }
                && elements[0] is CommandExpressionAst { Expression: StringConstantExpressionAst text, Redirections.Count: 0 }
                ? text.Value
                : null;
        }
    }

    /// <summary>The name of a function without the scope that may stand before it.</summary>
    public static string NameOf(FunctionDefinitionAst definition)
    {
        var colon = definition.Name.IndexOf(':');
        return colon < 0 ? definition.Name : definition.Name.Substring(colon + 1);
    }

    public ScriptParameter? Find(string parameter)
        => Parameters.FirstOrDefault(p => string.Equals(p.Name, parameter, StringComparison.OrdinalIgnoreCase));
}
