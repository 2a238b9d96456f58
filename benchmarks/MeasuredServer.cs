using System.Globalization;
using PoshAcmeSharp.AcmeTestServers;

namespace PoshAcmeSharp.Benchmarks;

/// <summary>
/// A Pebble of its own for each measurement, behind a proxy. It takes every challenge as valid, so that what is
/// measured is the client and not the publishing.
/// </summary>
internal sealed class MeasuredServer : IAsyncDisposable
{
    private static readonly TimeSpan LogDelay = TimeSpan.FromMilliseconds(200);
    private readonly PebbleServer pebble;
    private readonly CountingProxy proxy;

    private MeasuredServer(PebbleServer pebble, CountingProxy proxy)
    {
        this.pebble = pebble;
        this.proxy = proxy;
    }

    /// <summary>The directory, through the proxy.</summary>
    public string DirectoryUrl => string.Create(CultureInfo.InvariantCulture, $"https://127.0.0.1:{proxy.Port}/dir");

    /// <summary>What the client has to trust, as PEM.</summary>
    public string CACertificatePem => pebble.ApiCaCertificatePem;

    public int Connections => proxy.Connections;

    public static async Task<MeasuredServer> StartAsync(int delayMilliseconds)
    {
        var pebble = await PebbleServer.StartAsync(new PebbleOptions { AlwaysValid = true });
        return new MeasuredServer(pebble, new CountingProxy(pebble.ApiPort, TimeSpan.FromMilliseconds(delayMilliseconds)));
    }

    /// <summary>How many requests Pebble has got. Its log is a little behind.</summary>
    public async Task<int> CountRequestsAsync()
    {
        int before;
        var count = pebble.ApiRequests.Count;
        do
        {
            before = count;
            await Task.Delay(LogDelay);
            count = pebble.ApiRequests.Count;
        }
        while (count != before);
        return count;
    }

    public async ValueTask DisposeAsync()
    {
        await proxy.DisposeAsync();
        await pebble.DisposeAsync();
    }
}
