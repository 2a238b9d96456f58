using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace PoshAcmeSharp.AcmeTestServers;

/// <summary>
/// A real name server (bind9 or knot) on a free loopback port, over UDP and TCP, that takes dynamic updates. It ends and
/// its folder goes when this is disposed.
/// </summary>
public sealed class NameServer : IAsyncDisposable
{
    /// <summary>A zone that takes updates signed by a key of <see cref="Keys"/>.</summary>
    public const string Zone = "example.test";

    /// <summary>A zone below <see cref="Zone"/> that takes the same updates.</summary>
    public const string SubZone = "sub.example.test";

    /// <summary>A zone that takes updates of everybody.</summary>
    public const string OpenZone = "open.test";

    /// <summary>A key of hmac-sha256 that the server knows and lets change nothing.</summary>
    public const string PowerlessKey = "powerless-key";

    private const int StartTries = 5;
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StartPollInterval = TimeSpan.FromMilliseconds(100);
    private static readonly string[] Algorithms = ["hmac-md5", "hmac-sha1", "hmac-sha224", "hmac-sha256", "hmac-sha384", "hmac-sha512"];

    private readonly string folder = Directory.CreateTempSubdirectory("acme-dns-").FullName;
    private ChildProcess? process;

    private NameServer()
    {
    }

    /// <summary>The port.</summary>
    public int Port { get; } = LoopbackPorts.Find(1)[0];

    /// <summary>The address with the port.</summary>
    public string Endpoint => $"127.0.0.1:{Number(Port)}";

    /// <summary>For each algorithm the name of its key.</summary>
    public IReadOnlyDictionary<string, string> Keys { get; } = Algorithms.ToDictionary(algorithm => algorithm, algorithm => "key-" + algorithm);

    /// <summary>The secret of all keys, in base64.</summary>
    public string Secret { get; } = Convert.ToBase64String(RandomNumberGenerator.GetBytes(40));

    /// <summary>What the program printed so far.</summary>
    public string Output => string.Join('\n', process?.Output ?? []);

    private IEnumerable<(string Name, string Algorithm)> AllKeys => Keys.Select(key => (key.Value, key.Key)).Append((PowerlessKey, "hmac-sha256"));

    /// <summary>Starts bind9 (<c>named</c>) and waits until it answers.</summary>
    /// <returns>The running server.</returns>
    public static Task<NameServer> StartNamedAsync() => StartAsync(static server => server.StartNamed());

    /// <summary>Starts knot (<c>knotd</c>) and waits until it answers.</summary>
    /// <returns>The running server.</returns>
    public static Task<NameServer> StartKnotAsync() => StartAsync(static server => server.StartKnot());

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (process is not null)
        {
            await process.DisposeAsync().ConfigureAwait(false);
        }

        Directory.Delete(folder, recursive: true);
    }

    private static async Task<NameServer> StartAsync(Func<NameServer, ChildProcess> start)
    {
        for (var tries = 1; ; tries++)
        {
            var server = new NameServer();
            try
            {
                foreach (var zone in new[] { Zone, SubZone, OpenZone })
                {
                    await File.WriteAllTextAsync(Path.Combine(server.folder, zone + ".zone"), ZoneText(zone)).ConfigureAwait(false);
                }

                server.process = start(server);
                await server.WaitUntilAnsweredAsync().ConfigureAwait(false);
                return server;
            }
            catch (InvalidOperationException) when (tries < StartTries && server.Output.Contains("address", StringComparison.Ordinal) && server.Output.Contains("in use", StringComparison.Ordinal))
            {
                // Somebody took the port meanwhile: another will do.
                await server.DisposeAsync().ConfigureAwait(false);
            }
            catch
            {
                await server.DisposeAsync().ConfigureAwait(false);
                throw;
            }
        }
    }

    private static string ZoneText(string zone) => $"""
        $TTL 60
        @ IN SOA ns1.{zone}. hostmaster.{zone}. 1 3600 600 86400 60
        @ IN NS ns1.{zone}.
        ns1 IN A 127.0.0.1
        * IN A 127.0.0.1
        {(zone == Zone ? "sub IN NS ns1.sub.example.test.\nns1.sub IN A 127.0.0.1" : string.Empty)}

        """;

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private ChildProcess StartNamed()
    {
        var grants = string.Concat(Keys.Values.Select(key => $"grant {key} zonesub TXT; "));
        var configuration = $$"""
            options {
                directory "{{folder}}";
                listen-on port {{Number(Port)}} { 127.0.0.1; };
                listen-on-v6 { none; };
                pid-file none;
                lock-file none;
                session-keyfile none;
                recursion no;
                dnssec-validation no;
                notify no;
            };
            controls { };
            {{string.Join('\n', AllKeys.Select(key => $$"""key "{{key.Name}}" { algorithm {{key.Algorithm}}; secret "{{Secret}}"; };"""))}}
            zone "{{Zone}}" { type primary; file "{{Zone}}.zone"; update-policy { {{grants}}}; };
            zone "{{SubZone}}" { type primary; file "{{SubZone}}.zone"; update-policy { {{grants}}}; };
            zone "{{OpenZone}}" { type primary; file "{{OpenZone}}.zone"; allow-update { any; }; };

            """;
        return StartProgram("named", "named.conf", configuration, path => ["-g", "-n", "1", "-c", path]);
    }

    private ChildProcess StartKnot()
    {
        var configuration = $"""
            server:
                rundir: "{folder}"
                listen: 127.0.0.1@{Number(Port)}
            log:
              - target: stderr
                any: info
            database:
                storage: "{folder}"
            key:
            {string.Join('\n', AllKeys.Select(key => $"  - id: {key.Name}\n    algorithm: {key.Algorithm}\n    secret: {Secret}"))}
            acl:
              - id: signed
                key: [{string.Join(", ", Keys.Values)}]
                action: update
              - id: open
                address: 127.0.0.1
                action: update
            template:
              - id: default
                storage: "{folder}"
                file: "%s.zone"
                zonefile-sync: -1
            zone:
              - domain: {Zone}
                acl: signed
              - domain: {SubZone}
                acl: signed
              - domain: {OpenZone}
                acl: open

            """;
        return StartProgram("knotd", "knot.conf", configuration, path => ["-c", path]);
    }

    private ChildProcess StartProgram(string program, string file, string configuration, Func<string, string[]> arguments)
    {
        var path = Path.Combine(folder, file);
        File.WriteAllText(path, configuration);
        return ChildProcess.Start(program, folder, new Dictionary<string, string>(), arguments(path));
    }

    private async Task WaitUntilAnsweredAsync()
    {
        // The SOA record of the zone that was loaded last, asked byte by byte: without the code that is tested.
        byte[] query = [0x12, 0x34, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 4, .. "open"u8, 4, .. "test"u8, 0, 0, 6, 0, 1];
        var waited = Stopwatch.StartNew();
        using var udp = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        while (true)
        {
            using var patience = new CancellationTokenSource(StartPollInterval);
            try
            {
                await udp.SendAsync(query, new IPEndPoint(IPAddress.Loopback, Port), CancellationToken.None).ConfigureAwait(false);
                var answer = await udp.ReceiveAsync(patience.Token).ConfigureAwait(false);
                if ((answer.Buffer[3] & 0x0F) == 0)
                {
                    return;
                }
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException)
            {
                // Not yet.
            }

            if (process!.HasExited || waited.Elapsed > StartTimeout)
            {
                throw new InvalidOperationException($"The name server at {Endpoint} does not answer.\n{Output}");
            }

            await Task.Delay(StartPollInterval).ConfigureAwait(false);
        }
    }
}
