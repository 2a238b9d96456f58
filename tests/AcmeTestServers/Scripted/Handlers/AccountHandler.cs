using System.Globalization;
using System.Text.Json.Nodes;

namespace PoshAcmeSharp.AcmeTestServers;

/// <summary>Accounts (RFC 8555 section 7.3) and their lists of orders (section 7.1.2.1).</summary>
internal static class AccountHandler
{
    public static AcmeResponse Create(ScriptedAcmeState state, AcmeRequest request)
    {
        var jws = request.Jws!;
        var payload = jws.PayloadObject;
        var jwk = (JsonObject)jws.Protected["jwk"]!;
        var thumbprint = JwsVerifier.Thumbprint(jwk);
        var existing = state.Accounts.Find(a => !a.IsGone && JwsVerifier.Thumbprint(a.Jwk) == thumbprint);
        if (existing is not null)
        {
            return existing.Status == "valid"
                ? AcmeResponse.Json(ToJson(state, existing), location: existing.Url)
                : throw new AcmeRefusalException(new ProblemDocument(403, "unauthorized", $"The account of this key is {existing.Status}."));
        }

        if (IsTrue(payload, "onlyReturnExisting"))
        {
            throw new AcmeRefusalException(new ProblemDocument(400, "accountDoesNotExist", "No account exists with the provided key."));
        }

        if (state.Options.TermsOfService is not null && !IsTrue(payload, "termsOfServiceAgreed"))
        {
            throw new AcmeRefusalException(new ProblemDocument(403, state.Options.TermsProblemType, "You must agree to the terms of service.") { Instance = state.Options.TermsOfService });
        }

        var account = new ScriptedAccount(state)
        {
            Jwk = (JsonObject)jwk.DeepClone(),
            Contacts = Contacts(payload) ?? [],
            ExternalAccount = ExternalAccount(state, request, jwk),
        };
        state.Accounts.Add(account);
        return AcmeResponse.Json(ToJson(state, account), 201, account.Url);
    }

    public static AcmeResponse Update(ScriptedAcmeState state, AcmeRequest request, ScriptedAccount account)
    {
        if (account.Id != request.Id)
        {
            throw AcmeRefusalException.Unauthorized("This is another account's.");
        }

        if (request.Payload is { } payload)
        {
            account.Contacts = Contacts(payload) ?? account.Contacts;
            if (payload["status"] is { } status)
            {
                account.Status = (string?)status == "deactivated" ? "deactivated" : throw AcmeRefusalException.Malformed("An account can only be deactivated.");
            }
        }

        return AcmeResponse.Json(ToJson(state, account));
    }

    public static AcmeResponse Orders(ScriptedAcmeState state, AcmeRequest request, ScriptedAccount account)
    {
        var parts = request.Id.Split('/');
        if (parts[0] != account.Id)
        {
            throw AcmeRefusalException.Unauthorized("This is another account's.");
        }

        var page = parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0;
        var size = state.Options.OrdersPerPage;
        var orders = state.Orders.Where(o => o.Account == account && !o.IsGone && o.Status != "invalid").ToList();
        var urls = orders.Skip(page * size).Take(size).Select(o => (JsonNode)o.Url);
        var response = AcmeResponse.Json(new JsonObject { ["orders"] = new JsonArray([.. urls]) });
        return orders.Count > (page + 1) * size
            ? response.With("Link", $"<{state.Url(AcmeOperation.Orders, string.Create(CultureInfo.InvariantCulture, $"{account.Id}/{page + 1}"))}>;rel=\"next\"")
            : response;
    }

    /// <summary>Key rollover: the payload is a JWS by the new key over the account and the old key (section 7.3.5).</summary>
    public static AcmeResponse ChangeKey(ScriptedAcmeState state, AcmeRequest request, ScriptedAccount account)
    {
        var inner = Jws.Read(request.Jws!.PayloadObject);
        if (inner.Protected["jwk"] is not JsonObject newKey || inner.Protected.ContainsKey("nonce") || inner.Text("url") != request.Url)
        {
            throw AcmeRefusalException.Malformed("The inner JWS has the new jwk, the url of the outer one and no nonce.");
        }

        JwsVerifier.Verify(inner, newKey);
        if ((string?)inner.PayloadObject["account"] != account.Url || !JsonNode.DeepEquals(inner.PayloadObject["oldKey"], account.Jwk))
        {
            throw AcmeRefusalException.Malformed("The inner payload does not name the account and its old key.");
        }

        var thumbprint = JwsVerifier.Thumbprint(newKey);
        if (state.Accounts.Find(a => !a.IsGone && JwsVerifier.Thumbprint(a.Jwk) == thumbprint) is { } other)
        {
            var conflict = new ProblemDocument(409, "malformed", "The new key is in use by another account.");
            return AcmeResponse.Problem(conflict).With("Location", other.Url);
        }

        account.Jwk = (JsonObject)newKey.DeepClone();
        return AcmeResponse.Json(ToJson(state, account));
    }

    private static string? ExternalAccount(ScriptedAcmeState state, AcmeRequest request, JsonObject jwk)
    {
        if (state.Options.ExternalAccounts.Count == 0)
        {
            return null;
        }

        if (request.Payload!["externalAccountBinding"] is not JsonObject json)
        {
            throw new AcmeRefusalException(new ProblemDocument(403, "externalAccountRequired", "An external account binding is needed."));
        }

        var binding = Jws.Read(json);
        JwsVerifier.VerifyExternalAccount(binding, jwk, request.Url, state.Options.ExternalAccounts);
        return binding.Text("kid");
    }

    private static List<string>? Contacts(JsonObject payload)
    {
        if (payload["contact"] is not JsonArray contacts)
        {
            return null;
        }

        var list = contacts.Select(c => (string)c!).ToList();
        if (list.Find(c => !c.StartsWith("mailto:", StringComparison.Ordinal)) is { } unsupported)
        {
            throw new AcmeRefusalException(new ProblemDocument(400, "unsupportedContact", $"The contact '{unsupported}' is not an e-mail address."));
        }

        return list.Find(c => !c.Contains('@', StringComparison.Ordinal) || c.Contains(',', StringComparison.Ordinal)) is { } invalid
            ? throw new AcmeRefusalException(new ProblemDocument(400, "invalidContact", $"The contact '{invalid}' is not valid."))
            : list;
    }

    private static bool IsTrue(JsonObject payload, string name) => payload[name] is JsonValue value && value.TryGetValue(out bool isTrue) && isTrue;

    private static JsonObject ToJson(ScriptedAcmeState state, ScriptedAccount account) => new()
    {
        ["status"] = account.Status,
        ["contact"] = new JsonArray([.. account.Contacts.Select(c => (JsonNode)c)]),
        ["orders"] = state.Url(AcmeOperation.Orders, account.Id),
    };
}
