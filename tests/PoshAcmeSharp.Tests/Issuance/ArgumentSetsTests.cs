using System.Collections;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Issuance;
using Xunit;

namespace PoshAcmeSharp.Tests.Issuance;

public sealed class ArgumentSetsTests
{
    private static readonly string[] Names = ["example.com", "*.example.com", "a.b.example.com", "example.org"];

    private readonly TablePlugin _plugin = new();

    [Fact]
    public void A_table_without_tables_is_for_all_names()
    {
        var sets = Read(new() { ["Key"] = "k", ["Other"] = 1 });

        Assert.Empty(sets.ForNames);
        Assert.Equal(["Key", "Other"], sets.ForAll.Keys);
    }

    [Fact]
    public void An_argument_that_is_a_table_is_an_argument()
    {
        var sets = Read(new() { ["Table"] = Own("Key", "k") });

        Assert.Empty(sets.ForNames);
        Assert.IsType<Hashtable>(sets.ForAll["Table"]);
    }

    [Fact]
    public void An_argument_with_the_name_of_a_name_is_an_argument()
        => Assert.Equal(["default"], ArgumentSets.Read(new Dictionary<string, object?> { ["default"] = Own("Key", "k") }, [new TablePlugin("default")], Names).ForAll.Keys);

    [Theory]
    [InlineData("example.com", "example.com")]
    [InlineData("*.example.com", "example.com")]
    [InlineData("x.example.com", "*.example.com")]
    [InlineData("a.b.example.com", "*.b.example.com")]
    [InlineData("b.example.com", "*.b.example.com")]
    [InlineData("notexample.com", null)]
    [InlineData("EXAMPLE.COM", "example.com")]
    public void The_nearest_key_is_that_of_a_name(string name, string? key)
        => Assert.Equal(key, Read(new() { ["*.example.com"] = Own("Key", "1"), ["Example.com"] = Own("Key", "2"), ["*.b.example.com"] = Own("Key", "3") }).KeyFor(name, _plugin));

    [Fact]
    public void A_zone_is_its_domain_and_the_wildcard_too()
    {
        var sets = Read(new() { ["*.example.com"] = Own("Key", "1") });

        Assert.Equal(("*.example.com", "*.example.com"), (sets.KeyFor("example.com", _plugin), sets.KeyFor("*.example.com", _plugin)));
    }

    [Fact]
    public void Arguments_of_another_plugin_do_not_hide_those_of_the_zone()
        => Assert.Equal(
            "*.example.com",
            Read(new() { ["*.example.com"] = Own("Key", "1"), ["a.b.example.com"] = Own("OtherKey", "1") }).KeyFor("a.b.example.com", _plugin));

    [Fact]
    public void What_a_name_has_comes_on_top_of_the_default()
    {
        var sets = Read(new() { ["example.com"] = Own("Key", "own"), ["Default"] = new Hashtable { ["key"] = "all", ["Table"] = "t" } });

        Assert.Equal(("own", "t"), (sets.For("example.com")["KEY"], sets.For("example.com")["Table"]));
        Assert.Equal("all", sets.For(null)["Key"]);
        Assert.Same(sets.For("example.com"), sets.For("example.com"));
    }

    [Fact]
    public void A_mixture_is_an_error_that_names_the_odd_one()
        => Assert.Contains("'Key'", Error(new() { ["example.com"] = Own("Key", "1"), ["Key"] = "k" }).Message, StringComparison.Ordinal);

    [Fact]
    public void A_name_with_no_table_among_those_with_one_is_an_error()
        => Assert.Contains("'example.org'", Error(new() { ["example.com"] = Own("Key", "1"), ["example.org"] = "k" }).Message, StringComparison.Ordinal);

    [Fact]
    public void A_key_that_can_be_no_name_is_an_error()
        => Assert.Contains("'ex ample.com'", Error(new() { ["ex ample.com"] = Own("Key", "1") }).Message, StringComparison.Ordinal);

    [Fact]
    public void Keys_that_fit_no_name_are_told_and_left_out()
    {
        var sets = Read(new() { ["*.example.net"] = Own("Key", "1"), ["example.org"] = Own("Key", "1") });

        Assert.Equal(["*.example.net"], sets.Unmatched);
        Assert.Equal(["example.org"], sets.ForNames.Keys);
    }

    [Fact]
    public void International_names_are_compared_as_they_are_sent()
        => Assert.Equal("xn--mnchen-3ya.example", ArgumentSets.Read(
            new Dictionary<string, object?> { ["München.example"] = Own("Key", "1") }, [_plugin], ["xn--mnchen-3ya.example"]).KeyFor("xn--mnchen-3ya.example", _plugin));

    private static Hashtable Own(string name, string value) => new() { [name] = value };

    private ArgumentSets Read(Dictionary<string, object?> given) => ArgumentSets.Read(given, [_plugin], Names);

    private PoshAcmeException Error(Dictionary<string, object?> given)
    {
        var error = Assert.Throws<PoshAcmeException>(() => Read(given));
        Assert.Equal("InvalidPluginArguments", error.ErrorId);
        return error;
    }

    private sealed class TablePlugin(string table = "Table") : PluginDescriptor
    {
        public override string Name => "Some";

        public override string ChallengeType => PoshAcmeSharp.Challenges.ChallengeType.Dns01;

        public override IReadOnlyList<PluginParameter> Parameters { get; } = [new("Key", "String", null, IsMandatory: false), new(table, "Hashtable", null, IsMandatory: false)];

        public override IChallengePlugin Create(IReadOnlyDictionary<string, object?> arguments, PluginEnvironment environment) => throw new NotSupportedException();
    }
}
