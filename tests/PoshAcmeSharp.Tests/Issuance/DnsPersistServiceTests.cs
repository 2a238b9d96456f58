using PoshAcmeSharp.AcmeTestServers;
using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.Profile;
using PoshAcmeSharp.Tests.Support;
using Xunit;

namespace PoshAcmeSharp.Tests.Issuance;

public sealed class DnsPersistServiceTests : IAsyncLifetime, IDisposable
{
    private const string Account = "https://ca.example/acct/1";

    private readonly string _root = Path.Combine(Path.GetTempPath(), "profile-" + Guid.NewGuid().ToString("N"));
    private readonly StubDns _one = new();
    private readonly StubDns _two = new();
    private readonly RecordingReporter _reporter = new();
    private ScriptedAcmeServer _server = null!;
    private ProfileSession _session = null!;

    public async Task InitializeAsync()
    {
        _server = await ScriptedAcmeServer.StartAsync(new ScriptedAcmeOptions { PersistentIssuers = ["z.example", "a.example"] });
        _session = new ProfileSession(new ProfileStore(_root, null, SystemClock.Instance, _reporter), _reporter, SystemClock.Instance)
        {
            Plugins = new PluginCatalog(
            [
                new OptionsPlugin<object>("One", ChallengeType.Dns01, (_, _) => _one),
                new OptionsPlugin<object>("Two", ChallengeType.Dns01, (_, _) => _two),
                new OptionsPlugin<object>("Web", ChallengeType.Http01, (_, _) => throw new InvalidOperationException()),
            ]),
        };
        await new ServerService(_session).SetAsync(new ServerSettings { DirectoryUrl = _server.DirectoryUrl });
        await new AccountService(_session).CreateAsync(_session.RequireServer(), new NewAccountRequest { AcceptTermsOfService = true, KeyLength = KeyLength.Ec256 });
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }

    public void Dispose() => _session.Dispose();

    [Fact]
    public async Task The_records_of_an_order_are_what_its_challenges_ask_for_published_by_its_plugins()
    {
        var records = await OrderRecordsAsync(["b.example.test", "a.example.test"], ["One", "Two"]);
        await Service().PublishAsync(DnsPersistService.Reduce(records, all: false));

        Assert.Equal(["_validation-persist.b.example.test"], _one.Published);
        Assert.Equal(["_validation-persist.a.example.test"], _two.Published);
        Assert.Equal([$"a.example; accounturi={_server.Accounts[0].Url}"], _one.LookUp("_validation-persist.b.example.test"));
    }

    [Fact]
    public async Task An_account_that_the_challenge_does_not_name_is_the_one_that_asks()
    {
        _server.Options.ShowsPersistentAccount = false;

        var record = Assert.Single(await OrderRecordsAsync(["b.example.test"], ["One"]));

        Assert.Equal(_server.Accounts[0].Url, record.Value.AccountUri);
    }

