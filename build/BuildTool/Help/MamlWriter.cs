using System.Xml.Linq;

namespace PoshAcmeSharp.Build.Help;

/// <summary>Writes help as the MAML that Get-Help reads.</summary>
internal static class MamlWriter
{
    /// <summary>Get-Help puts the title of the next example right below the last paragraph.</summary>
    private const string EmptyLine = "";

    private static readonly XNamespace Msh = "http://msh";
    private static readonly XNamespace Maml = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace Dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    /// <summary>Writes cmdlets.</summary>
    /// <param name="cmdlets">The cmdlets.</param>
    /// <returns>The document.</returns>
    public static XDocument Write(IEnumerable<CmdletHelp> cmdlets)
        => new(new XDeclaration("1.0", "utf-8", null), new XElement(
            Msh + "helpItems",
            new XAttribute("schema", "maml"),
            cmdlets.Select(WriteCommand)));

    private static XElement WriteCommand(CmdletHelp cmdlet) => new(
        Command + "command",
        new XAttribute(XNamespace.Xmlns + "maml", Maml),
        new XAttribute(XNamespace.Xmlns + "command", Command),
        new XAttribute(XNamespace.Xmlns + "dev", Dev),
        new XElement(
            Command + "details",
            new XElement(Command + "name", cmdlet.Name),
            new XElement(Command + "verb", cmdlet.Verb),
            new XElement(Command + "noun", cmdlet.Noun),
            Text("description", [cmdlet.Synopsis])),
        Text("description", cmdlet.Description),
        new XElement(Command + "syntax", cmdlet.ParameterSets.Select(s => WriteSyntax(cmdlet, s))),
        new XElement(
            Command + "parameters",
            cmdlet.Parameters.OrderBy(p => p.Name, StringComparer.OrdinalIgnoreCase).Select(p => WriteParameter(p, MainUse(p, cmdlet), isSyntax: false))),
        new XElement(Command + "inputTypes", InputTypes(cmdlet).Select(t => new XElement(Command + "inputType", WriteType(t), Text("description", [])))),
        new XElement(Command + "returnValues", cmdlet.OutputTypes.Select(t => new XElement(Command + "returnValue", WriteType(t), Text("description", [])))),
        new XElement(Maml + "alertSet", new XElement(Maml + "alert", Paragraphs(AliasNote(cmdlet)))),
        new XElement(Command + "examples", cmdlet.Examples.Select(WriteExample)),
        new XElement(Command + "relatedLinks", cmdlet.Links.Select(l => new XElement(
            Maml + "navigationLink", new XElement(Maml + "linkText", l.Text), new XElement(Maml + "uri", l.Address)))));

    private static XElement WriteSyntax(CmdletHelp cmdlet, string set) => new(
        Command + "syntaxItem",
        new XElement(Maml + "name", cmdlet.Name),
        cmdlet.Parameters
            .Select(p => (Parameter: p, Use: p.In(set)))
            .Where(p => p.Use is not null)
            .OrderBy(p => p.Use!.Position ?? int.MaxValue)
            .ThenBy(p => p.Use!.IsMandatory ? 0 : 1)
            .Select(p => WriteParameter(p.Parameter, p.Use!, isSyntax: true)));

    private static XElement WriteParameter(ParameterHelp parameter, ParameterUse use, bool isSyntax) => new(
        Command + "parameter",
        new XAttribute("required", Flag(use.IsMandatory)),
        new XAttribute("variableLength", Flag(parameter.TypeName.EndsWith("[]", StringComparison.Ordinal))),
        new XAttribute("globbing", Flag(parameter.HasWildcards)),
        new XAttribute("pipelineInput", use.PipelineInput),
        new XAttribute("position", use.PositionText),
        new XAttribute("aliases", parameter.Aliases.Count > 0 ? string.Join(", ", parameter.Aliases) : "none"),
        new XElement(Maml + "name", parameter.Name),
        Text("description", parameter.Description),
        isSyntax && parameter.Values.Count > 0 ? new XElement(
            Command + "parameterValueGroup",
            parameter.Values.Select(v => new XElement(Command + "parameterValue", new XAttribute("required", "false"), new XAttribute("variableLength", "false"), v))) : null,
        isSyntax && parameter.IsSwitch ? null : new XElement(
            Command + "parameterValue",
            new XAttribute("required", Flag(!parameter.IsSwitch)),
            new XAttribute("variableLength", "false"),
            parameter.TypeName),
        WriteType(parameter.TypeName),
        new XElement(Dev + "defaultValue", parameter.Default ?? (parameter.IsSwitch ? "False" : "None")));

    private static XElement WriteExample(ExampleHelp example, int index) => new(
        Command + "example",
        new XElement(Maml + "title", $"-------------------------- Example {index + 1} --------------------------"),
        new XElement(Dev + "code", example.Code),
        new XElement(Dev + "remarks", Paragraphs([.. example.Remarks, EmptyLine])));

    private static XElement WriteType(string name)
        => new(Dev + "type", new XElement(Maml + "name", name), new XElement(Maml + "uri"));

    private static XElement Text(string name, IEnumerable<string> paragraphs) => new(Maml + name, Paragraphs(paragraphs));

    private static IEnumerable<XElement> Paragraphs(IEnumerable<string> paragraphs) => paragraphs.Select(p => new XElement(Maml + "para", p));

    private static IEnumerable<string> InputTypes(CmdletHelp cmdlet)
        => cmdlet.Parameters.Where(p => p.Uses.Any(u => u.ByValue)).Select(p => p.TypeName).Distinct(StringComparer.Ordinal).DefaultIfEmpty("None");

    private static IEnumerable<string> AliasNote(CmdletHelp cmdlet)
        => cmdlet.Aliases.Count > 0 ? [$"Alias: {string.Join(", ", cmdlet.Aliases)}."] : [];

    /// <summary>The use that the list of parameters shows: that in the default set, else the first.</summary>
    private static ParameterUse MainUse(ParameterHelp parameter, CmdletHelp cmdlet) => parameter.In(cmdlet.ParameterSets[0]) ?? parameter.Uses[0];

    private static string Flag(bool value) => value ? "true" : "false";
}
