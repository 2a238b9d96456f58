using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace GoDaddyStub;

/// <summary>Version 3: <c>dns-records</c>, each value a record with an id.</summary>
internal static class TokenApi
{
    /// <summary>Answers a request.</summary>
    /// <param name="state">The records.</param>
    /// <param name="options">What the stub accepts.</param>
    /// <param name="method">The method.</param>
    /// <param name="path">The decoded parts of the path below <c>/v3/domains/zones/</c>.</param>
    /// <param name="query">The query.</param>
    /// <param name="body">The body.</param>
    internal static Answer Handle(StubState state, StubOptions options, string method, string[] path, IQueryCollection query, string body)
    {
        if (path.Length is < 2 or > 3 || path[1] != "dns-records")
        {
            return Answer.ErrorV3(404, "NOT_FOUND", "The requested resource was not found");
        }

        // A token is bound to rights before the zone is looked at.
        if (method == "GET" && options.WriteOnlyToken)
        {
            return Answer.ErrorV3(403, "ACCESS_DENIED", "The token lacks the scope domains.dns:read");
        }

        var zone = path[0];
        if (!options.Zones.Contains(zone, StringComparer.OrdinalIgnoreCase))
        {
            return Answer.ErrorV3(404, "UNKNOWN_DOMAIN", "The given domain has no zone");
        }

        var id = path.ElementAtOrDefault(2);
        switch (method, id)
        {
            case ("GET", null):
                return List(state, options, zone, query);
            case ("POST", null):
                return Post(state, zone, body);
            case ("DELETE", { }):
                return state.Records.RemoveAll(r => StubState.Same(r.Zone, zone) && r.Id == id) > 0
                    ? new Answer(204)
                    : Answer.ErrorV3(404, "NOT_FOUND", "The given record was not found");
            case ("PUT" or "PATCH" or "DELETE", _):
                // The real server answers 200 and replaces the whole zone.
                state.ZoneWiped = true;
                state.Records.RemoveAll(r => StubState.Same(r.Zone, zone));
                return new Answer(200);
            default:
                return Answer.ErrorV3(405, "METHOD_NOT_ALLOWED", "Not allowed here");
        }
    }

    private static Answer List(StubState state, StubOptions options, string zone, IQueryCollection query)
    {
        var page = int.TryParse(query["page"], NumberStyles.None, CultureInfo.InvariantCulture, out var p) ? p : 1;
        var size = Math.Min(int.TryParse(query["pageSize"], NumberStyles.None, CultureInfo.InvariantCulture, out var s) ? s : 20, options.MaxPageSize);
        string? type = query["type"], name = query["name"];
        var all = state.Records.FindAll(r => StubState.Same(r.Zone, zone)
            && (type is null || StubState.Same(r.Type, type))
            && (name is null || StubState.Same(r.Name, name)));
        var items = all.Skip((page - 1) * size).Take(size).Select(Shape);
        var path = $"/v3/domains/zones/{zone}/dns-records";
        return new Answer(200, new
        {
            items,
            links = page * size < all.Count
                ? new[] { new { rel = "self", href = path }, new { rel = "next", href = $"{path}?page={page + 1}&pageSize={size}" } }
                : [new { rel = "self", href = path }],
        });
    }

    private static Answer Post(StubState state, string zone, string body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            var name = json.RootElement.GetProperty("name").GetString()!;
            var type = json.RootElement.GetProperty("type").GetString()!;
            var data = json.RootElement.GetProperty("data").GetString()!;
            var ttl = json.RootElement.GetProperty("ttl").GetInt32();
            if (ttl < 600 || data.Length == 0 || name.Length == 0 || StubState.Same(name, zone) || name.EndsWith("." + zone, StringComparison.OrdinalIgnoreCase))
            {
                return Answer.ErrorV3(422, "INVALID_BODY", "name must be relative (@ for the zone), data not empty, ttl at least 600");
            }

            return state.Find(zone, type, name).Exists(r => r.Data == data)
                ? Answer.ErrorV3(409, "DUPLICATE_RECORD", "Another record with the same attributes already exists")
                : new Answer(201, Shape(state.Add(zone, type, name, data, ttl)));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return Answer.ErrorV3(400, "MALFORMED", "The request is malformed");
        }
    }

    private static object Shape(StubRecord record)
        => new { recordId = record.Id, name = record.Name, type = record.Type, data = record.Data, ttl = record.Ttl };
}
