using GoDaddyStub;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Plugins.GoDaddy;
using PoshAcmeSharp.Profile;
using PoshAcmeSharp.Tests.Profile;
using Xunit;

namespace PoshAcmeSharp.Tests.Plugins.GoDaddy;

public sealed class RecordNoteTests : IDisposable
{
    private const string Name = "_acme-challenge.www.example.com";

    private readonly TestProfile _profile = new();
    private readonly StoredAccount _account;

    public RecordNoteTests() => _account = _profile.Populate().Account;

    private string PluginVars => Path.Combine(_account.Folder, "pluginvars.json");

    private GoDaddyPlugin Plugin(GoDaddyScene scene) => scene.WithToken(environment: new PluginEnvironment(scene.Reporter, scene.Clock)
    {
        Store = _profile.Open(),
        Account = _account,
    });

    private static Task<GoDaddyScene> StartAsync(bool isBlind = true) => GoDaddyScene.StartAsync(new StubOptions { WriteOnlyToken = isBlind });

    public void Dispose() => _profile.Dispose();

    [Fact]
    public async Task Another_instance_removes_what_a_blind_token_published()
    {
        await using var scene = await StartAsync();
        await scene.PublishAsync(Plugin(scene), Name, "a", "b");

        await scene.UnpublishAsync(Plugin(scene), Name, "a");
        Assert.Equal(["b"], scene.Values("example.com", "_acme-challenge.www"));

        await scene.UnpublishAsync(Plugin(scene), Name, "b");
        Assert.Empty(scene.Values("example.com", "_acme-challenge.www"));
        Assert.Empty(scene.Reporter.Warnings);
    }

    [Fact]
    public async Task Notes_go_with_the_records_and_what_others_keep_stays()
    {
        _profile.Store.WritePluginVars(_account, """{"ACMEReg":{"x":["1"]}}""");
        await using var scene = await StartAsync();
        await scene.PublishAsync(Plugin(scene), Name, "a");
        Assert.Contains("GoDaddyRecords", await File.ReadAllTextAsync(PluginVars), StringComparison.Ordinal);

        await scene.UnpublishAsync(Plugin(scene), Name, "a");

        var kept = await File.ReadAllTextAsync(PluginVars);
        Assert.Contains("ACMEReg", kept, StringComparison.Ordinal);
        Assert.DoesNotContain("GoDaddyRecords", kept, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_that_may_read_needs_no_notes()
    {
        await using var scene = await StartAsync(isBlind: false);
        await scene.PublishAsync(Plugin(scene), Name, "a");
        await scene.UnpublishAsync(Plugin(scene), Name, "a");

        Assert.False(File.Exists(PluginVars));
    }

    [Fact]
    public async Task What_was_not_noted_is_left_behind_and_said_so()
    {
        await using var scene = await StartAsync();
        scene.Add("example.com", "_acme-challenge.www", "old");
        await scene.PublishAsync(Plugin(scene), Name, "a");

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => scene.UnpublishAsync(Plugin(scene), Name, "old", "a"));

        Assert.Equal("GoDaddy.RecordLeftBehind", error.ErrorId);
        Assert.Equal(["old"], scene.Values("example.com", "_acme-challenge.www"));
    }

    [Fact]
    public async Task A_note_that_cannot_be_kept_is_a_warning_and_the_record_is_published()
    {
        await File.WriteAllTextAsync(PluginVars, "no JSON");
        await using var scene = await StartAsync();

        await scene.PublishAsync(Plugin(scene), Name, "a");

        Assert.Equal(["a"], scene.Values("example.com", "_acme-challenge.www"));
        Assert.Contains("pluginvars.json", Assert.Single(scene.Reporter.Warnings), StringComparison.Ordinal);
        Assert.Equal("no JSON", await File.ReadAllTextAsync(PluginVars));
    }
}
