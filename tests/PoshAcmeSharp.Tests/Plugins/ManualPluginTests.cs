using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Plugins;
using PoshAcmeSharp.Plugins.Manual;
using PoshAcmeSharp.Tests.Support;
using Xunit;

namespace PoshAcmeSharp.Tests.Plugins;

public sealed class ManualPluginTests
{
    private readonly List<string> _shown = [];
    private readonly List<string> _waitedFor = [];
    private readonly RecordingReporter _reporter = new();
    private readonly PluginContext _context;

    public ManualPluginTests() => _context = new PluginContext(_reporter, new FakeClock());

    private static TxtRecordSet Record(string name, params string[] values) => new("_acme-challenge." + name, values);

    private PluginEnvironment Environment(bool attended = true, PluginMemory? memory = null) => new(_reporter, new FakeClock())
    {
        WaitForUserAsync = attended ? WaitAsync : null,
        ShowAsync = ShowAsync,
        Memory = memory,
    };

    private ManualPlugin Make(bool attended = true, bool waits = true, PluginMemory? memory = null)
        => new(new ManualOptions { ManualNonInteractive = !waits }, Environment(attended, memory));

    private Task WaitAsync(string text, CancellationToken cancellationToken)
    {
        _waitedFor.Add(text);
        return Task.CompletedTask;
    }

    private Task ShowAsync(string text)
    {
        _shown.Add(text);
        return Task.CompletedTask;
    }

    private Task PublishAsync(ManualPlugin plugin, params TxtRecordSet[] records)
        => Each(records, r => plugin.PublishAsync(r, _context, default));

    private Task UnpublishAsync(ManualPlugin plugin, params TxtRecordSet[] records)
        => Each(records, r => plugin.UnpublishAsync(r, _context, default));

    private static async Task Each(IEnumerable<TxtRecordSet> records, Func<TxtRecordSet, Task> work)
    {
        foreach (var record in records)
        {
            await work(record);
        }
    }

