using System.Diagnostics;
using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PoshAcmeSharp.AcmeTestServers;

/// <summary>
/// Pebble and its challenge server on free loopback ports, with an API certificate of an authority of their own,
/// so that a client verifies TLS as it does elsewhere. Both end and their folder goes when this is disposed.
/// </summary>
public sealed class PebbleServer : IAsyncDisposable
{
    private const int StartTries = 5;
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StartPollInterval = TimeSpan.FromMilliseconds(50);

    private readonly PebbleOptions options;
    private readonly IReadOnlyList<int> ports = LoopbackPorts.Find(6);
    private readonly string folder = Directory.CreateTempSubdirectory("acme-pebble-").FullName;
    private readonly HttpClient http;
    private readonly HttpClient challengeHttp;
    private readonly ChallengeServerClient challenges;
    private readonly X509Certificate2 apiRoot;
    private ChildProcess? pebble;
    private ChildProcess? challengeServer;

    private PebbleServer(PebbleOptions options)
    {
        this.options = options;
        using (var authority = new TestCertificateAuthority("Pebble API Test CA", isRsa: options.RsaApiCertificate))
        {
            ApiCaCertificatePem = authority.RootPem;
            var (certificate, key) = authority.IssueServerCertificate("localhost", "127.0.0.1");
            File.WriteAllText(ApiCaCertificatePath, ApiCaCertificatePem);
            File.WriteAllText(Path.Combine(folder, "api.pem"), certificate);
            File.WriteAllText(Path.Combine(folder, "api.key"), key);
        }

        apiRoot = X509Certificate2.CreateFromPem(ApiCaCertificatePem);
        http = new HttpClient(CreateHandler(), disposeHandler: true);
        challengeHttp = new HttpClient { BaseAddress = new Uri(ChallengeManagementUrl) };
        challenges = new ChallengeServerClient(challengeHttp);
    }

    /// <summary>The ACME directory.</summary>
    public string DirectoryUrl => Url("https", ApiPort, "/dir");

    /// <summary>Pebble's management interface: its roots and intermediates.</summary>
    public string ManagementUrl => Url("https", ports[1], "/");

    /// <summary>The management interface of the challenge server.</summary>
    public string ChallengeManagementUrl => Url("http", ports[2], "/");

    /// <summary>The root that the API's certificate ends in, as PEM.</summary>
    public string ApiCaCertificatePem { get; }

    /// <summary>A file with <see cref="ApiCaCertificatePem"/>.</summary>
    public string ApiCaCertificatePath => Path.Combine(folder, "api-ca.pem");

    /// <summary>The port of the API, on 127.0.0.1.</summary>
    public int ApiPort => ports[0];

    /// <summary>The port where http-01 is validated, on whatever address the name has (127.0.0.1 when nothing was set).</summary>
    public int HttpPort => ports[4];

    /// <summary>The port where tls-alpn-01 is validated.</summary>
    public int TlsPort => ports[5];

    /// <summary>The DNS server that Pebble asks by default, host:port, UDP and TCP.</summary>
    public string DnsServer => $"127.0.0.1:{ports[3].ToString(CultureInfo.InvariantCulture)}";

    /// <summary>What this version of Pebble can do.</summary>
    public PebbleFeatures Features { get; private set; } = PebbleFeatures.None;

    /// <summary>What both programs printed so far.</summary>
    public string Output => string.Join('\n', (pebble?.Output ?? []).Concat(challengeServer?.Output ?? []));

    /// <summary>The requests that the API got, such as <c>POST /sign-me-up</c>, the oldest first.</summary>
    public IReadOnlyList<string> ApiRequests
        => [.. (pebble?.Output ?? []).Select(RequestOf).OfType<string>().Where(r => !r.Contains(" /roots", StringComparison.Ordinal))];

