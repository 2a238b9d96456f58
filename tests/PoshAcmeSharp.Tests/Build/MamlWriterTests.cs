using System.Xml.Linq;
using PoshAcmeSharp.Build.Help;
using Xunit;

namespace PoshAcmeSharp.Tests.Build;

public sealed class MamlWriterTests
{
    private readonly XDocument _maml = MamlWriter.Write(
    [
        new CmdletHelp
        {
            Verb = "New",
            Noun = "Thing",
            Aliases = [],
            Synopsis = "Makes <things>.",
            Description = ["First.", "Second."],
            ParameterSets = ["Names", "File"],
            OutputTypes = ["Thing"],
            Examples = [new("New-Thing a", ["Makes a."])],
            Links = [new("Get-Thing", string.Empty)],
            Parameters =
            [
                new()
                {
                    Name = "Quick",
                    TypeName = "SwitchParameter",
                    Description = ["Makes it quickly."],
                    Uses = [new(ParameterHelp.AllSets)],
                },
                new()
                {
                    Name = "Name",
                    TypeName = "String[]",
                    Description = ["The name."],
                    Uses = [new("Names", IsMandatory: true, Position: 0, ByValue: true, ByPropertyName: true)],
                    Aliases = ["n", "id"],
                },
                new()
                {
                    Name = "Path",
                    TypeName = "String",
                    Description = ["The file."],
                    Uses = [new("File", IsMandatory: true)],
                    Values = ["one", "two"],
                },
            ],
        },
    ]);

    [Fact]
    public void Each_parameter_set_has_a_syntax_with_positions_first()
    {
        var syntax = Elements("syntaxItem").Select(s => s.Elements().Where(e => e.Name.LocalName == "parameter").Select(Name)).ToList();

        Assert.Equal(2, syntax.Count);
        Assert.Equal(["Name", "Quick"], syntax[0]);
        Assert.Equal(["Path", "Quick"], syntax[1]);
    }

    [Fact]
    public void A_parameter_tells_how_it_is_bound()
    {
        var name = Parameter("Name");

        Assert.Equal("true", name.Attribute("required")!.Value);
        Assert.Equal("0", name.Attribute("position")!.Value);
        Assert.Equal("True (ByValue, ByPropertyName)", name.Attribute("pipelineInput")!.Value);
        Assert.Equal("n, id", name.Attribute("aliases")!.Value);
        Assert.Equal("true", name.Attribute("variableLength")!.Value);
    }

    [Fact]
    public void A_switch_has_no_value_in_the_syntax()
        => Assert.DoesNotContain(
            Elements("syntaxItem").SelectMany(s => s.Elements()).Single(p => p.Name.LocalName == "parameter" && Name(p) == "Quick" && p.Parent == Elements("syntaxItem").First()).Elements(),
            e => e.Name.LocalName == "parameterValue");

    [Fact]
    public void The_syntax_lists_the_values_that_are_allowed()
        => Assert.Equal(["one", "two"], Elements("parameterValueGroup").Single().Elements().Select(e => e.Value));

    [Fact]
    public void The_description_keeps_its_paragraphs()
        => Assert.Equal(["First.", "Second."], Elements("command").Single().Elements().Single(e => e.Name.LocalName == "description").Elements().Select(e => e.Value));

    [Fact]
    public void Texts_are_escaped()
        => Assert.Contains("Makes &lt;things&gt;.", _maml.ToString(), StringComparison.Ordinal);

    [Fact]
    public void The_input_type_is_that_of_the_parameter_which_takes_pipeline_objects()
        => Assert.Equal("String[]", Elements("inputType").Single().Descendants().Single(e => e.Name.LocalName == "name").Value);

    private XElement Parameter(string name)
        => Elements("parameters").Single().Elements().Single(p => Name(p) == name);

    private IEnumerable<XElement> Elements(string name) => _maml.Descendants().Where(e => e.Name.LocalName == name);

    private static string Name(XElement parameter) => parameter.Elements().Single(e => e.Name.LocalName == "name").Value;
}
