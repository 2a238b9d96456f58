using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace PoshAcmeSharp.AcmeTestServers;

/// <summary>
/// Authorizations and challenges (RFC 8555 section 7.5). An acknowledgement is believed, unless the options say where
/// TXT values are looked up.
/// </summary>
internal static class AuthorizationHandler
{
    public static ScriptedAuthorization CreateOrReuse(ScriptedAcmeState state, ScriptedAccount account, AcmeIdentifier identifier)
    {
        if (state.Options.ReuseAuthorizations
            && state.Authorizations.Find(a => a.Account == account && a.Identifier == identifier && a.Status == "valid" && !a.IsGone && a.Expires > state.Now) is { } valid)
        {
            return valid;
        }

        var authorization = new ScriptedAuthorization(state)
        {
            Account = account,
            Identifier = identifier,
            Expires = state.Now + state.Options.OrderLifetime,
        };
        authorization.Challenges = [.. Types(state, identifier).Select(type => CreateChallenge(state, authorization, type))];
        if (state.Options.ValidNames.Contains(identifier.Value))
        {
            Finish(state, authorization, authorization.Challenges[0], problem: null);
        }

        state.Authorizations.Add(authorization);
        return authorization;
    }

    /// <summary>Authorizes a name before it is ordered (section 7.4.1).</summary>
    /// <param name="state">The server's state.</param>
    /// <param name="request">The request.</param>
    /// <param name="account">Who asks.</param>
    /// <returns>A new authorization.</returns>
    public static AcmeResponse Create(ScriptedAcmeState state, AcmeRequest request, ScriptedAccount account)
    {
        var wanted = request.Jws!.PayloadObject["identifier"];
        var identifier = new AcmeIdentifier((string?)wanted?["type"] ?? "", (string?)wanted?["value"] ?? "");
        if (!state.Options.OffersPreAuthorization)
        {
            throw AcmeRefusalException.NotFound("resource");
        }

        if (identifier.IsWildcard || AcmeIdentifier.Parse(identifier.Value).Type != identifier.Type)
        {
            throw AcmeRefusalException.Malformed($"'{identifier.Value}' of type '{identifier.Type}' cannot be authorized in advance.");
        }

        if (state.Options.RejectedNames.Contains(identifier.Value))
        {
            throw new AcmeRefusalException(new ProblemDocument(400, "rejectedIdentifier", $"The policy forbids {identifier.Value}."));
        }

        var authorization = CreateOrReuse(state, account, identifier);
        return AcmeResponse.Json(ToJson(authorization), 201, authorization.Url);
    }

    public static AcmeResponse Get(ScriptedAcmeState state, AcmeRequest request, ScriptedAccount account)
    {
        var authorization = state.Authorizations.Find(a => a.Id == request.Id && !a.IsGone) ?? throw AcmeRefusalException.NotFound("authorization");
        CheckOwner(authorization, account);
        if (request.Payload is { } payload)
        {
            authorization.Status = (string?)payload["status"] == "deactivated" && authorization.Status is "pending" or "valid"
                ? "deactivated"
                : throw AcmeRefusalException.Malformed("A pending or valid authorization can be deactivated; nothing else can be changed.");
        }

        Advance(state, authorization);
        return AcmeResponse.Json(ToJson(authorization)).With("Retry-After", IsBeingValidated(authorization) ? state.Options.RetryAfter : null);
    }

    public static AcmeResponse AnswerChallenge(ScriptedAcmeState state, AcmeRequest request, ScriptedAccount account)
    {
        var challenge = state.Authorizations.SelectMany(a => a.Challenges).FirstOrDefault(c => c.Id == request.Id && !c.IsGone && !c.Authorization.IsGone)
            ?? throw AcmeRefusalException.NotFound("challenge");
        var authorization = challenge.Authorization;
        CheckOwner(authorization, account);
        if (request.Payload is not null)
        {
            if (authorization.Status != "pending")
            {
                throw AcmeRefusalException.Malformed($"The authorization is {authorization.Status}, not pending.");
            }

            if (!IsBeingValidated(authorization))
            {
                challenge.Status = "processing";
                authorization.PollsLeft = state.Options.PollsUntilValidated;
            }
        }
        else
        {
            Advance(state, authorization);
        }

        return AcmeResponse.Json(ToJson(challenge))
            .With("Link", $"<{authorization.Url}>;rel=\"up\"")
            .With("Retry-After", IsBeingValidated(authorization) ? state.Options.RetryAfter : null);
    }

