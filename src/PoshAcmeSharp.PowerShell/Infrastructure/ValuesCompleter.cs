using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace PoshAcmeSharp.PowerShell.Infrastructure;

/// <summary>Completes an argument out of a list of values. Never fails: a completion that cannot be made is none.</summary>
public abstract class ValuesCompleter : IArgumentCompleter
{
    private const string WhatNeedsQuotes = " \t'\"`$&|;,(){}<>@#";

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName,
        string parameterName,
        string wordToComplete,
        CommandAst commandAst,
        IDictionary fakeBoundParameters)
    {
        var start = (wordToComplete ?? string.Empty).Trim('\'', '"');
        try
        {
            return [.. GetValues(fakeBoundParameters ?? new Hashtable())
                .Where(v => v.StartsWith(start, StringComparison.OrdinalIgnoreCase))
                .Select(v => new CompletionResult(Quote(v), v, CompletionResultType.ParameterValue, v))];
        }
#pragma warning disable CA1031 // The user is typing; the command itself will say what is wrong.
        catch (Exception)
#pragma warning restore CA1031
        {
            return [];
        }
    }

    /// <summary>The values to choose from.</summary>
    /// <param name="boundParameters">What the user has typed for other parameters, by their names.</param>
    /// <returns>The values in the order to show them.</returns>
    protected abstract IEnumerable<string> GetValues(IDictionary boundParameters);

    private static string Quote(string value)
        => value.Length > 0 && value.IndexOfAny(WhatNeedsQuotes.ToCharArray()) < 0
            ? value
            : "'" + value.Replace("'", "''") + "'";
}
