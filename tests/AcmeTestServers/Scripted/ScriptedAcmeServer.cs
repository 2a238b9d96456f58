using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace PoshAcmeSharp.AcmeTestServers;

/// <summary>
/// An ACME server in this process, over plain HTTP on a free loopback port. It keeps to RFC 8555, RFC 8738 and RFC 9773
/// and verifies what clients send, but believes every acknowledgement; and it plays the faults it is told to.
/// For what Pebble can do, Pebble is the better judge.
/// </summary>
public sealed class ScriptedAcmeServer : IAsyncDisposable
{
    private readonly FaultScript faults = new();
    private readonly WebApplication application;
    private ScriptedAcmeState state = null!;
    private RequestProcessor processor = null!;
    private int connections;
    private int openConnections;

    private ScriptedAcmeServer(ScriptedAcmeOptions options)
    {
        Options = options;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                listen.Use(next => async connection =>
                {
                    Interlocked.Increment(ref connections);
                    Interlocked.Increment(ref openConnections);
                    try
                    {
                        await next(connection);
                    }
                    finally
                    {
                        Interlocked.Decrement(ref openConnections);
                    }
                });
            });
        });
        application = builder.Build();
        application.Run(HandleAsync);
    }

    /// <summary>How it behaves. All may be changed while it runs.</summary>
    public ScriptedAcmeOptions Options { get; }

    /// <summary>The ACME directory.</summary>
    public string DirectoryUrl => state.DirectoryUrl;

    /// <summary>What was asked.</summary>
    public RequestHistory History { get; } = new();

    /// <summary>How many connections were made.</summary>
    public int ConnectionCount => connections;

    /// <summary>How many connections are open now.</summary>
    public int OpenConnectionCount => openConnections;

    /// <summary>How many faults were not played as often as asked for.</summary>
    public int FaultsLeft => faults.Left;

    /// <summary>The accounts. They may be changed, to play what others do to them.</summary>
    public IReadOnlyList<ScriptedAccount> Accounts => Copy(state.Accounts);

    /// <summary>The orders, the oldest first. They may be changed.</summary>
    public IReadOnlyList<ScriptedOrder> Orders => Copy(state.Orders);

    /// <summary>The authorizations, the oldest first. They may be changed.</summary>
    public IReadOnlyList<ScriptedAuthorization> Authorizations => Copy(state.Authorizations);

    /// <summary>The certificates, the oldest first. They may be changed.</summary>
    public IReadOnlyList<ScriptedCertificate> Certificates => Copy(state.Certificates);

    /// <summary>The root that the default chain ends in.</summary>
    public X509Certificate2 Root => state.Authority.Root;

    /// <summary>The root that an alternate chain ends in.</summary>
    /// <param name="index">0 or 1.</param>
    /// <returns>The root.</returns>
    public X509Certificate2 AlternateRoot(int index) => state.Alternates[index].Root;

    /// <summary>Starts a server.</summary>
    /// <param name="options">How it behaves.</param>
    /// <returns>The running server.</returns>
    public static async Task<ScriptedAcmeServer> StartAsync(ScriptedAcmeOptions? options = null)
    {
        var server = new ScriptedAcmeServer(options ?? new ScriptedAcmeOptions());
        await server.application.StartAsync().ConfigureAwait(false);
        server.state = new ScriptedAcmeState(server.Options, server.application.Urls.Single());
        server.processor = new RequestProcessor(server.state);
        return server;
    }

    /// <summary>Plays a fault on the next requests of a kind.</summary>
    /// <param name="operation">What is asked for.</param>
    /// <param name="fault">What happens.</param>
    /// <param name="times">On how many requests.</param>
    /// <param name="after">How many of them pass unharmed before.</param>
    public void OnRequest(AcmeOperation operation, Fault fault, int times = 1, int after = 0)
        => OnRequest(r => r.Operation == operation, fault, times, after);

    /// <summary>Plays a fault on the next requests that match. Faults given first are played first.</summary>
    /// <param name="match">Which requests.</param>
    /// <param name="fault">What happens.</param>
    /// <param name="times">On how many requests.</param>
    /// <param name="after">How many of them pass unharmed before.</param>
    public void OnRequest(Func<AcmeRequest, bool> match, Fault fault, int times = 1, int after = 0)
        => faults.Add(match, fault, times, after);

    /// <summary>Plays no more faults.</summary>
    public void ClearFaults() => faults.Clear();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // Faults that wait for ever end with their connections: nobody is waited for.
        using var now = new CancellationTokenSource();
        await now.CancelAsync().ConfigureAwait(false);
        await application.StopAsync(now.Token).ConfigureAwait(false);
        await application.DisposeAsync().ConfigureAwait(false);
        state.Dispose();
    }

    private async Task HandleAsync(HttpContext http)
    {
        var request = await ReadAsync(http);
        History.Start(request);
        try
        {
            await Task.Delay(Options.Latency, http.RequestAborted);
            var fault = faults.Take(request);
            request.Fault = fault?.Name;
            http.Response.Headers.Date = state.Now.ToString("R", CultureInfo.InvariantCulture);
            var response = fault is null
                ? processor.Process(request)
                : await fault.PlayAsync(new FaultContext(request, http, () => processor.Process(request), processor.FreshNonce));
            if (response is not null)
            {
                request.Status = response.Status;
                // The client may send its next request before the writing returns here.
                History.End(request);
                await ResponseWriter.WriteAsync(http, response);
            }
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client has gone.
        }
        finally
        {
            History.End(request);
        }
    }

    private async Task<AcmeRequest> ReadAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        var body = await reader.ReadToEndAsync(http.RequestAborted);
        var path = http.Request.Path.Value ?? string.Empty;
        var (operation, id) = state.Route(path);
        var headers = http.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        return new AcmeRequest(http.Request.Method, $"http://{http.Request.Host}{path}", path, operation, id, headers, body);
    }

    private List<T> Copy<T>(List<T> list)
    {
        lock (state.Gate)
        {
            return [.. list];
        }
    }
}
