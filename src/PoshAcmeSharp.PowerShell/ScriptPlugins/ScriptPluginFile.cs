using System.Management.Automation.Language;
using PoshAcmeSharp.Challenges;

namespace PoshAcmeSharp.PowerShell.ScriptPlugins;

/// <summary>A plugin script as it lies in its folder, read without running it.</summary>
internal sealed class ScriptPluginFile
{
    public const string TypeFunction = "Get-CurrentPluginType";

    private readonly Dictionary<string, ScriptFunction> _functions;

    private ScriptPluginFile(string path, Dictionary<string, ScriptFunction> functions, string text)
    {
        Path = path;
        Name = System.IO.Path.GetFileNameWithoutExtension(path);
        _functions = functions;
        Text = text;
    }

    /// <summary>The name users give to -Plugin: that of the file.</summary>
    public string Name { get; }

    public string Path { get; }

    /// <summary>The script.</summary>
    public string Text { get; }

    /// <summary>What it answers, when it tells so without being run.</summary>
    public string? ConstantType => Require(TypeFunction).ConstantResult;

    /// <summary>Reads a script.</summary>
    /// <exception cref="PoshAcmeException"><c>PluginScriptInvalid</c>: it does not parse. <c>PluginScriptUnreadable</c>.</exception>
    public static ScriptPluginFile Read(string path)
    {
        ScriptBlockAst script;
        ParseError[] errors;
        try
        {
            script = Parser.ParseFile(path, out _, out errors);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PoshAcmeException("PluginScriptUnreadable", ErrorKind.ReadError, $"The plugin script '{path}' cannot be read: {e.Message}", "Check the rights to the file.", e);
        }

        if (errors.Length > 0)
        {
            throw Invalid(path, $"does not parse: line {errors[0].Extent.StartLineNumber}: {errors[0].Message.TrimEnd('.')}");
        }

        var functions = new Dictionary<string, ScriptFunction>(StringComparer.OrdinalIgnoreCase);
        foreach (var definition in script.FindAll(a => a is FunctionDefinitionAst, searchNestedScriptBlocks: false).Cast<FunctionDefinitionAst>())
        {
            // As when it runs: of two with one name the last counts.
            functions[ScriptFunction.NameOf(definition)] = new ScriptFunction(definition);
        }

        return new ScriptPluginFile(path, functions, script.Extent.Text);
    }

    /// <summary>A function that the contract asks for.</summary>
    /// <exception cref="PoshAcmeException"><c>PluginScriptInvalid</c>: it is missing.</exception>
    public ScriptFunction Require(string function)
        => _functions.TryGetValue(function, out var found) ? found : throw Invalid(Path, $"lacks the function {function}");

    /// <summary>The functions of the contract for a type of challenge.</summary>
    /// <exception cref="PoshAcmeException"><c>PluginScriptInvalid</c>: one is missing, or the type is none.</exception>
    public ScriptContract ContractFor(string? challengeType) => challengeType switch
    {
        ChallengeType.Dns01 => Contract(ChallengeType.Dns01, "DnsTxt", "RecordName", "TxtValue"),
        ChallengeType.Http01 => Contract(ChallengeType.Http01, "HttpChallenge", "Domain", "Token", "Body"),
        _ => throw Invalid(Path, $"has the type '{challengeType}', not {ChallengeType.Dns01} or {ChallengeType.Http01}"),
    };

    private static PoshAcmeException Invalid(string path, string what) => new(
        "PluginScriptInvalid",
        ErrorKind.InvalidData,
        $"The plugin script '{path}' {what}.",
        $"Correct the script, or take it out of the folder. It needs {TypeFunction} and Add-, Remove- and Save-DnsTxt, or Add-, Remove- and Save-HttpChallenge.");

    private ScriptContract Contract(string challengeType, string noun, params string[] fixedParameters)
        => new(challengeType, Require("Add-" + noun), Require("Remove-" + noun), Require("Save-" + noun), fixedParameters);
}
