using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Plugins.AcmeDns;
using Xunit;

namespace PoshAcmeSharp.Tests.Plugins.AcmeDns;

public sealed class AcmeDnsAliasTests : IDisposable
{
    private const string A = "_acme-challenge.a.example.com";
    private const string B = "_acme-challenge.b.example.com";

    private readonly AcmeDnsScene _scene = new();

    public void Dispose() => _scene.Dispose();

    private async Task<AcmeDnsPlugin> PublishedAsync(bool attended, PluginMemory? memory = null)
    {
        var plugin = _scene.Plugin(attended: attended, memory: memory);
        await _scene.PublishAsync(plugin, A, "one");
        await _scene.PublishAsync(plugin, B, "two");
        return plugin;
    }

    [Fact]
    public async Task CNAMEs_of_new_names_are_shown_together_and_waited_for()
    {
        var plugin = await PublishedAsync(attended: true);

        await _scene.SaveAsync(plugin);
        await _scene.SaveAsync(plugin);

        var text = Assert.Single(_scene.WaitedFor);
        Assert.Contains($"{A}  CNAME  sub-1.auth.example.org", text, StringComparison.Ordinal);
        Assert.Contains($"{B}  CNAME  sub-2.auth.example.org", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nobody_is_there_the_error_names_the_CNAMEs_to_create()
    {
        var plugin = await PublishedAsync(attended: false);

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => _scene.SaveAsync(plugin));

        Assert.Equal("AcmeDns.CNameMissing", error.ErrorId);
        Assert.Contains($"{A} CNAME sub-1.auth.example.org, {B} CNAME sub-2.auth.example.org", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_turns_out_to_have_nobody_is_the_same_error()
    {
        var plugin = await PublishedAsync(attended: true);
        _scene.OnWait = () => throw new PoshAcmeException("ConfirmationNeeded", ErrorKind.InvalidOperation, "Nobody is there.");

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => _scene.SaveAsync(plugin));

        Assert.Equal("AcmeDns.CNameMissing", error.ErrorId);
    }

    [Fact]
    public async Task Nobody_is_asked_for_a_CNAME_that_is_there()
    {
        var plugin = await PublishedAsync(attended: false);
        _scene.Aliases[A] = "between.example.com";
        _scene.Aliases["between.example.com"] = "sub-1.auth.example.org";
        _scene.Aliases[B] = "sub-2.auth.example.org";

        await _scene.SaveAsync(plugin);

        Assert.Empty(_scene.Reporter.Warnings);
    }

    [Fact]
    public async Task A_save_of_its_own_command_goes_on_when_the_CNAMEs_have_come()
    {
        var memory = new PluginMemory();
        await PublishedAsync(attended: false, memory);
        await Assert.ThrowsAsync<PoshAcmeException>(() => _scene.SaveAsync(_scene.Plugin(memory: memory)));
        _scene.Aliases[A] = "sub-1.auth.example.org";
        _scene.Aliases[B] = "sub-2.auth.example.org";

        await _scene.SaveAsync(_scene.Plugin(memory: memory));

        Assert.Empty(memory.Get<PendingAliases>("AcmeDns").List());
    }

    [Fact]
    public async Task The_clean_up_after_a_missing_CNAME_complains_of_nothing()
    {
        var plugin = await PublishedAsync(attended: false);
        await Assert.ThrowsAsync<PoshAcmeException>(() => _scene.SaveAsync(plugin));
        foreach (var name in new[] { A, B })
        {
            await plugin.UnpublishAsync(new TxtRecordSet(name, [AcmeDnsScene.Value("one")]), _scene.Context, default);
        }

        await _scene.SaveAsync(plugin);

        Assert.Empty(_scene.Reporter.Warnings);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("elsewhere.example.org")]
    public async Task The_CNAME_of_a_name_registered_earlier_is_only_warned_of(string? target)
    {
        await PublishedAsync(attended: false);
        if (target is not null)
        {
            _scene.Aliases[A] = target;
        }

        _scene.Aliases[B] = "sub-2.auth.example.org";
        var plugin = await PublishedAsync(attended: true);

        await _scene.SaveAsync(plugin);

        Assert.Empty(_scene.WaitedFor);
        var warning = Assert.Single(_scene.Reporter.Warnings);
        Assert.Contains($"from {A} to sub-1.auth.example.org", warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_DNS_does_not_answer_names_registered_earlier_are_trusted_and_new_ones_are_not()
    {
        await PublishedAsync(attended: false);
        _scene.IsDnsSilent = true;
        var plugin = await PublishedAsync(attended: true);
        await _scene.PublishAsync(plugin, "_acme-challenge.c.example.com", "three");

        await _scene.SaveAsync(plugin);

        Assert.Empty(_scene.Reporter.Warnings);
        Assert.DoesNotContain(A, Assert.Single(_scene.WaitedFor), StringComparison.Ordinal);
        Assert.Contains("_acme-challenge.c.example.com  CNAME  sub-3.auth.example.org", _scene.WaitedFor[0], StringComparison.Ordinal);
    }
}
