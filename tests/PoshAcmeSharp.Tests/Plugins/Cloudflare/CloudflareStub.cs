using System.Globalization;
using System.Net.Http.Headers;
using System.Web;
using Newtonsoft.Json.Linq;

namespace PoshAcmeSharp.Tests.Plugins.Cloudflare;

/// <summary>
/// Cloudflare's API in memory, which refuses what the real one refuses: unknown credentials, zones that a token does not
/// cover, bodies that are no records, duplicates, pages that are too large. It keeps contents in the quotes they came in.
/// </summary>
internal sealed class CloudflareStub : HttpMessageHandler
{
    public const string Token = "S3cret-t0ken";
    public const string Email = "bob@example.com";
    public const string Key = "S3cret-key";

    private const int MaxPageSize = 100;

    private readonly object _gate = new();
    private int _lastId;

    public List<string> Requests { get; } = [];

    public List<Zone> Zones { get; } = [];

    public List<Record> Records { get; } = [];

    /// <summary>Answers in the place of the server while it has any.</summary>
    public Queue<Func<HttpResponseMessage>> Faults { get; } = new();

    public Zone AddZone(string name, bool isCovered = true, string status = "active")
    {
        var zone = new Zone($"zone{Zones.Count + 1}", name, isCovered, status);
        Zones.Add(zone);
        return zone;
    }

    public Record AddRecord(Zone zone, string type, string name, string content)
    {
        var record = new Record($"rec{++_lastId}", zone.Id, type, name, content, 300);
        Records.Add(record);
        return record;
    }

    public IReadOnlyList<string> Values(string name)
    {
        lock (_gate)
        {
            return [.. Records.Where(r => r.Name == name).Select(r => r.Content.Trim('"')).Order(StringComparer.Ordinal)];
        }
    }

    public IReadOnlyList<string> Sent(string method) => Requests.FindAll(r => r.StartsWith(method + " ", StringComparison.Ordinal));

    public static HttpResponseMessage Refuse(int status, int code, string message, JArray? chain = null)
    {
        var error = new JObject { ["code"] = code, ["message"] = message };
        if (chain is not null)
        {
            error["error_chain"] = chain;
        }

        return CannedHandler.Json(status, new JObject { ["success"] = false, ["errors"] = new JArray(error), ["messages"] = new JArray(), ["result"] = null }.ToString());
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? null : await request.Content.ReadAsStringAsync(cancellationToken);
        lock (_gate)
        {
            Requests.Add($"{request.Method} {request.RequestUri!.PathAndQuery} {body}");
            return Faults.TryDequeue(out var fault) ? fault() : Answer(request, body);
        }
    }

    private HttpResponseMessage Answer(HttpRequestMessage request, string? body)
    {
        if (Authenticate(request) is { } refusal)
        {
            return refusal;
        }

        var path = request.RequestUri!.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var query = HttpUtility.ParseQueryString(request.RequestUri.Query);
        if (path is not ["client", "v4", "zones", .. var rest])
        {
            return Refuse(400, 7000, "No route for that URI");
        }

        if (rest.Length == 0)
        {
            return Answer([.. Zones.Where(z => z.IsCovered && z.Name == query["name"]).Select(z => new JObject { ["id"] = z.Id, ["name"] = z.Name, ["status"] = z.Status })]);
        }

        if (Zones.Find(z => z.Id == rest[0]) is not { } zone)
        {
            return Refuse(404, 7003, $"Could not route to /client/v4/zones/{rest[0]}, perhaps your object identifier is invalid?");
        }

        return (zone.IsCovered, request.Method.Method, rest.Length) switch
        {
            (false, _, _) => Refuse(403, 10000, "Authentication error"),
            (_, "GET", 2) => List(zone, query["type"], query["name"], Number(query["page"], 1), Number(query["per_page"], 100)),
            (_, "POST", 2) => Create(zone, body),
            (_, "DELETE", 3) => Delete(zone, rest[2]),
            _ => Refuse(405, 10000, "Method not allowed"),
        };
    }

