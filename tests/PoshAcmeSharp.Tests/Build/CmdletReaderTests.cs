using PoshAcmeSharp.Build.Help;
using Xunit;

namespace PoshAcmeSharp.Tests.Build;

public sealed class CmdletReaderTests
{
    private static readonly IReadOnlyList<CmdletHelp> Cmdlets = Read();

    private static CmdletHelp New => Cmdlets.Single(c => c.Name == "New-Sample");

    [Fact]
    public void Every_cmdlet_of_the_assembly_is_read()
        => Assert.Equal(["Get-Sample", "New-Sample"], Cmdlets.Select(c => c.Name));

    [Fact]
    public void The_summary_is_the_synopsis()
        => Assert.Equal("Makes a sample.", New.Synopsis);

    [Fact]
    public void The_remarks_are_the_description_and_name_commands_and_parameters_as_users_know_them()
        => Assert.Equal(["It is used with Get-Sample and with -Domain.", "Second paragraph:", "- one & only"], New.Description);

    [Fact]
    public void Examples_keep_the_lines_and_the_indent_of_their_code()
    {
        Assert.Equal("$names = 'a.test',\n    'b.test'\nNew-Sample $names", New.Examples[0].Code);
        Assert.Equal(["Makes a sample for two names."], New.Examples[0].Remarks);
    }

    [Fact]
    public void Links_go_to_commands_and_to_pages()
        => Assert.Equal([new("Get-Sample", string.Empty), new("The guide", "https://example.com/guide")], New.Links);

    [Fact]
    public void The_default_parameter_set_comes_first()
        => Assert.Equal(["Names", "File"], New.ParameterSets);

    [Fact]
    public void Aliases_and_output_types_are_read()
    {
        Assert.Equal(["nsam"], New.Aliases);
        Assert.Equal(["Sample.Thing"], New.OutputTypes);
    }

    [Fact]
    public void A_parameter_is_described_for_each_set_that_it_is_in()
    {
        var domain = Parameter("Domain");

        Assert.Equal("String[]", domain.TypeName);
        Assert.Equal(["Name", "dn"], domain.Aliases);
        Assert.Equal(new ParameterUse("Names", IsMandatory: true, Position: 0, ByValue: true), domain.In("Names"));
        Assert.Equal(new ParameterUse("File", Position: 1, ByPropertyName: true), domain.In("File"));
    }

    [Fact]
    public void A_parameter_of_a_base_class_keeps_its_text()
        => Assert.Equal(["Goes on without a question."], Parameter("Force").Description);

    [Fact]
    public void Values_come_from_enumerations_and_from_ValidateSet()
    {
        Assert.Equal(["Red", "Blue"], Parameter("Colour").Values);
        Assert.Equal(["low", "high"], Parameter("Strength").Values);
    }

    [Fact]
    public void A_nullable_parameter_shows_the_type_itself_and_its_default()
    {
        Assert.Equal("SampleColour", Parameter("Colour").TypeName);
        Assert.Equal("Blue", Parameter("Colour").Default);
    }

    [Fact]
    public void Hidden_parameters_and_plain_properties_are_left_out()
        => Assert.Equal(["Colour", "Confirm", "Domain", "Force", "Path", "Strength", "WhatIf"], New.Parameters.Select(p => p.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void What_is_missing_is_named()
    {
        var problems = HelpCheck.Problems(Cmdlets).ToList();

        Assert.Equal(4, problems.Count);
        Assert.All(problems, p => Assert.StartsWith("Get-Sample ", p, StringComparison.Ordinal));
        Assert.Contains(problems, p => p.Contains("has no description", StringComparison.Ordinal));
        Assert.Contains(problems, p => p.Contains("-Undocumented has no text", StringComparison.Ordinal));
        Assert.Contains(problems, p => p.Contains("fewer than 2 examples", StringComparison.Ordinal));
        Assert.Contains(problems, p => p.Contains("no related link", StringComparison.Ordinal));
    }

    private static ParameterHelp Parameter(string name) => New.Parameters.Single(p => p.Name == name);

    private static IReadOnlyList<CmdletHelp> Read()
    {
        var assembly = typeof(CmdletReaderTests).Assembly.Location;
        using var reader = new CmdletReader(
            assembly, Path.ChangeExtension(assembly, ".xml"), Path.GetDirectoryName(typeof(Microsoft.AspNetCore.Http.HttpContext).Assembly.Location)!);
        return reader.Read();
    }
}
