using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using PoshAcmeSharp.AcmeTestServers;

namespace PoshAcmeSharp.ScriptedHost;

/// <summary>
/// Controls a scripted server over plain HTTP on a free loopback port. The commands for DNS are those of Pebble's challenge
/// server, so that one plugin serves for both.
/// </summary>
internal sealed class ControlServer : IAsyncDisposable
{
    private readonly WebApplication application;

    private ControlServer(WebApplication application) => this.application = application;

    /// <summary>Where it listens, with a slash at the end.</summary>
    public string Url => application.Urls.Single() + "/";

    /// <summary>Starts it.</summary>
    /// <param name="server">What it controls.</param>
    /// <param name="records">The DNS that the server asks.</param>
    /// <returns>The running server.</returns>
    public static async Task<ControlServer> StartAsync(ScriptedAcmeServer server, TxtRecords records)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var application = builder.Build();
        Map(application, "/set-txt", body => records.Add((string)body["host"]!, (string)body["value"]!));
        Map(application, "/clear-txt", body => records.Clear((string)body["host"]!));
        Map(application, "/options", body => OptionsReader.Apply(server.Options, body));
        Map(application, "/faults", body => AddFault(server, body));
        application.MapGet("/txt/{host}", (string host) => records.LookUp(host));
        application.MapGet("/requests", () => new JsonArray([.. server.History.All.Select(r => (JsonNode)new JsonObject
        {
            ["operation"] = r.Operation.ToString(),
            ["method"] = r.Method,
            ["status"] = r.Status,
            ["payload"] = r.Payload?.DeepClone(),
        })]));
        await application.StartAsync();
        return new ControlServer(application);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => application.DisposeAsync();

    /// <summary>The next requests of a kind are answered with a problem.</summary>
    private static void AddFault(ScriptedAcmeServer server, JsonObject body)
        => server.OnRequest(
            Enum.Parse<AcmeOperation>((string)body["operation"]!, ignoreCase: true),
            Fault.Problem(new ProblemDocument((int)body["status"]!, (string)body["type"]!, (string)body["detail"]!)
            {
                RetryAfter = (string?)body["retryAfter"],
            }),
            (int?)body["times"] ?? 1);

    private static void Map(WebApplication application, string path, Action<JsonObject> action)
        => application.MapPost(path, async (HttpRequest request) =>
        {
            using var reader = new StreamReader(request.Body);
            try
            {
                action(JsonNode.Parse(await reader.ReadToEndAsync())!.AsObject());
                return Results.Ok();
            }
            catch (Exception e) when (e is ArgumentException or FormatException or InvalidOperationException)
            {
                return Results.BadRequest(e.Message);
            }
        });
}