    [Fact]
    public async Task All_records_are_shown_together_and_waited_for_once()
    {
        var plugin = Make();
        await PublishAsync(plugin, Record("a.test", "one", "two"), Record("longer.b.test", "three"));
        Assert.Empty(_waitedFor);

        await plugin.SaveAsync(_context, default);

        var lines = Assert.Single(_waitedFor).Split(System.Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(
            [
                "    _acme-challenge.a.test         one",
                "    _acme-challenge.a.test         two",
                "    _acme-challenge.longer.b.test  three",
            ],
            lines[1..]);
        Assert.Empty(_shown);
    }

    [Fact]
    public async Task Nothing_is_shown_twice()
    {
        var plugin = Make();
        await PublishAsync(plugin, Record("a.test", "one"));
        await plugin.SaveAsync(_context, default);
        await plugin.SaveAsync(_context, default);

        Assert.Single(_waitedFor);
    }

    [Fact]
    public async Task Told_not_to_wait_it_only_shows()
    {
        var plugin = Make(attended: false, waits: false);
        await PublishAsync(plugin, Record("a.test", "one"));
        await plugin.SaveAsync(_context, default);

        Assert.Contains("_acme-challenge.a.test  one", Assert.Single(_shown), StringComparison.Ordinal);
        Assert.Empty(_waitedFor);
    }

    [Fact]
    public async Task What_can_be_removed_is_shown_without_a_wait_also_when_another_session_showed_it()
    {
        var plugin = Make(memory: new PluginMemory());
        await UnpublishAsync(plugin, Record("a.test", "one"), Record("b.test", "two"));
        await plugin.SaveAsync(_context, default);

        var text = Assert.Single(_shown);
        Assert.Contains("_acme-challenge.a.test  one", text, StringComparison.Ordinal);
        Assert.Contains("_acme-challenge.b.test  two", text, StringComparison.Ordinal);
        Assert.Empty(_waitedFor);
    }

    [Fact]
    public async Task Without_anybody_there_publishing_fails_at_once()
    {
        var plugin = Make(attended: false);

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => plugin.PublishAsync(Record("a.test", "one"), _context, default));

        Assert.Equal("ManualNeedsUser", error.ErrorId);
        Assert.Contains("ManualNonInteractive", error.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_refused_for_want_of_anybody_is_not_shown_as_to_be_removed()
    {
        var plugin = Make(attended: false);
        await Assert.ThrowsAsync<PoshAcmeException>(() => plugin.PublishAsync(Record("a.test", "one"), _context, default));

        await UnpublishAsync(plugin, Record("a.test", "one"));
        await plugin.SaveAsync(_context, default);

        Assert.Empty(_shown);
    }

    [Fact]
    public async Task Nobody_is_told_to_remove_what_nobody_was_told_to_create()
    {
        var plugin = Make(waits: false);
        await PublishAsync(plugin, Record("a.test", "one"));
        await UnpublishAsync(plugin, Record("a.test", "one"));
        await plugin.SaveAsync(_context, default);

        Assert.Empty(_shown);
    }

    [Fact]
    public async Task A_host_that_refuses_to_ask_is_the_same_as_nobody()
    {
        var environment = Environment() with
        {
            WaitForUserAsync = (_, _) => throw new PoshAcmeException("ConfirmationNeeded", ErrorKind.InvalidOperation, "Nobody.", "Force."),
        };
        var plugin = new ManualPlugin(new ManualOptions(), environment);
        await PublishAsync(plugin, Record("a.test", "one"));

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => plugin.SaveAsync(_context, default));

        Assert.Equal("ManualNeedsUser", error.ErrorId);
    }

    [Fact]
    public async Task A_cancelled_wait_ends_and_what_was_shown_can_be_removed()
    {
        using var cancelled = new CancellationTokenSource();
        var environment = Environment() with { WaitForUserAsync = (_, token) => Task.Delay(Timeout.Infinite, token) };
        var plugin = new ManualPlugin(new ManualOptions(), environment);
        await PublishAsync(plugin, Record("a.test", "one"));
        var saving = plugin.SaveAsync(_context, cancelled.Token);
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => saving);

        await UnpublishAsync(plugin, Record("a.test", "one"));
        await plugin.SaveAsync(_context, default);

        Assert.Contains("_acme-challenge.a.test  one", Assert.Single(_shown), StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_a_memory_one_instance_shows_what_others_collected()
    {
        var memory = new PluginMemory();
        await PublishAsync(Make(attended: false, memory: memory), Record("a.test", "one"));
        await PublishAsync(Make(attended: false, memory: memory), Record("b.test", "two"));

        await Make(waits: false, memory: memory).SaveAsync(_context, default);

        Assert.Contains("b.test  two", Assert.Single(_shown), StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_a_memory_a_save_that_nobody_can_answer_keeps_the_records_for_the_next()
    {
        var memory = new PluginMemory();
        await PublishAsync(Make(memory: memory), Record("a.test", "one"));
        await Assert.ThrowsAsync<PoshAcmeException>(() => Make(attended: false, memory: memory).SaveAsync(_context, default));
        Assert.Empty(_shown);

        await Make(waits: false, memory: memory).SaveAsync(_context, default);

        Assert.Single(_shown);
    }

    [Fact]
    public async Task Without_a_host_that_shows_anything_the_records_are_a_warning()
    {
        var plugin = new ManualPlugin(new ManualOptions { ManualNonInteractive = true }, new PluginEnvironment(_reporter, new FakeClock()));
        await PublishAsync(plugin, Record("a.test", "one"));
        await plugin.SaveAsync(_context, default);

        Assert.Contains("_acme-challenge.a.test  one", Assert.Single(_reporter.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void The_catalogue_has_it_with_its_argument()
    {
        var plugin = new PluginCatalog(NativePlugins.List()).Require("manual");

        Assert.Equal(["ManualNonInteractive"], plugin.Parameters.Select(p => p.Name));
        Assert.IsType<ManualPlugin>(plugin.Create(new Dictionary<string, object?> { ["manualnoninteractive"] = true }, Environment()));
    }
}
