using System.Net;
using System.Web;
using Newtonsoft.Json.Linq;

namespace PoshAcmeSharp.Tests.Plugins.Azure;

/// <summary>
/// Azure's login, identity endpoint and resource manager in memory, which refuse what the real ones refuse: unknown
/// applications, tokens and subscriptions, record sets that were changed meanwhile, bodies that are no record set. Zones
/// come in pages.
/// </summary>
internal sealed class AzureStub : HttpMessageHandler
{
    public const string Subscription = "11111111-1111-1111-1111-111111111111";
    public const string Tenant = "22222222-2222-2222-2222-222222222222";
    public const string Application = "33333333-3333-3333-3333-333333333333";
    public const string Password = "S3cret~pass/word+=";
    public const string Token = "S3cret-t0ken";

    private const int PageSize = 2;

    private readonly object _gate = new();
    private int _lastETag;

    public List<string> Requests { get; } = [];

    public List<JObject> Zones { get; } = [];

    /// <summary>Record sets by the path of the resource.</summary>
    public Dictionary<string, JObject> Sets { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Answers in the place of the resource manager while it has any; null lets it answer.</summary>
    public Queue<Func<HttpResponseMessage?>> Faults { get; } = new();

    /// <summary>Checks what a login sent beside application and scope; an error code, or null when it may log in.</summary>
    public Func<IReadOnlyDictionary<string, string?>, string?> CheckLogin { get; set; } = form => form.GetValueOrDefault("client_secret") == Password ? null : "invalid_client";

    /// <summary>How long tokens last, in seconds.</summary>
    public long TokenLifetime { get; set; } = 3600;

    public void AddZone(string name, string group = "dns", string type = "Public", string? tag = null)
    {
        var zone = new JObject
        {
            ["id"] = $"/subscriptions/{Subscription}/resourceGroups/{group}/providers/Microsoft.Network/dnszones/{name}",
            ["name"] = name,
            ["tags"] = new JObject(),
            ["properties"] = new JObject { ["zoneType"] = type },
        };
        if (tag is not null)
        {
            zone["tags"]![tag] = string.Empty;
        }

        Zones.Add(zone);
    }

    public static string PathOf(string zone, string name, string group = "dns")
        => $"/subscriptions/{Subscription}/resourceGroups/{group}/providers/Microsoft.Network/dnszones/{zone}/TXT/{name}";

    public void SetValues(string path, params string[] values)
        => Sets[path] = new JObject
        {
            ["etag"] = NewETag(),
            ["properties"] = new JObject { ["TTL"] = 300, ["metadata"] = new JObject { ["owner"] = "somebody" }, ["TXTRecords"] = Records(values) },
        };

    public IReadOnlyList<string> Values(string path)
        => Sets.TryGetValue(path, out var set) ? [.. set["properties"]!["TXTRecords"]!.Select(r => string.Concat(r["value"]!.Select(v => (string?)v)))] : [];

    public IReadOnlyList<string> Sent(string part) => Requests.FindAll(r => r.Contains(part, StringComparison.Ordinal));

    public static HttpResponseMessage Refuse(int status, string code, string message)
        => CannedHandler.Json(status, new JObject { ["error"] = new JObject { ["code"] = code, ["message"] = message } }.ToString());

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? string.Empty : await request.Content.ReadAsStringAsync(cancellationToken);
        lock (_gate)
        {
            Requests.Add($"{request.Method} {request.RequestUri} {body}");
            return request.RequestUri!.Host switch
            {
                "login.microsoftonline.com" => Login(request, body),
                "169.254.169.254" or "127.0.0.1" => Identity(request),
                "management.azure.com" => Faults.TryDequeue(out var fault) && fault() is { } answer ? answer : Manage(request, body),
                _ => throw new HttpRequestException("No such host is known."),
            };
        }
    }

    private HttpResponseMessage Login(HttpRequestMessage request, string body)
    {
        var query = HttpUtility.ParseQueryString(body);
        var form = query.AllKeys.ToDictionary(key => key!, key => query[key]);
        if (request.Method != HttpMethod.Post
            || request.RequestUri!.AbsolutePath != $"/{Tenant}/oauth2/v2.0/token"
            || request.Content!.Headers.ContentType!.MediaType != "application/x-www-form-urlencoded"
            || form.GetValueOrDefault("grant_type") != "client_credentials"
            || form.GetValueOrDefault("scope") != "https://management.azure.com/.default")
        {
            return CannedHandler.Json(400, """{"error":"invalid_request","error_description":"AADSTS900144: The request body must contain more."}""");
        }

        var error = form.GetValueOrDefault("client_id") == Application ? CheckLogin(form) : "unauthorized_client";
        return error is null
            ? CannedHandler.Json(200, new JObject { ["token_type"] = "Bearer", ["expires_in"] = TokenLifetime, ["access_token"] = Token }.ToString())
            : CannedHandler.Json(401, new JObject { ["error"] = error, ["error_description"] = "AADSTS7000215: Invalid client secret provided." }.ToString());
    }

