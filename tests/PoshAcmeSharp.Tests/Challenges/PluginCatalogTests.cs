using PoshAcmeSharp.Challenges;
using Xunit;

namespace PoshAcmeSharp.Tests.Challenges;

public sealed class PluginCatalogTests
{
    private readonly OptionsPlugin<object> _builtIn = Plugin("Some");
    private readonly OtherPlugins _others = new(Plugin("some"), Plugin("Other", "Same"));

    [Fact]
    public void What_is_built_in_comes_before_others_of_the_name()
    {
        var catalog = new PluginCatalog([_builtIn], _others);

        Assert.Same(_builtIn, catalog.Find("SOME"));
        Assert.Equal(["Other", "Some"], catalog.List().Select(p => p.Name));
    }

    [Fact]
    public void Others_are_found_by_their_aliases()
        => Assert.Equal("Other", new PluginCatalog([_builtIn], _others).Find("same")?.Name);

    [Fact]
    public void Others_are_not_asked_for_what_is_built_in()
    {
        var catalog = new PluginCatalog([_builtIn], _others);
        catalog.Find("Some");
        Assert.False(_others.WereAsked);
        catalog.Find("Other");
        Assert.True(_others.WereAsked);
    }

    [Fact]
    public void A_plugin_that_is_nowhere_is_an_error()
        => Assert.Equal("PluginNotFound", Assert.Throws<PoshAcmeException>(() => new PluginCatalog([_builtIn]).Require("none")).ErrorId);

    [Fact]
    public void Others_come_first_for_who_prefers_them_by_an_alias_too()
    {
        var some = new OptionsPlugin<object>("Some", ChallengeType.Dns01, (_, _) => throw new NotSupportedException()) { Aliases = ["Alias"] };
        var catalog = new PluginCatalog([some], _others).For([], prefersOthers: true);

        Assert.Equal("some", catalog.Find("Some")?.Name);
        Assert.Equal("some", catalog.Find("alias")?.Name);
        Assert.Equal(["Other", "some"], catalog.List().Select(p => p.Name));
    }

    [Fact]
    public void What_is_built_in_serves_where_the_preferred_others_have_none()
        => Assert.Same(_builtIn, new PluginCatalog([_builtIn], new OtherPlugins()).For([], prefersOthers: true).Find("Some"));

    [Fact]
    public void Folders_of_ones_own_are_looked_through_too()
        => Assert.NotNull(new PluginCatalog([_builtIn], _others).For(["Mine"], prefersOthers: false).Find("mine"));

    [Fact]
    public void What_is_hidden_can_be_found()
    {
        var script = new OptionsPlugin<object>("Some", ChallengeType.Dns01, (_, _) => throw new NotSupportedException()) { Path = "/mine/Some.ps1" };
        var catalog = new PluginCatalog([_builtIn], new OtherPlugins(script));

        Assert.Equal(["/mine/Some.ps1"], catalog.FindHidden(catalog.Require("Some")));
        catalog = catalog.For([], prefersOthers: true);
        Assert.Equal([null], catalog.FindHidden(catalog.Require("Some")));
    }

    private static OptionsPlugin<object> Plugin(string name, params string[] aliases)
        => new OptionsPlugin<object>(name, ChallengeType.Dns01, (_, _) => throw new NotSupportedException()) { Aliases = aliases };

    private sealed class OtherPlugins(params PluginDescriptor[] plugins) : IPluginSource
    {
        public bool WereAsked { get; private set; }

        public IReadOnlyList<PluginDescriptor> List()
        {
            WereAsked = true;
            return plugins;
        }

        public PluginDescriptor? Find(string name)
        {
            WereAsked = true;
            return plugins.FirstOrDefault(p => p.IsNamed(name));
        }

        public IReadOnlyList<string> Locate(string name) => [.. plugins.Where(p => p.IsNamed(name)).Select(p => p.Path ?? "/scripts/" + p.Name)];

        public IPluginSource WithFolders(IReadOnlyList<string> folders) => new OtherPlugins([.. folders.Select(f => Plugin(f)), .. plugins]);
    }
}
