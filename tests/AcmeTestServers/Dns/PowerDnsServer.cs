using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;

namespace PoshAcmeSharp.AcmeTestServers;

/// <summary>
/// A real PowerDNS server (<c>pdns_server</c>, lmdb backend, which needs no database made before) with its API on free loopback ports. It ends and its folder
/// goes when this is disposed.
/// </summary>
public sealed class PowerDnsServer : IAsyncDisposable
{
    /// <summary>A zone of the server.</summary>
    public const string Zone = "example.test";

    private const int StartTries = 5;
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StartPollInterval = TimeSpan.FromMilliseconds(100);

    private readonly string folder = Directory.CreateTempSubdirectory("acme-pdns-").FullName;
    private readonly IReadOnlyList<int> ports = LoopbackPorts.Find(2);
    private readonly HttpClient http = new();
    private ChildProcess? process;

    private PowerDnsServer()
    {
        http.DefaultRequestHeaders.Add("X-API-Key", ApiKey);
        http.BaseAddress = new Uri($"http://127.0.0.1:{Number(ApiPort)}/api/v1/servers/localhost/");
    }

    /// <summary>The port of the API.</summary>
    public int ApiPort => ports[0];

    /// <summary>The key of the API.</summary>
    public string ApiKey { get; } = Guid.NewGuid().ToString("N");

    /// <summary>Where it answers DNS questions, over UDP and TCP: address and port.</summary>
    public string Endpoint => "127.0.0.1:" + Number(ports[1]);

    /// <summary>What the program printed so far.</summary>
    public string Output => string.Join('\n', process?.Output ?? []);

    /// <summary>Starts the server and waits until its API answers.</summary>
    /// <returns>The running server.</returns>
    public static async Task<PowerDnsServer> StartAsync()
    {
        for (var tries = 1; ; tries++)
        {
            var server = new PowerDnsServer();
            try
            {
                await server.StartProgramAsync().ConfigureAwait(false);
                return server;
            }
            catch (InvalidOperationException) when (tries < StartTries && server.Output.Contains("in use", StringComparison.Ordinal))
            {
                // Somebody took one of the ports meanwhile: others will do.
                await server.DisposeAsync().ConfigureAwait(false);
            }
            catch
            {
                await server.DisposeAsync().ConfigureAwait(false);
                throw;
            }
        }
    }

    /// <summary>Replaces all records of a name and type.</summary>
    /// <param name="change">One set as the API takes it: name, type, ttl, changetype, records.</param>
    /// <returns>A task that ends when it is done.</returns>
    public async Task PatchAsync(object change)
    {
        using var response = await http.PatchAsJsonAsync("zones/" + Zone, new { rrsets = new[] { change } }).ConfigureAwait(false);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>The zone as the API shows it.</summary>
    /// <returns>JSON.</returns>
    public Task<string> ReadZoneAsync() => http.GetStringAsync(new Uri("zones/" + Zone, UriKind.Relative));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        if (process is not null)
        {
            await process.DisposeAsync().ConfigureAwait(false);
        }

        Directory.Delete(folder, recursive: true);
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private async Task StartProgramAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "pdns.conf"), $"""
            launch=lmdb
            lmdb-filename={Path.Combine(folder, "pdns.lmdb")}
            lmdb-map-size=64
            local-address=127.0.0.1
            local-port={Number(ports[1])}
            api=yes
            api-key={ApiKey}
            webserver=yes
            webserver-address=127.0.0.1
            webserver-port={Number(ApiPort)}
            webserver-allow-from=127.0.0.1
            socket-dir={folder}
            daemon=no
            guardian=no
            setuid=
            setgid=
            security-poll-suffix=
            cache-ttl=0
            query-cache-ttl=0
            negquery-cache-ttl=0

            """).ConfigureAwait(false);
        process = ChildProcess.Start("pdns_server", folder, new Dictionary<string, string>(), "--config-dir=" + folder);
        await WaitUntilAnsweredAsync().ConfigureAwait(false);
        using var response = await http.PostAsJsonAsync("zones", new { name = Zone + ".", kind = "Native", nameservers = new[] { $"ns1.{Zone}." } }).ConfigureAwait(false);
        response.EnsureSuccessStatusCode();
    }

    private async Task WaitUntilAnsweredAsync()
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                await http.GetStringAsync(new Uri("zones", UriKind.Relative)).ConfigureAwait(false);
                return;
            }
            catch (HttpRequestException e)
            {
                if (process!.HasExited || waited.Elapsed > StartTimeout)
                {
                    throw new InvalidOperationException($"The API of PowerDNS does not answer: {e.Message}\n{Output}", e);
                }
            }

            await Task.Delay(StartPollInterval).ConfigureAwait(false);
        }
    }
}
