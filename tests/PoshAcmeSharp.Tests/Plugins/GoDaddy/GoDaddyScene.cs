using GoDaddyStub;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Plugins.GoDaddy;
using PoshAcmeSharp.Tests.Support;
using Xunit;

namespace PoshAcmeSharp.Tests.Plugins.GoDaddy;

/// <summary>
/// A stub server and a plugin that speaks to it. However a test ends, nothing may have been sent that makes the real
/// server replace a zone.
/// </summary>
internal sealed class GoDaddyScene : IAsyncDisposable
{
    private readonly List<GoDaddyPlugin> _plugins = [];

    private GoDaddyScene(StubServer server, StubOptions options, ManualClock clock)
    {
        Server = server;
        Options = options;
        Clock = clock;
        Context = new PluginContext(Reporter, clock);
    }

    public StubServer Server { get; }

    public StubOptions Options { get; }

    public ManualClock Clock { get; }

    public RecordingReporter Reporter { get; } = new();

    public PluginContext Context { get; }

    public static async Task<GoDaddyScene> StartAsync(StubOptions? options = null)
    {
        var clock = new ManualClock();
        options = (options ?? new StubOptions()) with { Time = clock };
        return new GoDaddyScene(await StubServer.StartAsync(options), options, clock);
    }

    public GoDaddyPlugin WithKey(Func<string, CancellationToken, Task<string>>? resolveAlias = null, string? customerId = null)
        => Plugin(new GoDaddyOptions { GDKey = Options.Key, GDSecretSecure = SecureText.Of(Options.Secret), GDCustomerId = customerId }, resolveAlias);

    public GoDaddyPlugin WithToken(Func<string, CancellationToken, Task<string>>? resolveAlias = null, PluginEnvironment? environment = null)
        => Plugin(new GoDaddyOptions { GDToken = SecureText.Of(Options.Token) }, resolveAlias, environment);

    public GoDaddyPlugin Plugin(GoDaddyOptions options, Func<string, CancellationToken, Task<string>>? resolveAlias = null, PluginEnvironment? environment = null)
    {
        options.GDBaseUri = Server.BaseUrl;
        var plugin = new GoDaddyPlugin(options, null, resolveAlias, environment);
        _plugins.Add(plugin);
        return plugin;
    }

    public Task PublishAsync(GoDaddyPlugin plugin, string name, params string[] values)
        => plugin.PublishAsync(new TxtRecordSet(name, values), Context, CancellationToken.None);

    public Task UnpublishAsync(GoDaddyPlugin plugin, string name, params string[] values)
        => plugin.UnpublishAsync(new TxtRecordSet(name, values), Context, CancellationToken.None);

    public IReadOnlyList<string> Values(string zone, string name)
    {
        lock (Server.State)
        {
            return Server.State.Find(zone, "TXT", name).Select(r => r.Data).Order(StringComparer.Ordinal).ToList();
        }
    }

    public void Add(string zone, string name, string data, int ttl = 600)
    {
        lock (Server.State)
        {
            Server.State.Add(zone, "TXT", name, data, ttl);
        }
    }

    public IReadOnlyList<StubRequest> Requests(string method)
    {
        lock (Server.State)
        {
            return Server.State.Requests.FindAll(r => r.Method == method);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _plugins.ForEach(plugin => plugin.Dispose());
        await Server.DisposeAsync();
        Assert.False(Server.State.ZoneWiped, "A request was sent that replaces a zone.");
    }
}