    [Fact]
    public async Task Names_that_cannot_have_a_record_are_warned_of()
    {
        var records = await OrderRecordsAsync(["b.example.test", "*.b.example.test", "127.0.0.1"], ["One"]);

        Assert.Equal("b.example.test", Assert.Single(records).Domain);
        Assert.Collection(
            _reporter.Warnings,
            w => Assert.Equal("*.b.example.test is passed over: a wildcard needs -AllowWildcard.", w),
            w => Assert.Contains("127.0.0.1 is passed over", w, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_domain_and_its_wildcard_come_to_one_record_with_the_policy()
    {
        var records = await OrderRecordsAsync(["b.example.test", "*.b.example.test"], ["One"], allowWildcard: true);

        var record = Assert.Single(DnsPersistService.Reduce(records, all: true));
        Assert.EndsWith("; policy=wildcard", record.Value.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, false, "example.test,other.test")]
    [InlineData(true, true, "example.test,a.example.test,b.a.example.test,other.test")]
    [InlineData(false, false, "example.test,a.example.test,b.a.example.test,other.test")]
    public void Names_below_a_record_with_the_policy_need_none_of_their_own(bool allowWildcard, bool all, string kept)
    {
        var value = new DnsPersistValue("ca.example", Account, allowWildcard);
        var records = DnsPersistService.RecordsFor(["b.a.example.test", "other.test", "*.example.test", "a.example.test", "EXAMPLE.test"], value, "One", null);

        Assert.Equal(kept.Split(','), DnsPersistService.Reduce(records, all).Select(r => r.Domain));
    }

    [Fact]
    public async Task Only_the_very_value_is_removed()
    {
        var mine = DnsPersistService.RecordsFor(["example.test"], new DnsPersistValue("ca.example", Account), "One", null);
        var others = DnsPersistService.RecordsFor(["example.test"], new DnsPersistValue("ca.example", Account, allowsWildcard: true), "One", null);
        await Service().PublishAsync([.. mine, .. others]);

        await Service().UnpublishAsync(mine);

        Assert.Equal([others[0].Value.ToString()], _one.LookUp("_validation-persist.example.test"));
    }

    [Fact]
    public async Task A_record_that_has_ended_is_not_published_but_removed()
    {
        var ended = DnsPersistService.RecordsFor(["example.test"], new DnsPersistValue("ca.example", Account, persistUntil: DateTimeOffset.UtcNow.AddMinutes(-1)), "One", null);
        _one.Add("_validation-persist.example.test", ended[0].Value.ToString());

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => Service().PublishAsync(ended));
        await Service().UnpublishAsync(ended);

        Assert.Equal("PersistUntilPassed", error.ErrorId);
        Assert.Empty(_one.LookUp("_validation-persist.example.test"));
    }

    [Theory]
    [InlineData("Web", "PluginNotForDns")]
    [InlineData("Nowhere", "PluginNotFound")]
    public async Task A_plugin_that_cannot_do_it_is_found_before_anything_is_published(string plugin, string errorId)
    {
        var value = new DnsPersistValue("ca.example", Account);
        IReadOnlyList<DnsPersistRecord> records = [.. DnsPersistService.RecordsFor(["a.test"], value, "One", null), .. DnsPersistService.RecordsFor(["b.test"], value, plugin, null)];

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => Service().PublishAsync(records));

        Assert.Equal(errorId, error.ErrorId);
        Assert.Empty(_one.Published);
    }

    [Fact]
    public async Task An_order_is_validated_by_the_record_that_is_there_and_its_plugin_publishes_nothing()
    {
        _server.Options.LookUpTxt = _one.LookUp;
        var records = await OrderRecordsAsync(["b.example.test"], ["One"]);
        await Service().PublishAsync(records);
        var (server, account, order) = await OrderAsync(["b.example.test"], ["Two"], ChallengeType.DnsPersist01);

        await new OrderValidationService(_session, _one).ValidateAsync(server, account, order);

        Assert.Equal("ready", order.Status);
        Assert.Empty(_two.Published);
        Assert.Single(_one.LookUp("_validation-persist.b.example.test"));
    }

    [Fact]
    public async Task An_order_without_its_record_is_refused_by_the_CA()
    {
        _server.Options.LookUpTxt = _one.LookUp;
        var (server, account, order) = await OrderAsync(["b.example.test"], ["Two"], ChallengeType.DnsPersist01);

        var error = await Assert.ThrowsAnyAsync<PoshAcmeException>(() => new OrderValidationService(_session, _one).ValidateAsync(server, account, order));

        Assert.Equal("ValidationFailed", error.ErrorId);
        Assert.Contains("No TXT record at _validation-persist.b.example.test", error.Message, StringComparison.Ordinal);
    }

    private DnsPersistService Service() => new(_session);

    private async Task<(StoredServer Server, StoredAccount Account, StoredOrder Order)> OrderAsync(string[] names, string[] plugins, string variant = "")
    {
        var server = _session.RequireServer();
        var account = _session.RequireAccount(server);
        var request = new NewOrderRequest { Domain = names, Plugin = plugins, DnsVariant = variant, DnsSleep = 0, KeyLength = KeyLength.Ec256, Overwrite = true };
        return (server, account, await new OrderService(_session).CreateAsync(server, account, request));
    }

    private async Task<IReadOnlyList<DnsPersistRecord>> OrderRecordsAsync(string[] names, string[] plugins, bool allowWildcard = false)
    {
        var (server, account, order) = await OrderAsync(names, plugins);
        return await Service().RecordsForAsync(server, account, order, allowWildcard, null);
    }
}
