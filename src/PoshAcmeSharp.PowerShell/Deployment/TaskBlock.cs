using System.Management.Automation;
using System.Management.Automation.Language;

namespace PoshAcmeSharp.PowerShell.Deployment;

/// <summary>A script block whose text is going to run in another session, where nothing of this one is known.</summary>
internal static class TaskBlock
{
    /// <summary>The variables that PowerShell sets, or that every session has.</summary>
    private static readonly HashSet<string> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        "_", "PSItem", "args", "input", "this", "true", "false", "null", "?", "^", "$", "Error", "LASTEXITCODE", "Matches", "foreach", "switch",
        "HOME", "Host", "PID", "PROFILE", "PSBoundParameters", "PSCmdlet", "PSCommandPath", "PSScriptRoot", "PSCulture", "PSUICulture", "PSEdition",
        "PSHOME", "PSVersionTable", "PSDefaultParameterValues", "PSEmailServer", "PSSessionOption", "PSStyle", "PWD", "ShellId", "StackTrace",
        "ExecutionContext", "MyInvocation", "NestedPromptLevel", "OutputEncoding", "OFS", "EnabledExperimentalFeatures",
        "IsCoreCLR", "IsLinux", "IsMacOS", "IsWindows",
    };

    /// <summary>The text of a block, to be kept with the task.</summary>
    /// <param name="block">The block.</param>
    /// <param name="parameter">The parameter that it was given to.</param>
    /// <param name="unknown">The names of variables that it reads and does not set; they will be empty.</param>
    /// <returns>The text, without braces.</returns>
    /// <exception cref="PoshAcmeException"><c>ScriptBlockNotSelfContained</c>: it has a <c>$using:</c> in it.</exception>
    public static string Read(ScriptBlock block, string parameter, out IReadOnlyList<string> unknown)
    {
        if (block.Ast.FindAll(static ast => ast is UsingExpressionAst, searchNestedScriptBlocks: false).FirstOrDefault() is { } captured)
        {
            throw new PoshAcmeException(
                "ScriptBlockNotSelfContained",
                ErrorKind.InvalidArgument,
                $"The script block of -{parameter} has {captured} in it, and nothing of this session is known where the task runs.",
                "Write the value into the block, or let the block read it from a file or a vault.");
        }

        var variables = block.Ast.FindAll(static ast => ast is VariableExpressionAst, searchNestedScriptBlocks: true).Cast<VariableExpressionAst>().ToList();
        var set = new HashSet<string>(variables.Where(IsSet).Select(Name), StringComparer.OrdinalIgnoreCase);
        unknown = [.. variables
            .Where(v => !v.VariablePath.IsDriveQualified)
            .Select(Name)
            .Where(name => !Known.Contains(name) && !set.Contains(name) && !name.EndsWith("Preference", StringComparison.OrdinalIgnoreCase))
            .Distinct(StringComparer.OrdinalIgnoreCase)];
        return block.ToString();
    }

    private static string Name(VariableExpressionAst variable)
    {
        var path = variable.VariablePath.UserPath;
        return path.Substring(path.IndexOf(':') + 1);
    }

    /// <summary>Whether a variable gets its value at this place.</summary>
    private static bool IsSet(VariableExpressionAst variable)
    {
        for (Ast child = variable, parent = variable.Parent; parent is not null; child = parent, parent = parent.Parent)
        {
            switch (parent)
            {
                case AssignmentStatementAst assignment:
                    return assignment.Left == child;
                case ForEachStatementAst loop:
                    return loop.Variable == child;
                case ParameterAst parameter:
                    return parameter.Name == child;
                case StatementAst or ScriptBlockAst or MemberExpressionAst or IndexExpressionAst:
                    return false;
            }
        }

        return false;
    }
}
