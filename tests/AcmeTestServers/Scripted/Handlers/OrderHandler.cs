using System.Text.Json.Nodes;

namespace PoshAcmeSharp.AcmeTestServers;

/// <summary>Orders and their finalization (RFC 8555 section 7.4).</summary>
internal static class OrderHandler
{
    public static AcmeResponse Create(ScriptedAcmeState state, AcmeRequest request, ScriptedAccount account)
    {
        var payload = request.Jws!.PayloadObject;
        var identifiers = Identifiers(state, payload);
        var profile = Profile(state, payload);
        var replaces = (string?)payload["replaces"];
        RenewalInfoHandler.CheckReplaces(state, replaces, account);

        var order = new ScriptedOrder(state)
        {
            Account = account,
            Identifiers = identifiers,
            Authorizations = [.. identifiers.Select(i => AuthorizationHandler.CreateOrReuse(state, account, i))],
            Expires = state.Now + state.Options.OrderLifetime,
            Profile = profile,
            Replaces = replaces,
            NotBefore = (string?)payload["notBefore"],
            NotAfter = (string?)payload["notAfter"],
        };
        Advance(order, poll: false);
        state.Orders.Add(order);
        return AcmeResponse.Json(ToJson(state, order), 201, order.Url);
    }

    public static AcmeResponse Get(ScriptedAcmeState state, AcmeRequest request, ScriptedAccount account)
    {
        var order = Find(state, request.Id, account);
        order.Authorizations.ToList().ForEach(a => AuthorizationHandler.Advance(state, a));
        Advance(order, poll: true);
        var json = ToJson(state, order);
        var isWaiting = order.Status is "pending" or "processing" || (order.Status == "valid" && json["certificate"] is null);
        return AcmeResponse.Json(json).With("Retry-After", isWaiting ? state.Options.RetryAfter : null);
    }

    public static AcmeResponse Complete(ScriptedAcmeState state, AcmeRequest request, ScriptedAccount account)
    {
        var order = Find(state, request.Id, account);
        Advance(order, poll: false);
        if (order.Status != "ready")
        {
            throw new AcmeRefusalException(new ProblemDocument(403, "orderNotReady", $"The order is {order.Status}, not ready."));
        }

        order.Certificate = CertificateHandler.Issue(state, order, (string?)request.Jws!.PayloadObject["csr"] ?? string.Empty);
        state.Certificates.Add(order.Certificate);
        order.Status = "processing";
        order.ProcessingPolls = state.Options.PollsInProcessing;
        order.PollsWithoutCertificate = state.Options.PollsWithoutCertificateUrl;
        Advance(order, poll: true);
        return AcmeResponse.Json(ToJson(state, order), location: order.Url)
            .With("Retry-After", order.Status == "processing" ? state.Options.RetryAfter : null);
    }

    private static ScriptedOrder Find(ScriptedAcmeState state, string id, ScriptedAccount account)
    {
        var order = state.Orders.Find(o => o.Id == id && !o.IsGone && o.Expires > state.Now) ?? throw AcmeRefusalException.NotFound("order");
        return order.Account == account ? order : throw AcmeRefusalException.Unauthorized("This is another account's.");
    }

    private static void Advance(ScriptedOrder order, bool poll)
    {
        if (order.Status is "pending" or "ready" && order.Authorizations.FirstOrDefault(a => a.Status is not ("pending" or "valid")) is { } failed)
        {
            order.Status = "invalid";
            order.Error = new ProblemDocument(403, "unauthorized", $"The authorization of {failed.Identifier.Value} is {failed.Status}.").ToJson();
        }
        else if (order.Status == "pending" && order.Authorizations.All(a => a.Status == "valid"))
        {
            order.Status = "ready";
        }
        else if (order.Status == "processing" && poll && order.ProcessingPolls-- <= 0)
        {
            order.Status = "valid";
        }
    }

    private static JsonObject ToJson(ScriptedAcmeState state, ScriptedOrder order)
    {
        var json = new JsonObject
        {
            ["status"] = order.Status,
            ["expires"] = ScriptedAcmeState.Date(order.Expires),
            ["identifiers"] = new JsonArray([.. order.Identifiers.Select(i => (JsonNode)i.ToJson())]),
            ["authorizations"] = new JsonArray([.. order.Authorizations.Select(a => (JsonNode)a.Url)]),
            ["finalize"] = state.Url(AcmeOperation.Finalize, order.Id),
        };
        AddIfSet(json, "profile", order.Profile);
        AddIfSet(json, "replaces", order.Replaces);
        AddIfSet(json, "notBefore", order.NotBefore);
        AddIfSet(json, "notAfter", order.NotAfter);
        AddIfSet(json, "error", order.Error?.DeepClone());
        if (order is { Status: "valid", Certificate: not null } && order.PollsWithoutCertificate-- <= 0)
        {
            json["certificate"] = order.Certificate.Url;
        }

        return json;
    }

    private static void AddIfSet(JsonObject json, string name, JsonNode? value)
    {
        if (value is not null)
        {
            json[name] = value;
        }
    }

    private static List<AcmeIdentifier> Identifiers(ScriptedAcmeState state, JsonObject payload)
    {
        var identifiers = (payload["identifiers"] as JsonArray ?? [])
            .Select(i => new AcmeIdentifier((string?)i?["type"] ?? "", (string?)i?["value"] ?? ""))
            .ToList();
        if (identifiers.Count == 0 || identifiers.Count > state.Options.MaxNames || identifiers.Distinct().Count() != identifiers.Count)
        {
            throw AcmeRefusalException.Malformed($"An order has 1 to {state.Options.MaxNames} names and none of them twice; this one has {identifiers.Count}.");
        }

        if (identifiers.Find(i => AcmeIdentifier.Parse(i.Value).Type != i.Type) is { } unsupported)
        {
            throw new AcmeRefusalException(new ProblemDocument(400, "unsupportedIdentifier", $"'{unsupported.Value}' is not of type '{unsupported.Type}'."));
        }

        var rejected = identifiers.Where(i => state.Options.RejectedNames.Contains(i.Value) || i.Value.Contains('_', StringComparison.Ordinal)).ToList();
        return rejected.Count == 0
            ? identifiers
            : throw new AcmeRefusalException(new ProblemDocument(400, "rejectedIdentifier", $"The policy forbids {rejected.Count} of the names.")
            {
                Subproblems = [.. rejected.Select(i => (i.Value, "rejectedIdentifier", "The policy forbids this name."))],
            });
    }

    private static string? Profile(ScriptedAcmeState state, JsonObject payload)
    {
        var profile = (string?)payload["profile"];
        return profile is null || state.Options.Profiles.ContainsKey(profile)
            ? profile
            : throw new AcmeRefusalException(new ProblemDocument(400, "invalidProfile", $"The profile '{profile}' is not offered."));
    }
}
