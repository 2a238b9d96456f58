using System.Net;
using System.Text;
using Newtonsoft.Json.Linq;

namespace PoshAcmeSharp.Tests.Plugins.AcmeDns;

/// <summary>
/// An acme-dns server in memory, which refuses what the real one refuses: unknown users and keys, texts that are no
/// values of a challenge, what is no JSON. It writes over the older of the two values of a registration.
/// </summary>
internal sealed class AcmeDnsStub : HttpMessageHandler
{
    private const int ValueLength = 43;

    private readonly object _gate = new();

    public List<string> Requests { get; } = [];

    public List<Entry> Entries { get; } = [];

    /// <summary>The basic authentication that is asked for; null for none.</summary>
    public string? BasicCredential { get; set; }

    /// <summary>Answers in the place of the server while it has any; null lets the server answer.</summary>
    public Queue<Func<Func<HttpResponseMessage>, HttpResponseMessage>> Faults { get; } = new();

    public Entry this[int index] => Entries[index];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? string.Empty : await request.Content.ReadAsStringAsync(cancellationToken);
        lock (_gate)
        {
            Requests.Add($"{request.Method} {request.RequestUri} {body}");
            return Faults.TryDequeue(out var fault) ? fault(() => Answer(request, body)) : Answer(request, body);
        }
    }

    private HttpResponseMessage Answer(HttpRequestMessage request, string body)
    {
        if (BasicCredential is { } basic && request.Headers.Authorization?.ToString() != "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(basic)))
        {
            return Refuse(401, "authorization required");
        }

        JObject json;
        try
        {
            json = JObject.Parse(body);
        }
        catch (Newtonsoft.Json.JsonException)
        {
            return Refuse(400, "malformed_json_payload");
        }

        return (request.Method.Method, request.RequestUri!.AbsolutePath.Split('/')[^1]) switch
        {
            ("POST", "register") => Register(json),
            ("POST", "update") => Update(json, Header(request, "X-Api-User"), Header(request, "X-Api-Key")),
            _ => Refuse(404, "page not found"),
        };
    }

    private HttpResponseMessage Register(JObject json)
    {
        var allowed = json["allowfrom"]?.ToObject<string[]>() ?? [];
        if (!Array.TrueForAll(allowed, network => IPNetwork.TryParse(network, out _)))
        {
            return Refuse(400, "invalid_allowfrom_cidr");
        }

        var number = Entries.Count + 1;
        var entry = new Entry($"sub-{number}", $"user-{number}", $"P4ssw0rd-{number}", allowed);
        Entries.Add(entry);
        return CannedHandler.Json(201, new JObject
        {
            ["username"] = entry.User,
            ["password"] = entry.Password,
            ["fulldomain"] = entry.FullDomain,
            ["subdomain"] = entry.Subdomain,
            ["allowfrom"] = new JArray(allowed),
        }.ToString());
    }

    private HttpResponseMessage Update(JObject json, string? user, string? key)
    {
        var entry = Entries.Find(e => e.User == user && e.Password == key && e.Subdomain == (string?)json["subdomain"]);
        if (entry is null)
        {
            return Refuse(401, "forbidden");
        }

        if ((string?)json["txt"] is not { Length: ValueLength } value)
        {
            return Refuse(400, "bad_txt");
        }

        entry.Write(value);
        return CannedHandler.Json(200, new JObject { ["txt"] = value }.ToString());
    }

    private static string? Header(HttpRequestMessage request, string name)
        => request.Headers.TryGetValues(name, out var values) ? string.Join(",", values) : null;

    private static HttpResponseMessage Refuse(int status, string error) => CannedHandler.Json(status, new JObject { ["error"] = error }.ToString());

    internal sealed record Entry(string Subdomain, string User, string Password, IReadOnlyList<string> AllowFrom)
    {
        private readonly string[] _slots = new string[2];
        private int _older;

        public string FullDomain => Subdomain + ".auth.example.org";

        public IReadOnlyList<string> Values => [.. _slots.OfType<string>().Order(StringComparer.Ordinal)];

        public void Write(string value)
        {
            _slots[_older] = value;
            _older = 1 - _older;
        }
    }
}
