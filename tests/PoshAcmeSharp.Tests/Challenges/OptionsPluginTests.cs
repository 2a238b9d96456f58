using System.Collections;
using System.Security;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Tests.Support;
using Xunit;

namespace PoshAcmeSharp.Tests.Challenges;

public sealed class OptionsPluginTests
{
    private readonly List<Options> _made = [];
    private readonly OptionsPlugin<Options> _plugin;

    public OptionsPluginTests() => _plugin = new OptionsPlugin<Options>("Some", ChallengeType.Dns01, (options, _) =>
    {
        _made.Add(options);
        return new NoPlugin();
    });

    private sealed class Options
    {
        [PluginArgument(ParameterSet = "Key", Mandatory = true)]
        public string? Key { get; set; }

        [PluginArgument(ParameterSet = "Token", Mandatory = true)]
        public SecureString? Token { get; set; }

        [PluginArgument]
        public bool Test { get; set; }

        [PluginArgument]
        public int? Port { get; set; }

        [PluginArgument]
        public IReadOnlyList<string> Zones { get; set; } = [];

        [PluginArgument(IsPath = true)]
        public IReadOnlyList<string> Folders { get; set; } = [];
    }

    private sealed class NoPlugin : IChallengePlugin
    {
        public string Name => "Some";

        public int MaxConcurrency => 1;
    }

    private Options Make(params (string Name, object? Value)[] arguments)
    {
        _plugin.Create(arguments.ToDictionary(a => a.Name, a => a.Value), new PluginEnvironment(new RecordingReporter(), new FakeClock()));
        return _made[^1];
    }

    [Fact]
    public void Paths_begin_in_the_current_folder_of_the_user_and_other_arguments_stay()
    {
        var folder = Path.GetFullPath("/user/here");
        var arguments = new Dictionary<string, object?> { ["Key"] = "./key", ["folders"] = new[] { "web", ".", "~/web", Path.GetFullPath("/full") } };

        _plugin.Create(arguments, new PluginEnvironment(new RecordingReporter(), new FakeClock()) { CurrentFolder = folder });

        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        Assert.Equal([Path.Combine(folder, "web"), folder, Path.Combine(home, "web"), Path.GetFullPath("/full")], _made[^1].Folders);
        Assert.Equal("./key", _made[^1].Key);
    }

    [Theory]
    [InlineData("a\0b")]
    [InlineData("web", "a\0b")]
    public void What_cannot_be_a_path_is_an_error_that_names_the_argument(params string[] folders)
    {
        var error = Assert.Throws<PoshAcmeException>(() => Make(("Key", "k"), ("Folders", folders)));

        Assert.Equal("InvalidPluginArguments", error.ErrorId);
        Assert.Contains("Folders", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Arguments_become_the_types_of_the_options()
    {
        var options = Make(("key", "abc"), ("Test", "true"), ("Port", 8053L), ("Zones", "example.com"));

        Assert.Equal("abc", options.Key);
        Assert.True(options.Test);
        Assert.Equal(8053, options.Port);
        Assert.Equal(["example.com"], options.Zones);
    }

    [Fact]
    public void A_switch_that_PowerShell_has_written_into_a_file_is_read()
        => Assert.True(Make(("Key", "abc"), ("Test", new Hashtable { ["IsPresent"] = true })).Test);

    [Fact]
    public void A_text_is_taken_for_a_secret()
        => Assert.Equal("t0k".Length, Make(("Token", "t0k")).Token!.Length);

    [Fact]
    public void Arguments_of_other_plugins_are_passed_over()
        => Assert.Equal("abc", Make(("Key", "abc"), ("OtherKey", "x")).Key);

    [Fact]
    public void What_is_missing_is_named_for_each_set()
    {
        var e = Assert.Throws<PoshAcmeException>(() => Make(("Port", 1)));

        Assert.Equal("InvalidPluginArguments", e.ErrorId);
        Assert.Contains("Key, or Token", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Arguments_of_two_sets_do_not_go_together()
    {
        var e = Assert.Throws<PoshAcmeException>(() => Make(("Key", "abc"), ("Token", "x")));

        Assert.Contains("do not go together: Key, Token", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Port", "eighty")]
    [InlineData("Port", 99999999999L)]
    [InlineData("Test", "perhaps")]
    public void A_value_of_the_wrong_type_is_named_but_not_shown(string name, object value)
    {
        var e = Assert.Throws<PoshAcmeException>(() => Make(("Key", "abc"), (name, value)));

        Assert.Equal("InvalidPluginArguments", e.ErrorId);
        Assert.Contains(name, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(value.ToString()!, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_arguments_are_listed_as_users_know_their_types()
        => Assert.Equal(
            ["Key String Key", "Token SecureString Token", "Test SwitchParameter ", "Port Int32 ", "Zones String[] ", "Folders String[] "],
            _plugin.Parameters.Select(p => $"{p.Name} {p.TypeName} {p.ParameterSet}"));

    [Fact]
    public void An_argument_of_several_sets_is_listed_for_each_and_is_needed_in_each()
    {
        var plugin = new OptionsPlugin<SharedOptions>("Shared", ChallengeType.Dns01, (_, _) => new NoPlugin());
        IChallengePlugin Create(params string[] names)
            => plugin.Create(names.ToDictionary(n => n, n => (object?)("https://" + n)), new PluginEnvironment(new RecordingReporter(), new FakeClock()));

        Assert.Equal(["One", "Two", "One", "Two"], plugin.Parameters.Select(p => p.ParameterSet));
        Assert.Equal("One", plugin.DefaultParameterSet);
        Assert.NotNull(Create("User", "Password"));
        Assert.NotNull(Create("User", "Key"));
        Assert.Contains("User", Assert.Throws<PoshAcmeException>(() => Create("Key")).Message, StringComparison.Ordinal);
        Assert.Contains("do not go together", Assert.Throws<PoshAcmeException>(() => Create("User", "Key", "Password")).Message, StringComparison.Ordinal);
    }

    private sealed class SharedOptions
    {
        [PluginArgument(ParameterSet = "One", Mandatory = true)]
        [PluginArgument(ParameterSet = "Two", Mandatory = true)]
        public string? User { get; set; }

        [PluginArgument(ParameterSet = "One", Mandatory = true)]
        public string? Password { get; set; }

        [PluginArgument(ParameterSet = "Two", Mandatory = true)]
        public Uri? Key { get; set; }
    }
}