    private static HttpResponseMessage? Authenticate(HttpRequestMessage request)
    {
        if (request.Headers.TryGetValues("X-Auth-Key", out var keys))
        {
            return keys.Single() == Key && request.Headers.GetValues("X-Auth-Email").Single() == Email ? null : Refuse(403, 9103, "Unknown X-Auth-Key or X-Auth-Email");
        }

        return request.Headers.Authorization is { Scheme: "Bearer", Parameter: { } token } && token.Length >= Token.Length
            ? request.Headers.Authorization.Equals(new AuthenticationHeaderValue("Bearer", Token)) ? null : Refuse(403, 9109, "Invalid access token")
            : Refuse(400, 6003, "Invalid request headers", [new JObject { ["code"] = 6111, ["message"] = "Invalid format for Authorization header" }]);
    }

    private HttpResponseMessage List(Zone zone, string? type, string? name, int page, int size)
    {
        if (size > MaxPageSize)
        {
            return Refuse(400, 9000, "per_page is too large");
        }

        var found = Records.Where(r => r.ZoneId == zone.Id && (type is null || r.Type == type) && (name is null || r.Name == name)).Skip((page - 1) * size).Take(size);
        return Answer([.. found.Select(ToJson)]);
    }

    private HttpResponseMessage Create(Zone zone, string? body)
    {
        JObject json;
        try
        {
            json = JObject.Parse(body ?? string.Empty);
        }
        catch (Newtonsoft.Json.JsonException)
        {
            return Refuse(400, 9207, "Request body is invalid.");
        }

        var (type, name, content, ttl) = ((string?)json["type"], (string?)json["name"], (string?)json["content"], (int?)json["ttl"] ?? 1);
        if (type != "TXT" || string.IsNullOrEmpty(content) || name is null || (name != zone.Name && !name.EndsWith("." + zone.Name, StringComparison.Ordinal)))
        {
            return Refuse(400, 9005, "Content for TXT record is invalid.");
        }

        if (ttl is not (1 or >= 60))
        {
            return Refuse(400, 9021, "Invalid TTL. Must be between 60 and 86400 seconds, or 1 for Automatic.");
        }

        if (Records.Exists(r => r.Name == name && r.Type == "CNAME"))
        {
            return Refuse(400, 81053, "An A, AAAA, or CNAME record with that host already exists.");
        }

        return Records.Exists(r => r.ZoneId == zone.Id && r.Name == name && r.Content.Trim('"') == content.Trim('"'))
            ? Refuse(400, 81058, "An identical record already exists.")
            : Answer(ToJson(AddRecord(zone, type, name, content)));
    }

    private HttpResponseMessage Delete(Zone zone, string id)
        => Records.RemoveAll(r => r.ZoneId == zone.Id && r.Id == id) > 0 ? Answer(new JObject { ["id"] = id }) : Refuse(404, 81044, "Record does not exist.");

    private static JObject ToJson(Record record)
        => new() { ["id"] = record.Id, ["type"] = record.Type, ["name"] = record.Name, ["content"] = record.Content, ["ttl"] = record.Ttl };

    private static HttpResponseMessage Answer(JToken result)
        => CannedHandler.Json(200, new JObject { ["success"] = true, ["errors"] = new JArray(), ["messages"] = new JArray(), ["result"] = result }.ToString());

    private static HttpResponseMessage Answer(JObject[] results) => Answer(new JArray(results.Cast<object>().ToArray()));

    private static int Number(string? text, int otherwise) => text is null ? otherwise : int.Parse(text, CultureInfo.InvariantCulture);

    internal sealed record Zone(string Id, string Name, bool IsCovered, string Status);

    internal sealed record Record(string Id, string ZoneId, string Type, string Name, string Content, int Ttl);
}