    /// <summary>Starts both programs and waits until they answer.</summary>
    /// <param name="options">How Pebble behaves.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The running server.</returns>
    /// <exception cref="InvalidOperationException">They did not start; the message has what they printed.</exception>
    public static async Task<PebbleServer> StartAsync(PebbleOptions? options = null, CancellationToken cancellationToken = default)
    {
        for (var tries = 1; ; tries++)
        {
            var server = new PebbleServer(options ?? new PebbleOptions());
            try
            {
                await server.StartProgramsAsync(cancellationToken).ConfigureAwait(false);
                return server;
            }
            catch (InvalidOperationException) when (tries < StartTries && server.Output.Contains("address already in use", StringComparison.Ordinal))
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

    /// <summary>Makes a handler that trusts the API's certificate and no other. The caller disposes it.</summary>
    /// <returns>The handler.</returns>
    public SocketsHttpHandler CreateHandler() => new()
    {
        AllowAutoRedirect = false,
        SslOptions = new SslClientAuthenticationOptions
        {
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                CustomTrustStore = { apiRoot },
                RevocationMode = X509RevocationMode.NoCheck,
            },
        },
    };

    /// <summary>A root of the issuing authority.</summary>
    /// <param name="index">0, or up to <see cref="PebbleOptions.AlternateRoots"/>.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The certificate as PEM.</returns>
    public Task<string> IssuingRootsPemAsync(int index = 0, CancellationToken cancellationToken = default)
        => http.GetStringAsync(new Uri(ManagementUrl + "roots/" + index.ToString(CultureInfo.InvariantCulture)), cancellationToken);

    /// <summary>Adds a TXT value.</summary>
    public Task SetTxtAsync(string host, string value, CancellationToken cancellationToken = default)
        => challenges.SendAsync("set-txt", new { host = ChallengeServerClient.FullName(host), value }, cancellationToken);

    /// <summary>Takes all TXT values of a name away.</summary>
    public Task ClearTxtAsync(string host, CancellationToken cancellationToken = default)
        => challenges.SendAsync("clear-txt", new { host = ChallengeServerClient.FullName(host) }, cancellationToken);

    /// <summary>Sets the addresses of a name.</summary>
    public Task AddAAsync(string host, IReadOnlyList<string> addresses, CancellationToken cancellationToken = default)
        => challenges.SendAsync("add-a", new { host = ChallengeServerClient.FullName(host), addresses }, cancellationToken);

    /// <summary>Makes a name an alias.</summary>
    public Task SetCnameAsync(string host, string target, CancellationToken cancellationToken = default)
        => challenges.SendAsync("set-cname", new { host = ChallengeServerClient.FullName(host), target = ChallengeServerClient.FullName(target) }, cancellationToken);

    /// <summary>Has questions for a name answered with SERVFAIL.</summary>
    public Task SetServfailAsync(string host, CancellationToken cancellationToken = default)
        => challenges.SendAsync("set-servfail", new { host = ChallengeServerClient.FullName(host) }, cancellationToken);

    /// <summary>Has questions for a name answered again.</summary>
    public Task ClearServfailAsync(string host, CancellationToken cancellationToken = default)
        => challenges.SendAsync("clear-servfail", new { host = ChallengeServerClient.FullName(host) }, cancellationToken);

    /// <summary>Answers an http-01 token; needs <see cref="PebbleOptions.ServeHttp01"/>.</summary>
    public Task AddHttp01Async(string token, string keyAuthorization, CancellationToken cancellationToken = default)
        => challenges.SendAsync("add-http01", new { token, content = keyAuthorization }, cancellationToken);

    /// <summary>Answers an http-01 token no longer.</summary>
    public Task RemoveHttp01Async(string token, CancellationToken cancellationToken = default)
        => challenges.SendAsync("del-http01", new { token }, cancellationToken);

    /// <summary>The types of the DNS questions that the challenge server got for a name (16 is TXT), the oldest first.</summary>
    public Task<IReadOnlyList<int>> DnsQuestionsAsync(string host, CancellationToken cancellationToken = default)
        => challenges.DnsQuestionsAsync(host, cancellationToken);

    /// <summary>The paths of the http-01 requests that the challenge server got for a name, the oldest first.</summary>
    public Task<IReadOnlyList<string>> HttpRequestsAsync(string host, CancellationToken cancellationToken = default)
        => challenges.HttpRequestsAsync(host, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        challengeHttp.Dispose();
        apiRoot.Dispose();
        foreach (var program in new[] { pebble, challengeServer })
        {
            if (program is not null)
            {
                await program.DisposeAsync().ConfigureAwait(false);
            }
        }

        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Url(string scheme, int port, string path) => string.Create(CultureInfo.InvariantCulture, $"{scheme}://127.0.0.1:{port}{path}");

    private static string? RequestOf(string line)
    {
        // "Pebble 2026/01/31 12:00:00 POST /order-plz -> calling handler()"
        var end = line.IndexOf(" -> calling handler", StringComparison.Ordinal);
        var words = end < 0 ? [] : line[..end].Split(' ');
        return words.Length < 2 ? null : words[^2] + " " + words[^1];
    }

    private async Task StartProgramsAsync(CancellationToken cancellationToken)
    {
        var configurationPath = Path.Combine(folder, "pebble.json");
        await File.WriteAllTextAsync(configurationPath, Configuration().ToJsonString(), cancellationToken).ConfigureAwait(false);
        challengeServer = ChildProcess.Start(
            "pebble-challtestsrv",
            folder,
            new Dictionary<string, string>(),
            ["-management", Listen(2), "-dns01", Listen(3), "-http01", options.ServeHttp01 ? Listen(4) : "", "-https01", "", "-tlsalpn01", "", "-defaultIPv4", "127.0.0.1", "-defaultIPv6", ""]);
        pebble = ChildProcess.Start(
            "pebble",
            folder,
            Environment(),
            ["-config", configurationPath, "-dnsserver", options.DnsServer ?? DnsServer, .. options.Strict ? new[] { "-strict" } : []]);
        Features = PebbleFeatures.Of(await WaitUntilAnsweredAsync(pebble, http, DirectoryUrl, cancellationToken).ConfigureAwait(false));
        await WaitUntilAnsweredAsync(pebble, http, ManagementUrl + "roots/0", cancellationToken).ConfigureAwait(false);
        await WaitUntilAnsweredAsync(challengeServer, challengeHttp, ChallengeManagementUrl, cancellationToken).ConfigureAwait(false);
    }

    private string Listen(int index) => "127.0.0.1:" + ports[index].ToString(CultureInfo.InvariantCulture);

    private Dictionary<string, string> Environment() => new()
    {
        ["PEBBLE_VA_NOSLEEP"] = "1",
        ["PEBBLE_VA_ALWAYS_VALID"] = options.AlwaysValid ? "1" : "0",
        ["PEBBLE_AUTHZREUSE"] = options.AuthzReusePercent.ToString(CultureInfo.InvariantCulture),
        ["PEBBLE_WFE_NONCEREJECT"] = options.NonceRejectPercent.ToString(CultureInfo.InvariantCulture),
        ["PEBBLE_ALTERNATE_ROOTS"] = options.AlternateRoots.ToString(CultureInfo.InvariantCulture),
        ["PEBBLE_CHAIN_LENGTH"] = options.ChainLength.ToString(CultureInfo.InvariantCulture),
    };

    private IReadOnlyDictionary<string, int> Profiles()
        => options.Profiles.Count > 0 ? options.Profiles : new Dictionary<string, int> { ["default"] = options.ValidityPeriodSeconds };

    private JsonObject Configuration() => new()
    {
        ["pebble"] = new JsonObject
        {
            ["listenAddress"] = Listen(0),
            ["managementListenAddress"] = Listen(1),
            ["certificate"] = Path.Combine(folder, "api.pem"),
            ["privateKey"] = Path.Combine(folder, "api.key"),
            ["httpPort"] = HttpPort,
            ["tlsPort"] = TlsPort,
            ["ocspResponderURL"] = "",
            ["externalAccountBindingRequired"] = options.ExternalAccounts.Count > 0,
            ["externalAccountMACKeys"] = JsonSerializer.SerializeToNode(options.ExternalAccounts),
            ["domainBlocklist"] = JsonSerializer.SerializeToNode(options.BlockedDomains),
            ["certificateValidityPeriod"] = options.ValidityPeriodSeconds,
            // Versions that know profiles take the lifetime from there alone.
            ["profiles"] = new JsonObject([.. Profiles().Select(p => KeyValuePair.Create(
                p.Key,
                (JsonNode?)new JsonObject { ["description"] = $"Profile {p.Key}", ["validityPeriod"] = p.Value }))]),
            ["retryAfter"] = new JsonObject { ["authz"] = 1, ["order"] = 1 },
        },
    };

    private async Task<string> WaitUntilAnsweredAsync(ChildProcess program, HttpClient client, string url, CancellationToken cancellationToken)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                // Any answer will do: the challenge server has nothing at its root.
                using var response = await client.GetAsync(new Uri(url), cancellationToken).ConfigureAwait(false);
                return await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (HttpRequestException e)
            {
                if (program.HasExited || waited.Elapsed > StartTimeout)
                {
                    throw new InvalidOperationException($"{url} does not answer: {e.Message}\n{Output}", e);
                }
            }

            await Task.Delay(StartPollInterval, cancellationToken).ConfigureAwait(false);
        }
    }
}