    private static HttpResponseMessage Identity(HttpRequestMessage request)
    {
        var query = HttpUtility.ParseQueryString(request.RequestUri!.Query);
        if (!request.Headers.TryGetValues("Metadata", out var metadata) || metadata.Single() != "true")
        {
            return CannedHandler.Json(400, """{"error":"invalid_request","error_description":"Required metadata header not specified"}""");
        }

        if (request.RequestUri.Host == "127.0.0.1" && (!request.Headers.TryGetValues("X-IDENTITY-HEADER", out var header) || header.Single() != "S3cret-header"))
        {
            return new HttpResponseMessage(HttpStatusCode.Unauthorized);
        }

        return query["resource"] == "https://management.azure.com/" && query["api-version"] is { Length: 10 }
            ? CannedHandler.Json(200, new JObject { ["access_token"] = Token, ["expires_on"] = "4102444800" }.ToString())
            : CannedHandler.Json(400, """{"error":"invalid_resource","error_description":"AADSTS500011"}""");
    }

    private HttpResponseMessage Manage(HttpRequestMessage request, string body)
    {
        if (request.Headers.GetValues("Authorization").Single() is var authorization && authorization != "Bearer " + Token)
        {
            return Refuse(401, "InvalidAuthenticationToken", "The access token is invalid.");
        }

        var path = Uri.UnescapeDataString(request.RequestUri!.AbsolutePath);
        var query = HttpUtility.ParseQueryString(request.RequestUri.Query);
        if (query["api-version"] != "2018-05-01")
        {
            return Refuse(400, "MissingApiVersionParameter", "The api-version query parameter is required.");
        }

        if (path == $"/subscriptions/{Subscription}/providers/Microsoft.Network/dnszones")
        {
            return List(int.Parse(query["$skipToken"] ?? "0", System.Globalization.CultureInfo.InvariantCulture));
        }

        if (!Zones.Exists(zone => path.StartsWith($"{zone["id"]}/TXT/", StringComparison.Ordinal)))
        {
            return Refuse(404, path.Contains(Subscription, StringComparison.Ordinal) ? "ParentResourceNotFound" : "SubscriptionNotFound", "It could not be found.");
        }

        return request.Method.Method switch
        {
            "GET" => Sets.TryGetValue(path, out var set) ? CannedHandler.Json(200, set.ToString()) : Refuse(404, "NotFound", "The resource record could not be found."),
            "PUT" => MayWrite(request, path) ? Put(path, body) : Refuse(412, "PreconditionFailed", "The condition was not satisfied."),
            "DELETE" when !Sets.ContainsKey(path) => new HttpResponseMessage(HttpStatusCode.NoContent),
            "DELETE" when MayWrite(request, path) => Sets.Remove(path) ? new HttpResponseMessage(HttpStatusCode.OK) : new HttpResponseMessage(HttpStatusCode.NoContent),
            _ => Refuse(412, "PreconditionFailed", "The condition was not satisfied."),
        };
    }

    private HttpResponseMessage List(int skip)
    {
        var answer = new JObject { ["value"] = new JArray(Zones.Skip(skip).Take(PageSize)) };
        if (skip + PageSize < Zones.Count)
        {
            answer["nextLink"] = $"https://management.azure.com:443/subscriptions/{Subscription}/providers/Microsoft.Network/dnszones?api-version=2018-05-01&$skipToken={skip + PageSize}";
        }

        return CannedHandler.Json(200, answer.ToString());
    }

    private bool MayWrite(HttpRequestMessage request, string path)
    {
        var there = Sets.GetValueOrDefault(path);
        return (!request.Headers.TryGetValues("If-Match", out var match) || match.Single() == (string?)there?["etag"])
            && (!request.Headers.TryGetValues("If-None-Match", out var none) || none.Single() != "*" || there is null);
    }

    private HttpResponseMessage Put(string path, string body)
    {
        if (JObject.Parse(body)["properties"] is not JObject properties
            || properties["TTL"] is not { Type: JTokenType.Integer }
            || properties["TXTRecords"] is not JArray { Count: > 0 } records
            || records.Any(r => r["value"] is not JArray { Count: > 0 } parts || parts.Any(part => ((string?)part)?.Length is not (> 0 and <= 255))))
        {
            return Refuse(400, "BadRequest", "The record set is invalid.");
        }

        Sets[path] = new JObject { ["etag"] = NewETag(), ["properties"] = properties };
        return CannedHandler.Json(201, Sets[path].ToString());
    }

    private static JArray Records(IEnumerable<string> values) => new(values.Select(v => new JObject { ["value"] = new JArray(v) }));

    private string NewETag() => $"00000000-0000-0000-0000-{++_lastETag:D12}";
}
