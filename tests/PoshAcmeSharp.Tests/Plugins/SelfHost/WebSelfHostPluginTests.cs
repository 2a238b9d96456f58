using System.Net.Sockets;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Plugins.SelfHost;
using PoshAcmeSharp.Tests.Support;
using Xunit;

namespace PoshAcmeSharp.Tests.Plugins.SelfHost;

public sealed class WebSelfHostPluginTests : IDisposable
{
    private static readonly HttpChallengeResponse One = new("a.example.test", "one", "one.thumbprint");
    private static readonly HttpChallengeResponse Two = new("b.example.test", "two", "two.thumbprint");

    private readonly HttpClient _http = new();
    private readonly int _port = FreePort.Find();

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task It_listens_from_the_first_answer_to_the_last()
    {
        var plugin = Plugin(new WebSelfHostOptions());
        var context = new PluginContext(NullReporter.Instance, SystemClock.Instance);

        await plugin.PublishAsync(One, context, default);
        await plugin.PublishAsync(Two, context, default);
        Assert.Equal("one.thumbprint", await GetAsync("one"));
        Assert.Equal("two.thumbprint", await GetAsync("two"));

        await plugin.UnpublishAsync(One, context, default);
        Assert.Equal("two.thumbprint", await GetAsync("two"));

        await plugin.UnpublishAsync(Two, context, default);
        await plugin.UnpublishAsync(Two, context, default);
        await AssertNobodyListensAsync();
    }

    [Fact]
    public async Task It_stops_by_itself_when_its_time_is_over()
    {
        var plugin = Plugin(new WebSelfHostOptions { WSHTimeout = 30 });
        var clock = new FakeClock();

        await plugin.PublishAsync(One, new PluginContext(NullReporter.Instance, clock), default);

        Assert.Contains(TimeSpan.FromSeconds(30), clock.Delays);
        await AssertNobodyListensAsync();
    }

    [Fact]
    public async Task It_waits_after_the_start_once()
    {
        var plugin = Plugin(new WebSelfHostOptions { WSHDelayAfterStart = 7, WSHTimeout = 0 });
        var clock = new FakeClock();
        var context = new PluginContext(NullReporter.Instance, clock);

        await plugin.PublishAsync(One, context, default);
        await plugin.PublishAsync(Two, context, default);

        Assert.Equal([TimeSpan.FromSeconds(7)], clock.Delays);
        await plugin.UnpublishAsync(One, context, default);
        await plugin.UnpublishAsync(Two, context, default);
    }

    [Fact]
    public async Task Instances_with_one_memory_share_the_server_and_can_end_what_another_began()
    {
        var memory = new PluginMemory();
        var context = new PluginContext(NullReporter.Instance, SystemClock.Instance);

        await Plugin(new WebSelfHostOptions(), memory).PublishAsync(One, context, default);
        await Plugin(new WebSelfHostOptions(), memory).PublishAsync(Two, context, default);
        Assert.Equal("one.thumbprint", await GetAsync("one"));
        Assert.Equal("two.thumbprint", await GetAsync("two"));

        var last = Plugin(new WebSelfHostOptions(), memory);
        await last.UnpublishAsync(One, context, default);
        await last.UnpublishAsync(Two, context, default);
        await AssertNobodyListensAsync();
    }

    [Fact]
    public async Task A_port_that_is_taken_is_an_error_and_works_once_it_is_free()
    {
        var other = Plugin(new WebSelfHostOptions());
        var plugin = Plugin(new WebSelfHostOptions());
        var context = new PluginContext(NullReporter.Instance, SystemClock.Instance);
        await other.PublishAsync(One, context, default);

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => plugin.PublishAsync(Two, context, default));
        await other.UnpublishAsync(One, context, default);
        await plugin.PublishAsync(Two, context, default);

        Assert.Equal("ListenerPortInUse", error.ErrorId);
        Assert.Equal("two.thumbprint", await GetAsync("two"));
        await plugin.UnpublishAsync(Two, context, default);
    }

    [Theory]
    [InlineData(0, 1, 0, "WSHPort")]
    [InlineData(65536, 1, 0, "WSHPort")]
    [InlineData(80, -1, 0, "WSHTimeout")]
    [InlineData(80, 1, -1, "WSHDelayAfterStart")]
    public void A_number_out_of_its_range_is_refused_by_name(int port, int timeout, int delay, string name)
    {
        var error = Assert.Throws<PoshAcmeException>(() => new WebSelfHostPlugin(new WebSelfHostOptions { WSHPort = port, WSHTimeout = timeout, WSHDelayAfterStart = delay }));

        Assert.Equal("InvalidPluginArguments", error.ErrorId);
        Assert.StartsWith(name, error.Message, StringComparison.Ordinal);
    }

    private WebSelfHostPlugin Plugin(WebSelfHostOptions options, PluginMemory? memory = null) => new(options, ListenerPrefix.Parse($"http://127.0.0.1:{_port}/"), memory);

    private Task<string> GetAsync(string token) => _http.GetStringAsync(new Uri($"http://127.0.0.1:{_port}/.well-known/acme-challenge/{token}"));

    private async Task AssertNobodyListensAsync()
    {
        // What stops by itself may need a moment.
        for (var i = 0; i < 200; i++)
        {
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync("127.0.0.1", _port);
            }
            catch (SocketException)
            {
                return;
            }

            await Task.Delay(50);
        }

        Assert.Fail("Somebody still listens.");
    }
}