    /// <summary>What happens between two looks at an authorization.</summary>
    public static void Advance(ScriptedAcmeState state, ScriptedAuthorization authorization)
    {
        if (authorization.Expires <= state.Now && authorization.Status is "pending" or "valid")
        {
            authorization.Status = "expired";
        }
        else if (authorization.Status == "pending"
            && authorization.Challenges.FirstOrDefault(c => c.Status == "processing") is { } challenge
            && authorization.PollsLeft-- <= 0)
        {
            Finish(state, authorization, challenge, state.Options.FailingNames.TryGetValue(authorization.Identifier.Value, out var problem) ? problem : DnsValidation.Check(state, challenge));
        }
    }

    private static void Finish(ScriptedAcmeState state, ScriptedAuthorization authorization, ScriptedChallenge challenge, ProblemDocument? problem)
    {
        var isValid = problem is null;
        authorization.Status = challenge.Status = isValid ? "valid" : "invalid";
        challenge.Error = problem?.ToJson();
        challenge.Validated = isValid ? ScriptedAcmeState.Date(state.Now) : null;
    }

    private static ScriptedChallenge CreateChallenge(ScriptedAcmeState state, ScriptedAuthorization authorization, string type) => new(state)
    {
        Authorization = authorization,
        Type = type,
        Token = type == "dns-persist-01" ? null : Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)),
        IssuerDomainNames = type == "dns-persist-01" ? [.. state.Options.PersistentIssuers] : [],
        AccountUri = type == "dns-persist-01" && state.Options.ShowsPersistentAccount ? authorization.Account.Url : null,
    };

    private static string[] Types(ScriptedAcmeState state, AcmeIdentifier identifier)
    {
        if (identifier.Type == "ip")
        {
            return ["http-01", "tls-alpn-01"];
        }

        string[] more = [.. state.Options.OffersDnsAccount ? ["dns-account-01"] : Array.Empty<string>(), .. state.Options.PersistentIssuers.Count > 0 ? ["dns-persist-01"] : Array.Empty<string>()];
        return identifier.IsWildcard ? ["dns-01", .. more] : ["http-01", "dns-01", "tls-alpn-01", .. more];
    }

    private static bool IsBeingValidated(ScriptedAuthorization authorization)
        => authorization.Status == "pending" && authorization.Challenges.Any(c => c.Status == "processing");

    private static void CheckOwner(ScriptedAuthorization authorization, ScriptedAccount account)
    {
        if (authorization.Account != account)
        {
            throw AcmeRefusalException.Unauthorized("This is another account's.");
        }
    }

    private static JsonObject ToJson(ScriptedAuthorization authorization)
    {
        // The wildcard's prefix is not part of an authorization's identifier, and the challenges not tried go away.
        var identifier = authorization.Identifier;
        var shown = authorization.Status is "pending" ? authorization.Challenges : authorization.Challenges.Where(c => c.Status != "pending");
        var json = new JsonObject
        {
            ["identifier"] = (identifier.IsWildcard ? identifier with { Value = identifier.Value[2..] } : identifier).ToJson(),
            ["status"] = authorization.Status,
            ["expires"] = ScriptedAcmeState.Date(authorization.Expires),
            ["challenges"] = new JsonArray([.. shown.Select(c => (JsonNode)ToJson(c))]),
        };
        if (identifier.IsWildcard)
        {
            json["wildcard"] = true;
        }

        return json;
    }

    private static JsonObject ToJson(ScriptedChallenge challenge)
    {
        var json = new JsonObject { ["type"] = challenge.Type, ["url"] = challenge.Url, ["status"] = challenge.Status };
        if (challenge.Token is not null)
        {
            json["token"] = challenge.Token;
        }

        if (challenge.Type == "dns-persist-01")
        {
            json["issuer-domain-names"] = new JsonArray([.. challenge.IssuerDomainNames.Select(n => (JsonNode)n)]);
        }

        if (challenge.AccountUri is not null)
        {
            json["accounturi"] = challenge.AccountUri;
        }

        if (challenge.Validated is not null)
        {
            json["validated"] = challenge.Validated;
        }

        if (challenge.Error is not null)
        {
            json["error"] = challenge.Error.DeepClone();
        }

        return json;
    }
}
