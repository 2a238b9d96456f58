using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace GoDaddyStub;

/// <summary>
/// A server on a free loopback port that speaks versions 1, 2 and 3 of GoDaddy's DNS API and refuses what the real one
/// refuses. GET <c>/__log</c> answers <c>{zoneWiped, requests, records}</c>.
/// </summary>
public sealed class StubServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly StubOptions _options;
    private readonly RateLimit _rateLimit;
    private readonly DnsCopy? _dns;
    private int _served;

    private StubServer(StubOptions options)
    {
        _options = options;
        _rateLimit = new RateLimit(options.RequestsPerMinute, options.Time);
        _dns = options.DnsServer is { } server ? new DnsCopy(server) : null;
        foreach (var zone in options.Zones)
        {
            State.Add(zone, "NS", "@", "ns01.domaincontrol.example", 3600);
            State.Add(zone, "TXT", "@", "v=spf1 -all", 3600);
        }

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(HandleAsync);
    }

    /// <summary>The records and what was asked.</summary>
    public StubState State { get; } = new();

    /// <summary>Where the server listens, without a trailing slash.</summary>
    public string BaseUrl { get; private set; } = string.Empty;

    /// <summary>Starts a server.</summary>
    /// <param name="options">What it accepts.</param>
    /// <returns>The server; dispose it to stop.</returns>
    public static async Task<StubServer> StartAsync(StubOptions options)
    {
        var server = new StubServer(options);
        await server._app.StartAsync();
        server.BaseUrl = server._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return server;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _dns?.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync();
        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        Answer answer;
        string? json;
        lock (State)
        {
            if (target == "/__log")
            {
                answer = new Answer(200, new { zoneWiped = State.ZoneWiped, requests = State.Requests.ToArray(), records = State.Records.ToArray() });
            }
            else
            {
                answer = Answer(context, target, body);
                State.Requests.Add(new StubRequest(context.Request.Method, target, answer.Status, body.Length == 0 ? null : body, context.Request.Headers.UserAgent.ToString()));
            }

            json = answer.Json is null ? null : JsonSerializer.Serialize(answer.Json, JsonSerializerOptions.Web);
        }

        if (_dns is not null)
        {
            await _dns.UpdateAsync(State);
        }

        context.Response.StatusCode = answer.Status;
        if (json is not null)
        {
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(json);
        }
    }

    private Answer Answer(HttpContext context, string target, string body)
    {
        // Split before decoding: an id may hold an encoded slash.
        var path = target.Split('?')[0].Trim('/').Split('/').Select(Uri.UnescapeDataString).ToArray();
        var method = context.Request.Method;
        if (_served++ < _options.FailFirst)
        {
            return GoDaddyStub.Answer.Error(503, "SERVICE_UNAVAILABLE", "Try later");
        }

        var version = path[0];
        if (Authorize(version, path, context.Request.Headers.Authorization.ToString()) is { } refusal)
        {
            return refusal;
        }

        if (_options.AccessDenied)
        {
            return GoDaddyStub.Answer.Error(403, "ACCESS_DENIED", "Authenticated user is not allowed access");
        }

        if (_rateLimit.Refuse($"{method} {version} {path.Length}") is { } seconds)
        {
            return new Answer(429, new { code = "TOO_MANY_REQUESTS", message = "Too many requests received within interval", retryAfterSec = seconds });
        }

        return path switch
        {
            ["v1", "domains", .. var rest] => ClassicApi.Handle(State, _options, method, rest, body),
            ["v2", "customers", _, "domains", .. var rest] => ClassicApi.Handle(State, _options, method, rest, body),
            ["v3", "domains", "zones", .. var rest] => TokenApi.Handle(State, _options, method, rest, context.Request.Query, body),
            _ => GoDaddyStub.Answer.Error(404, "NOT_FOUND", "The requested resource was not found"),
        };
    }

    private Answer? Authorize(string version, string[] path, string header)
    {
        var expected = version == "v3" ? $"Bearer {_options.Token}" : $"sso-key {_options.Key}:{_options.Secret}";
        if (header != expected)
        {
            var message = "Unauthorized : Could not authenticate API key/secret" + (_options.EchoesCredential ? " " + header : string.Empty);
            return version == "v3"
                ? GoDaddyStub.Answer.ErrorV3(401, "UNABLE_TO_AUTHENTICATE", message)
                : GoDaddyStub.Answer.Error(401, "UNABLE_TO_AUTHENTICATE", message);
        }

        return version == "v2" && path.ElementAtOrDefault(2) != _options.CustomerId
            ? GoDaddyStub.Answer.Error(404, "NOT_FOUND", "The customer was not found")
            : null;
    }
}
