using System.Text.Json;

namespace GoDaddyStub;

/// <summary>Versions 1 and 2: <c>records/{type}/{name}</c>, read and written as a whole.</summary>
internal static class ClassicApi
{
    private const int MinTtl = 600;

    /// <summary>Answers a request.</summary>
    /// <param name="state">The records.</param>
    /// <param name="options">What the stub accepts.</param>
    /// <param name="method">The method.</param>
    /// <param name="path">The decoded parts of the path below <c>/domains/</c>.</param>
    /// <param name="body">The body.</param>
    internal static Answer Handle(StubState state, StubOptions options, string method, string[] path, string body)
    {
        if (path.Length is < 2 or > 4 || path[1] != "records")
        {
            return Answer.Error(404, "NOT_FOUND", "The requested resource was not found");
        }

        var zone = path[0];
        if (!options.Zones.Contains(zone, StringComparer.OrdinalIgnoreCase))
        {
            return zone.Contains('_')
                ? Answer.Error(422, "INVALID_BODY", "Request body doesn't fulfill schema, see details in `fields`", new { code = "INVALID_VALUE", message = "is not a domain", path = "domain" })
                : Answer.Error(404, "UNKNOWN_DOMAIN", "The given domain is not registered, or does not have a zone file");
        }

        var type = path.ElementAtOrDefault(2);
        var name = path.ElementAtOrDefault(3);
        if (method is "PUT" or "PATCH" or "DELETE" && (type is null || name is null))
        {
            // The real server obeys, and the zone's other records are gone.
            state.ZoneWiped = true;
            state.Records.RemoveAll(r => StubState.Same(r.Zone, zone) && (type is null || StubState.Same(r.Type, type)));
            return new Answer(200);
        }

        // The zone itself is written @; its own name, or the record's full name, would be stored below the zone.
        if (name is not null && (StubState.Same(name, zone) || name.EndsWith("." + zone, StringComparison.OrdinalIgnoreCase)))
        {
            return Answer.Error(422, "INVALID_BODY", "Request body doesn't fulfill schema, see details in `fields`", new { code = "INVALID_NAME", message = "must be relative to the zone, @ for the zone itself", path = "name" });
        }

        switch (method)
        {
            case "GET":
                return new Answer(200, state.Records
                    .Where(r => StubState.Same(r.Zone, zone) && (type is null || StubState.Same(r.Type, type)) && (name is null || StubState.Same(r.Name, name)))
                    .Select(r => new { data = r.Data, name = r.Name, ttl = r.Ttl, type = r.Type }));
            case "PUT":
                return Put(state, options, zone, type!, name!, body);
            case "DELETE":
                var found = state.Find(zone, type!, name!);
                state.Records.RemoveAll(found.Contains);
                return found.Count > 0 ? new Answer(204) : Answer.Error(404, "NOT_FOUND", "The given record was not found");
            default:
                return Answer.Error(405, "METHOD_NOT_ALLOWED", "Not allowed here");
        }
    }

    private static Answer Put(StubState state, StubOptions options, string zone, string type, string name, string body)
    {
        var records = new List<(string Data, int Ttl)>();
        try
        {
            using var json = JsonDocument.Parse(body);
            if (json.RootElement.ValueKind != JsonValueKind.Array)
            {
                return Invalid("UNEXPECTED_TYPE", "is not a array", "records");
            }

            var index = 0;
            foreach (var item in json.RootElement.EnumerateArray())
            {
                var data = item.TryGetProperty("data", out var d) ? d.GetString() : null;
                var ttl = item.TryGetProperty("ttl", out var t) ? t.GetInt32() : MinTtl;
                if (string.IsNullOrEmpty(data))
                {
                    return Invalid("INVALID_VALUE", "must not be empty", $"records[{index}].data");
                }

                if (ttl < MinTtl)
                {
                    return Invalid("INVALID_TTL", $"must be at least {MinTtl}", $"records[{index}].ttl");
                }

                if (records.Exists(r => r.Data == data))
                {
                    return Answer.Error(422, "DUPLICATE_RECORD", "Another record with the same attributes already exists");
                }

                records.Add((data, ttl));
                index++;
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return Answer.Error(400, "MALFORMED", "The request is malformed");
        }

        if (state.LostWrites < options.LoseWrites)
        {
            state.LostWrites++;
            return new Answer(200);
        }

        var old = state.Find(zone, type, name);
        state.Records.RemoveAll(old.Contains);
        foreach (var (data, ttl) in records)
        {
            state.Add(zone, type, name, data, ttl);
        }

        return new Answer(200);
    }

    private static Answer Invalid(string code, string message, string path)
        => Answer.Error(422, "INVALID_BODY", "Request body doesn't fulfill schema, see details in `fields`", new { code, message, path });
}
